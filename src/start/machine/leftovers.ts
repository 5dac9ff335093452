import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

/** A process told apart from a later one of the same number by its start time (clock ticks since boot). */
export type KnownProcess = { name: string; pid: number; startTime: string };

export type RunRecord = { launcher: KnownProcess; processes: KnownProcess[]; interfaces: string[] };

const endLimitMs = 5_000;

/** null when no such process exists. */
export async function startTimeOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : (fields[19] ?? null);
}

export async function knownProcess(name: string, pid: number): Promise<KnownProcess | null> {
  const startTime = await startTimeOf(pid);
  return startTime === null ? null : { name, pid, startTime };
}

export async function isStillAlive(known: KnownProcess): Promise<boolean> {
  return (await startTimeOf(known.pid)) === known.startTime;
}

export function recordFile(runDir: string): string {
  return join(runDir, "processes.json");
}

export async function writeRecord(runDir: string, record: RunRecord): Promise<void> {
  await writeFile(recordFile(runDir), JSON.stringify(record, null, 2));
}

/**
 * Cleans up what a launcher that was killed left in runDir: its processes (those of the same pid and start time), its
 * PostgreSQL (which would else still hold the data), its network interfaces, its ready.json.
 * @throws Error when that launcher is alive: two can not share one runDir.
 */
export async function cleanLeftovers(runDir: string, dataDir: string): Promise<string[]> {
  const record = await readRecord(runDir);
  if (record && (await isStillAlive(record.launcher))) {
    throw new Error(`055055 already runs from ${runDir} (process ${record.launcher.pid}): end it, or set RUN_DIR.`);
  }
  const left = [...(record?.processes ?? []), ...(await postgresOf(dataDir))];
  const ended = await Promise.all(left.map(async (known) => ((await endKnown(known)) ? [known.name] : [])));
  for (const name of record?.interfaces ?? []) await runCommand("ip", ["link", "delete", name]);
  await rm(join(runDir, "ready.json"), { force: true });
  await rm(recordFile(runDir), { force: true });
  return [...new Set(ended.flat())];
}

async function readRecord(runDir: string): Promise<RunRecord | null> {
  const text = await readFile(recordFile(runDir), "utf8").catch(() => null);
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // cut off in the writing: nothing can be read from it, the data folder's own pid file still helps
  }
}

/** postmaster.pid may name a stranger after a reboot: only a postgres of this very data folder counts. */
async function postgresOf(dataDir: string): Promise<KnownProcess[]> {
  const pid = Number((await readFile(join(dataDir, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
  if (!pid) return [];
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (!command.includes("postgres") || !command.includes(dataDir)) return [];
  const known = await knownProcess("PostgreSQL", pid);
  return known ? [known] : [];
}

/** SIGINT is PostgreSQL's fast shutdown and ends all others too; SIGKILL after 5 s. */
async function endKnown(known: KnownProcess): Promise<boolean> {
  if (!(await isStillAlive(known))) return false;
  killIfThere(known.pid, "SIGINT");
  const limit = Date.now() + endLimitMs;
  while (await isStillAlive(known)) {
    if (Date.now() > limit) killIfThere(known.pid);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

function killIfThere(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // it may have ended since it was looked at
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
