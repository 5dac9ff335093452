import { readdir, readFile } from "node:fs/promises";

const ticksPerSecond = 100;

/** CPU milliseconds that processes have used so far, by a name of ours. */
export type CpuTimes = Record<string, number>;

type Times = { parent: number; ownMs: number; withDeadMs: number };

/**
 * Reads /proc. `trees` names processes that count with all their children, also those that have ended already (the
 * workers of PostgreSQL).
 */
export async function readCpuTimes(
  processes: Record<string, number>,
  trees: Record<string, number>,
): Promise<CpuTimes> {
  const used: CpuTimes = {};
  for (const [name, pid] of Object.entries(processes)) used[name] = (await timesOf(pid))?.ownMs ?? Number.NaN;
  if (Object.keys(trees).length === 0) return used;
  const all = new Map<number, Times>();
  for (const entry of await readdir("/proc")) {
    const times = /^\d+$/.test(entry) ? await timesOf(Number(entry)) : null;
    if (times) all.set(Number(entry), times);
  }
  for (const [name, pid] of Object.entries(trees)) {
    const children = [...all.values()].filter(({ parent }) => parent === pid);
    used[name] = (all.get(pid)?.withDeadMs ?? 0) + children.reduce((sum, child) => sum + child.ownMs, 0);
  }
  return used;
}

/** Milliseconds a call between two readings. */
export function cpuPerCall(before: CpuTimes, after: CpuTimes, calls: number): CpuTimes {
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, (ms - (before[name] ?? ms)) / calls]));
}

async function timesOf(pid: number): Promise<Times | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The name in brackets may hold blanks; after it: state, parent, … user and system time, those of ended children.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user = 0, system = 0, deadUser = 0, deadSystem = 0] = fields.slice(11, 15);
  const ownMs = ((user + system) * 1000) / ticksPerSecond;
  return { parent: fields[1] ?? 0, ownMs, withDeadMs: ownMs + ((deadUser + deadSystem) * 1000) / ticksPerSecond };
}
