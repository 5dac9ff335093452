import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type FloodResult = {
  accepted: number;
  refused: number;
  /** Neither 200 nor 503. */
  other: number;
  /** From INVITE to 503, of each refused call, milliseconds. */
  refusedMs: number[];
};

const scenario = fileURLToPath(new URL("flood.xml", import.meta.url));

/** Citizens by the hundred over the trunk; resolves when the last was served or refused. */
export async function runFlood(
  server: string,
  port: number,
  { calls, rate }: { calls: number; rate: number },
): Promise<FloodResult> {
  const folder = await mkdtemp(join(tmpdir(), "055055-flood-"));
  const log = join(folder, "log");
  const args = [server, "-sf", scenario, "-s", "055055", "-i", "127.0.0.9", "-p", String(port), "-nostdin"];
  args.push("-m", String(calls), "-r", String(rate), "-l", String(calls), "-recv_timeout", "90000", "-timeout", "150");
  args.push("-trace_logs", "-log_file", log, "-buff_size", "4194304");
  const sipp = spawn("setpriv", ["--pdeathsig", "KILL", "--", "sipp", ...args], { cwd: folder, stdio: "ignore" });
  try {
    await once(sipp, "exit");
    return resultOf(await readFile(log, "utf8"), calls);
  } finally {
    sipp.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

function resultOf(text: string, calls: number): FloodResult {
  const times = new Map<string, Map<string, number>>();
  for (const line of text.split("\n")) {
    const [kind = "", , , seconds = "", callId = ""] = line.trim().split(/\s+/);
    if (!["C", "A", "R"].includes(kind)) continue;
    const call = times.get(callId) ?? new Map<string, number>();
    times.set(callId, call.set(kind, Number(seconds) * 1_000));
  }
  const all = [...times.values()];
  const refusedMs = all.flatMap((call) => (call.has("R") ? [(call.get("R") ?? 0) - (call.get("C") ?? 0)] : []));
  const accepted = all.filter((call) => call.has("A")).length;
  return { accepted, refused: refusedMs.length, other: calls - accepted - refusedMs.length, refusedMs };
}
