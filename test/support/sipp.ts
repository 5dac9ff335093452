import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anyTcpPort } from "../../src/start/machine/free-ports.ts";

export type CitizenCall = {
  /** host:port of Asterisk. */
  server: string;
  /** What is dialled; the request's user part as it is. */
  number?: string;
  /** User part of From. */
  from?: string;
  /** From the answer to the BYE. */
  talkMs?: number;
  calls?: number;
  /** Calls a second when there are several. */
  rate?: number;
  /** Address the call comes from; only 127.0.0.9 is the trunk. */
  address?: string;
  callId?: string;
};

export type CitizenResult = {
  /** 0 when every call went as the scenario says. */
  code: number;
  /** Final answers other than the expected one, e.g. "404 Not Found". */
  refusals: string[];
};

/** Runs SIPp as citizens who call, wait for the answer, talk and hang up. */
export async function citizenCalls(call: CitizenCall): Promise<CitizenResult> {
  const folder = await mkdtemp(join(tmpdir(), "055055-sipp-"));
  const address = call.address ?? "127.0.0.9";
  const scenario = fileURLToPath(new URL("scenarios/citizen.xml", import.meta.url));
  const args = [call.server, "-sf", scenario, "-i", address, "-p", String(await anyTcpPort(address))];
  args.push("-s", call.number ?? "055055", "-key", "from", call.from ?? "+393331234567");
  args.push("-m", String(call.calls ?? 1), "-r", String(call.rate ?? 10), "-d", String(call.talkMs ?? 500));
  args.push("-nostdin", "-timeout", "60", "-trace_err", "-error_file", join(folder, "errors.log"));
  if (call.callId) args.push("-cid_str", call.callId);
  try {
    const sipp = spawn("sipp", args, { cwd: folder, stdio: "ignore" });
    const [code] = await once(sipp, "exit");
    const errors = await readFile(join(folder, "errors.log"), "utf8").catch(() => "");
    return {
      code: code ?? -1,
      refusals: [...errors.matchAll(/received 'SIP\/2\.0 ([3-6]\d\d [^\r\n]*)/g)].map((m) => m[1]!),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
