// `npm run bench:waiting [-- --short --part=rows|real]`: what it costs to pair an operator when ten or ten thousand wait,
// what a waiting caller costs the program, and whether real callers keep their order. See bench/waiting/.
import { setTimeout as pause } from "node:timers/promises";
import { errorText } from "../src/errors.ts";
import { percentile, rounded } from "./figures.ts";
import { serveRealQueue } from "./waiting/real-queue.ts";
import { type Memory, type Pairings, RowsScene } from "./waiting/rows-scene.ts";

const few = 10;
const many = 10_000;
/** ISSUE F: no more than so many times the cost with ten; so many kB in the program. */
const target = { ratio: 1.5, kbACall: 20 };
/** The first pairings of a copy compile code and make plans. */
const warmUp = 10;
/** The first announcement of the last callers has ended, and the burst of their arrival is over. */
const settleMs = 15_000;

const say = (line: string) => console.log(line);

type RowsFigures = { atFew: Pairings; atMany: Pairings; heapKb: number; rssKb: number };

async function measureRows(pairings: number): Promise<RowsFigures> {
  const scene = await RowsScene.create();
  const stop = () => void scene.stop().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  try {
    await scene.start(warmUp + 2 * pairings);
    await scene.fill(few);
    await scene.pair(warmUp);
    const atFew = await scene.pair(pairings);
    const before = await scene.memory();
    const startedAt = performance.now();
    await scene.fill(many);
    say(`${many} callers wait, after ${rounded((performance.now() - startedAt) / 1_000)} s`);
    await pause(settleMs);
    const after = await scene.memory();
    const atMany = await scene.pair(pairings);
    for (const complaint of await scene.complaints()) say(`  the program said: ${complaint}`);
    const each = (of: (memory: Memory) => number) => (of(after) - of(before)) / (many - few) / 1_000;
    return {
      ...{ atFew, atMany, rssKb: each(({ rss }) => rss) },
      heapKb: each(({ heapUsed, external }) => heapUsed + external),
    };
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, stop);
    for (const failure of await scene.stop()) say(failure);
  }
}

function tell(name: string, { ms, databaseMs }: Pairings): void {
  const of = (values: number[]) =>
    `p50 ${rounded(percentile(values, 0.5), 2)} p95 ${rounded(percentile(values, 0.95), 2)}`;
  say(`  ${name}: ${ms.length} pairings, ${of(ms)} ms; in PostgreSQL ${of(databaseMs)} ms`);
}

async function main(args: readonly string[]): Promise<number> {
  const short = args.includes("--short");
  const part = args.find((arg) => arg.startsWith("--part="))?.split("=")[1] ?? "all";
  const line: Record<string, unknown> = {};
  let holds = true;
  if (part !== "real") {
    const { atFew, atMany, heapKb, rssKb } = await measureRows(short ? 50 : 200);
    tell(`${few} waiting`, atFew);
    tell(`${many} waiting`, atMany);
    say(`  a waiting call in the program: ${rounded(heapKb)} kB of heap, ${rounded(rssKb)} kB of its process`);
    const p = ({ ms }: Pairings, share: number) => percentile(ms, share);
    const db = ({ databaseMs }: Pairings, share: number) => percentile(databaseMs, share);
    const ratio = p(atMany, 0.5) / p(atFew, 0.5);
    holds &&= ratio <= target.ratio && heapKb <= target.kbACall;
    Object.assign(line, {
      pairing_ms_p50_at_10: rounded(p(atFew, 0.5), 2),
      pairing_ms_p50_at_10000: rounded(p(atMany, 0.5), 2),
      pairing_ms_p95_at_10: rounded(p(atFew, 0.95), 2),
      pairing_ms_p95_at_10000: rounded(p(atMany, 0.95), 2),
      database_ms_p50_at_10: rounded(db(atFew, 0.5), 2),
      database_ms_p50_at_10000: rounded(db(atMany, 0.5), 2),
      ratio: rounded(ratio, 2),
      database_ratio: rounded(db(atMany, 0.5) / db(atFew, 0.5), 2),
      target: target.ratio,
      kb_per_waiting_call: rounded(heapKb),
      rss_kb_per_waiting_call: rounded(rssKb),
    });
  }
  if (part !== "rows") {
    const { waiting, orderFaults, swappedAtEntry, ringMs } = await serveRealQueue(short ? 60 : 300, say);
    for (const fault of orderFaults.slice(0, 20)) say(`  ${fault}`);
    say(`  from the end of one talk to the next offer: p50 ${rounded(percentile(ringMs, 0.5))} ms`);
    say(`  neighbours who entered the queue in the other order than they had called: ${swappedAtEntry}`);
    holds &&= orderFaults.length === 0;
    Object.assign(line, { real_waiting: waiting, real_order_kept: orderFaults.length === 0 });
  }
  say(JSON.stringify(line));
  return holds ? 0 : 1;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(errorText(error));
  process.exit(1);
}
