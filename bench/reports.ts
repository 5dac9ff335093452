// npm run bench:reports [-- --short]: how long the contact centre's report of a month of 1,000,000 calls takes, and
// whether the desk goes on meanwhile (issue E, point 5). Everything is begun and ended here; the last line is JSON.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedDatabase } from "../src/database/embedded-server.ts";
import { migrate } from "../src/database/migrate.ts";
import { createPool, type Pool } from "../src/database/pool.ts";
import { errorText } from "../src/errors.ts";
import { silentLogger } from "../src/log.ts";
import { makeReport } from "../src/reports/make-report.ts";
import { anyTcpPort } from "../src/start/machine/free-ports.ts";
import { percentile, rounded, tableLines } from "./figures.ts";
import { fillReports } from "./reports/fill-reports.ts";

const short = process.argv.includes("--short");
const calls = short ? 50_000 : 1_000_000;
const limitSeconds = 60;
/** What the desk may take at most beside the report, p95 of a call's own write. */
const limitProbeMs = 50;
const ends: (() => Promise<unknown>)[] = [];

try {
  process.exitCode = await main();
} catch (error) {
  console.error(errorText(error));
  process.exitCode = 1;
} finally {
  for (const end of ends.reverse()) await end();
}

async function main(): Promise<number> {
  const folder = await mkdtemp("/var/tmp/055055-bench-reports-");
  ends.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755); // PostgreSQL runs as a user of its own and must get at its data
  const database = await startEmbeddedDatabase({ dataDir: join(folder, "database"), port: await anyTcpPort() });
  ends.push(() => database.stop());
  await migrate(database.url);
  const pools = {
    desk: createPool(database.url, "calls", 4, silentLogger),
    fill: createPool(database.url, "reports", 1, silentLogger),
  };
  const reports = createPool(database.url, "reports", 4, silentLogger);
  ends.push(() => Promise.all([pools.desk.end(), pools.fill.end(), reports.end()]));
  const began = performance.now();
  await fillReports(pools.fill, calls);
  console.log(`filled: ${calls} calls with contacts and cases (${rounded((performance.now() - began) / 1000)} s)`);

  const idle = await probe(pools.desk, () => delay(5_000));
  let seconds = 0;
  const during = await probe(pools.desk, async () => {
    const started = performance.now();
    await make(reports);
    seconds = (performance.now() - started) / 1000;
  });
  return report(reports, seconds, idle, during);
}

async function make(pool: Pool): Promise<void> {
  const { rows } = await pool.query(
    `insert into reports (kind, origin, rhythm, first_day, last_day, period_from, period_to)
    values ('contact_centre', 'schedule', 'monthly', '2026-03-01', '2026-03-31', '2026-02-28T23:00Z', '2026-03-31T22:00Z')
    returning id`,
  );
  if (await makeReport({ pool, clock: { now: () => new Date() }, log: silentLogger }, rows[0].id)) return;
  const { rows: failed } = await pool.query("select error from reports");
  throw new Error(`the report was not made: ${failed[0]?.error}`);
}

/** A call that begins and ends, as often as they come at 10 a second, with the calls' own time limits. */
async function probe(pool: Pool, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let done = false;
  const working = work().finally(() => {
    done = true;
  });
  while (!done) {
    const started = performance.now();
    const { rows } = await pool.query("insert into calls (id) values (gen_random_uuid()) returning id");
    await pool.query("update calls set state = 'ended', ended_at = now(), outcome = 'answered' where id = $1", [
      rows[0].id,
    ]);
    times.push((performance.now() - started) / 2);
    await delay(100);
  }
  await working;
  return times;
}

async function report(pool: Pool, seconds: number, idle: number[], during: number[]): Promise<number> {
  const { rows } = await pool.query("select totals, reconciled from reports");
  const counted = Number(rows[0].totals.calls);
  const idleMs = rounded(percentile(idle, 0.95));
  const duringMs = rounded(percentile(during, 0.95));
  const passed =
    seconds < limitSeconds && counted === calls && rows[0].reconciled && (duringMs ?? Infinity) < limitProbeMs;
  const lines = [
    ["report made, s", rounded(seconds), limitSeconds],
    ["calls counted", counted, calls],
    ["desk's write alone, p95 ms", idleMs, null],
    ["desk's write beside it, p95 ms", duringMs, limitProbeMs],
    ["slowest write beside it, ms", rounded(Math.max(...during)), null],
  ] as const;
  for (const line of tableLines(["figure", "measured", "limit"], lines)) console.log(line);
  const result = { calls: counted, seconds: rounded(seconds), reconciled: rows[0].reconciled };
  console.log(JSON.stringify({ ...result, write_p95_alone_ms: idleMs, write_p95_beside_ms: duringMs, passed }));
  return passed ? 0 : 1;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
