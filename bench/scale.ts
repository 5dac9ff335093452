// `npm run bench:scale [-- --short --rate=20]`: what a call costs with one, two and four copies of the program at the same
// rate, by kind of process. Says where one machine ends: what grows with the copies is the price of a copy.
import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { errorText } from "../src/errors.ts";
import { ours, processesOf, runStep } from "./contenders.ts";
import { type CpuTimes, readCpuTimes } from "./cpu-times.ts";
import { percentile, rounded, tableLines } from "./figures.ts";
import { countCalls, databaseNow } from "./site/bench-database.ts";
import { BenchSite, endWithSignals } from "./site/bench-site.ts";

const copiesTried = [1, 2, 4];
const say = (line: string) => console.log(line);

type Plan = { rate: number; seconds: number; warmSeconds: number; idleSeconds: number };
type Kinds = { program: number; postgres: number; asterisk: number };
type Run = {
  copies: number;
  calls: number;
  cases: number;
  cpu: Kinds;
  eachCopy: number[];
  idle: Kinds;
  popMs: number[];
};

function planOf(args: readonly string[]): Plan {
  const rate = Number(args.find((arg) => arg.startsWith("--rate="))?.split("=")[1] ?? 20);
  if (!(rate >= 1 && rate <= 200)) throw new Error("--rate must be a number from 1 to 200 (calls a second).");
  const short = args.includes("--short");
  return { rate, seconds: short ? 10 : 30, warmSeconds: short ? 4 : 10, idleSeconds: short ? 5 : 10 };
}

/** The copies together, the other two as they are. */
function kindsOf(cpu: CpuTimes): Kinds {
  const program = copiesOf(cpu).reduce((sum, ms) => sum + ms, 0);
  return { program, postgres: cpu.postgres ?? Number.NaN, asterisk: cpu.asterisk ?? Number.NaN };
}

function copiesOf(cpu: CpuTimes): number[] {
  return Object.entries(cpu).flatMap(([name, ms]) => (name.startsWith("copy ") ? [ms] : []));
}

/** CPU milliseconds a second while nobody calls: what copies cost by being there. */
async function idleCost(site: BenchSite, seconds: number): Promise<Kinds> {
  const read = () => readCpuTimes(processesOf(site), { postgres: site.database.pid });
  const before = await read();
  const startedAt = performance.now();
  await pause(seconds * 1_000);
  const after = await read();
  const passed = (performance.now() - startedAt) / 1_000;
  return kindsOf(
    Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, (ms - (before[name] ?? ms)) / passed])),
  );
}

async function runWith(site: BenchSite, copies: number, plan: Plan): Promise<Run> {
  await site.startProgram(copies);
  const step = (seconds: number) => runStep(site, ours, { rate: plan.rate, seconds, judged: false });
  // Code is compiled and plans are made by the first calls of a copy; they are not counted.
  await step(plan.warmSeconds);
  const idle = await idleCost(site, plan.idleSeconds);
  const since = await databaseNow(site.database.client);
  const { calls, cpu, popMs, why } = await step(plan.seconds);
  const cases = await casesOf(site, since, calls);
  await site.stopProgram();
  if (why) say(`  ${copies} copies: ${why}`);
  return { copies, calls, cases, cpu: kindsOf(cpu), eachCopy: copiesOf(cpu), idle, popMs };
}

/** Calls of the parachute become rows some seconds later, from Asterisk's own records. */
async function casesOf(site: BenchSite, since: Date, calls: number): Promise<number> {
  const limit = performance.now() + 15_000;
  for (;;) {
    const { cases } = await countCalls(site.database.client, since);
    if (cases >= calls || performance.now() > limit) return cases;
    await pause(500);
  }
}

function report(runs: Run[]): boolean {
  const kinds = ["program", "postgres", "asterisk"] as const;
  const head = ["", ...runs.map(({ copies }) => `${copies} ${copies === 1 ? "copy" : "copies"}`)];
  const sum = (cost: Kinds) => kinds.reduce((total, kind) => total + cost[kind], 0);
  const row = (name: string, of: (run: Run) => number) => [name, ...runs.map((run) => rounded(of(run), 2))];
  say("\nCPU, milliseconds a call:");
  const calls = [
    ...kinds.map((kind) => row(kind, ({ cpu }) => cpu[kind])),
    row("a copy", ({ eachCopy }) => eachCopy.reduce((total, ms) => total + ms, 0) / eachCopy.length),
    row("together", ({ cpu }) => sum(cpu)),
  ];
  for (const line of tableLines(head, calls)) say(line);
  say("\nCPU, milliseconds a second, with nobody calling:");
  for (const line of tableLines(
    head,
    kinds.map((kind) => row(kind, ({ idle }) => idle[kind])),
  )) {
    say(line);
  }
  const lines = runs.map(({ copies, calls, cases, cpu, idle, popMs }) => ({
    copies,
    calls,
    cases,
    cpu_ms_per_call: Object.fromEntries(kinds.map((kind) => [kind, rounded(cpu[kind], 2)])),
    idle_ms_per_s: rounded(sum(idle)),
    pop_ms_p99: rounded(percentile(popMs, 0.99)),
  }));
  say(JSON.stringify({ runs: lines }));
  return runs.every(({ calls, cases }) => calls === cases);
}

async function main(): Promise<number> {
  const plan = planOf(process.argv.slice(2));
  const site = await BenchSite.create({ operators: 100, copies: 1, profileDir: null, statements: false, say });
  const ending = endWithSignals(site);
  try {
    await site.start();
    say(`${plan.rate} calls/s for ${plan.seconds} s, 100 operators, 1 s talk, ${cpus().length} × ${cpus()[0]?.model}`);
    const runs: Run[] = [];
    for (const copies of copiesTried) runs.push(await runWith(site, copies, plan));
    return report(runs) ? 0 : 1;
  } catch (error) {
    if (!ending.begun) console.error(errorText(error));
    return 1;
  } finally {
    for (const failure of await ending.stop()) console.error(failure);
  }
}

process.exit(await main());
