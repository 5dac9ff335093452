import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ours, runStep } from "../contenders.ts";
import { percentile } from "../figures.ts";
import { BenchSite } from "../site/bench-site.ts";
import { residentMb } from "./call-flood.ts";
import type { Verdict } from "./fault-judge.ts";
import type { OwnSceneOptions } from "./own-scene-faults.ts";

/** Calls come for this long, then everything must be as empty as before the first: that is one part of the run. */
const partSeconds = 60;
const settleMs = 3_000;
/** First parts warm up: code is compiled, pools and caches fill. */
const warmUpParts = 1;
const p99Growth = 1.2;
/** Times as short as these differ by more than a fifth from one minute to the next by themselves. */
const p99SlackMs = 5;
const memoryGrowth = 1.15;
const memorySlackMb = 15;

type Sample = {
  p99Ms: number;
  lost: string;
  calls: number;
  /** Megabytes by process. */
  memory: Record<string, number>;
  sockets: Record<string, number>;
  channels: number;
  bridges: number;
  /** Rows that should be gone when the last call has ended. */
  working: Record<string, number>;
};

/** Work for many minutes at a rate well below the limit (issue F: 30 at 60 %): nothing may grow, nobody may wait longer. */
export async function longRun({ minutes, rate }: OwnSceneOptions): Promise<Verdict> {
  const site = await BenchSite.create({
    ...{ operators: 150, copies: 2, profileDir: null, statements: false },
    say: (line) => console.log(`    ${line}`),
  });
  const samples: Sample[] = [];
  const parts = Math.max(2, Math.round((minutes * 60) / partSeconds));
  try {
    await site.start();
    await site.startProgram();
    for (let part = -warmUpParts; part < parts; part++) {
      const sample = await onePart(site, rate);
      if (part >= 0) samples.push(sample);
      console.log(`    ${part < 0 ? "warming up" : `minute ${part + 1}`}: ${told(sample)}`);
    }
    return await judged(site, samples, rate);
  } finally {
    for (const failure of await site.stop()) console.error(failure);
  }
}

async function onePart(site: BenchSite, rate: number): Promise<Sample> {
  const result = await runStep(site, ours, { rate, seconds: partSeconds, judged: true });
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const processes: Record<string, number> = { asterisk: site.asterisk.pid };
  for (const [n, { pid }] of (site.copies?.ready() ?? []).entries()) processes[`copy ${n + 1}`] = pid;
  const entries = Object.entries(processes);
  const memory = await Promise.all(entries.map(async ([name, pid]) => [name, await residentMb(pid)] as const));
  const sockets = await Promise.all(entries.map(async ([name, pid]) => [name, await openFiles(pid)] as const));
  return {
    ...{ p99Ms: percentile(result.joinedMs, 0.99), lost: result.why, calls: result.calls },
    ...{ memory: Object.fromEntries(memory), sockets: Object.fromEntries(sockets) },
    ...{ channels: await site.channels(), bridges: await talkBridges(site), working: await workingRows(site) },
  };
}

async function judged(site: BenchSite, samples: Sample[], rate: number): Promise<Verdict> {
  const violations: string[] = [];
  let checks = 0;
  const expect = (holds: boolean, what: string) => {
    checks++;
    if (!holds) violations.push(what);
  };
  for (const [n, { lost, channels, bridges, working }] of samples.entries()) {
    expect(lost === "", `minute ${n + 1}: ${lost}`);
    expect(channels === 0, `minute ${n + 1}: ${channels} channels are left`);
    expect(bridges === 0, `minute ${n + 1}: ${bridges} bridges are left`);
    for (const [what, rows] of Object.entries(working)) expect(rows === 0, `minute ${n + 1}: ${rows} ${what} are left`);
  }
  const [first, last] = [samples[0], samples.at(-1)] as [Sample, Sample];
  const limit = Math.max(first.p99Ms * p99Growth, first.p99Ms + p99SlackMs);
  expect(last.p99Ms <= limit, `p99 was ${Math.round(first.p99Ms)} ms and is ${Math.round(last.p99Ms)} ms`);
  for (const [name, mb] of Object.entries(last.memory)) {
    const before = first.memory[name] ?? 0;
    const allowed = Math.max(before * memoryGrowth, before + memorySlackMb);
    expect(mb <= allowed, `${name} grew from ${Math.round(before)} to ${Math.round(mb)} MB`);
  }
  for (const [name, count] of Object.entries(last.sockets)) {
    const before = first.sockets[name] ?? 0;
    expect(count <= before + 5, `${name} had ${before} open files and has ${count}`);
  }
  for (const warning of await leakWarnings(site)) expect(false, warning);
  const calls = samples.reduce((sum, sample) => sum + sample.calls, 0);
  const { rows } = await site.database.client.query(
    "select count(*)::int as n from v_call_audit where contacts <> 1 or cases <> 1 or opened_cases <> 1",
  );
  const withoutCase: number = rows[0].n;
  expect(withoutCase === 0, `${withoutCase} calls without their one contact and case`);
  const p99 = samples.map(({ p99Ms }) => Math.round(p99Ms)).join(", ");
  console.log(`    ${calls} calls in ${samples.length} minutes, p99 by minute: ${p99} ms`);
  return {
    ...{ fault: `long run: ${samples.length} minutes at ${rate}/s`, calls, dropped: 0, lostPlaces: 0 },
    ...{ callsWithoutCase: withoutCase, doubleOffers: 0, lostWithSwitch: 0, recoverMs: 0, silentMs: 0 },
    ...{ checks, violations },
  };
}

async function talkBridges({ asterisk }: BenchSite): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${asterisk.user}:${asterisk.password}`).toString("base64")}`;
  const answer = await fetch(`${asterisk.url}/ari/bridges`, { headers: { authorization } });
  const bridges = (await answer.json()) as { id: string }[];
  return bridges.filter(({ id }) => !id.startsWith("055055-wait-")).length;
}

async function workingRows(site: BenchSite): Promise<Record<string, number>> {
  const { rows } = await site.database.client.query(
    `select (select count(*) from calls where state <> 'ended')::int as "live calls",
      (select count(*) from offers where state = 'ringing')::int as "ringing offers",
      (select count(*) from call_commands where state = 'pending')::int as "waiting commands",
      (select count(*) from operators where system in ('ringing', 'on_call'))::int as "busy operators",
      (select count(*) from graphile_worker.jobs where run_at < now() - interval '10 seconds')::int as "late jobs"`,
  );
  return rows[0];
}

async function openFiles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`).catch(() => [])).length;
}

/** Node warns by itself when an emitter gathers listeners. */
async function leakWarnings(site: BenchSite): Promise<string[]> {
  const folder = join(site.folder, "log");
  const warnings: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, name), "utf8");
    if (text.includes("MaxListenersExceeded")) warnings.push(`${name} warns of too many listeners`);
  }
  return warnings;
}

function told({ p99Ms, memory, sockets, lost }: Sample): string {
  const grown = Object.entries(memory).map(([name, mb]) => `${name} ${Math.round(mb)} MB, ${sockets[name]} files`);
  return `joined p99 ${Math.round(p99Ms)} ms; ${grown.join("; ")}${lost ? `; ${lost}` : ""}`;
}
