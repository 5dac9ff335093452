// npm run bench:crm [-- --short]: how fast the desk's own requests are over a big archive (issue B, point 7), beside
// what the same statements cost by pgbench alone. Everything is begun and ended here; the last line is JSON.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startEmbeddedDatabase } from "../src/database/embedded-server.ts";
import { migrate } from "../src/database/migrate.ts";
import { errorText } from "../src/errors.ts";
import { anyTcpPort } from "../src/start/machine/free-ports.ts";
import { installPrograms } from "../src/start/packages/apt.ts";
import type { Statement } from "./crm/crm-server.ts";
import { crmWork, type Work } from "./crm/crm-work.ts";
import { type CrmSize, fillCrm } from "./crm/fill-crm.ts";
import { runPgbench } from "./crm/pgbench.ts";
import { percentile, rounded, tableLines } from "./figures.ts";

const short = process.argv.includes("--short");
const size: CrmSize = short
  ? { cards: 2_000, citizens: 20_000, cases: 50_000, drafts: 100 }
  : { cards: 20_000, citizens: 500_000, cases: 1_000_000, drafts: 1_000 };
/** As many as the machine of the issue has cores. */
const clients = 2;
const seconds = short ? 3 : 15;
const recorded = 20;
/** p95 of each kind of request, milliseconds. */
const limitMs = 50;

const ends: (() => Promise<unknown>)[] = [];
let ending: Promise<void> | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end().then(() => process.exit(130)));

try {
  process.exitCode = await main();
} catch (error) {
  console.error(errorText(error));
  process.exitCode = 1;
} finally {
  await end();
}

async function main(): Promise<number> {
  await installPrograms({ pgbench: "postgresql-contrib" });
  const folder = await mkdtemp("/var/tmp/055055-bench-crm-");
  ends.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755); // PostgreSQL runs as a user of its own and must get at its data
  const database = await startEmbeddedDatabase({ dataDir: join(folder, "database"), port: await anyTcpPort() });
  ends.push(() => database.stop());
  await migrate(database.url);
  const drafts = await fill(database.url);
  const server = await startServer(database.url);
  const results: Record<string, Figures> = {};
  for (const work of await crmWork(server.url, drafts, size.citizens)) {
    results[work.key] = await measure(work, server.process, { url: database.url, folder: join(folder, work.key) });
    console.log(`measured: ${work.name}`);
  }
  return report(results);
}

async function fill(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const parts = await fillCrm(client, size);
    const texts = Object.entries(parts).map(([name, took]) => `${name} ${took} s`);
    console.log(`filled: ${size.cards} cards, ${size.citizens} citizens, ${size.cases} cases (${texts.join(", ")})`);
    const { rows } = await client.query("select id from cases where status = 'draft' order by id");
    return rows.map((row) => row.id);
  } finally {
    await client.end();
  }
}

async function startServer(url: string): Promise<{ url: string; process: ChildProcess }> {
  const program = fileURLToPath(new URL("./crm/crm-server.ts", import.meta.url));
  const child = fork(program, { execArgv: ["--import", "tsx"], env: { ...process.env, DATABASE_URL: url } });
  ends.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  const [message] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error("the server did not start"))),
  ])) as [{ port: number }];
  return { url: `http://127.0.0.1:${message.port}`, process: child };
}

type Times = { p50: number | null; p95: number | null; p99: number | null; perSecond: number | null };
type Figures = Times & { requests: number; limit: Times; ratio: number | null };

async function measure(work: Work, server: ChildProcess, at: { url: string; folder: string }): Promise<Figures> {
  let turn = 0;
  for (; turn < 40; turn++) await work.ask(turn); // connections, plans and caches as on a working day
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < until) {
      const from = performance.now();
      await work.ask(turn++);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const requests: Statement[][] = [];
  for (let n = 0; n < recorded; n++) {
    server.send("record");
    await work.ask(turn++);
    server.send("take");
    const [message] = (await once(server, "message")) as [{ statements: Statement[] }];
    requests.push(message.statements);
  }
  const limit = timesOf(await runPgbench(at.url, at.folder, requests, { clients, seconds }));
  const own = timesOf(times);
  const ratio = rounded((own.perSecond ?? Number.NaN) / (limit.perSecond ?? Number.NaN), 2);
  return { ...own, requests: times.length, limit, ratio };
}

function timesOf(times: readonly number[]): Times {
  return {
    p50: rounded(percentile(times, 0.5), 2),
    p95: rounded(percentile(times, 0.95), 2),
    p99: rounded(percentile(times, 0.99), 2),
    perSecond: rounded(times.length / seconds, 0),
  };
}

function report(results: Record<string, Figures>): number {
  const head = ["request", "p50 ms", "p95 ms", "p99 ms", "per s", "pgbench p50", "p95", "p99", "per s", "ratio"];
  const rows = Object.entries(results).map(([name, { p50, p95, p99, perSecond, limit, ratio }]) => [
    ...[name, p50, p95, p99, perSecond],
    ...[limit.p50, limit.p95, limit.p99, limit.perSecond, ratio],
  ]);
  console.log(tableLines(head, rows).join("\n"));
  const late = Object.entries(results).filter(([, { p95 }]) => p95 === null || p95 > limitMs);
  console.log(`${rows.length} checks (p95 up to ${limitMs} ms), ${late.length} failed`);
  console.log(JSON.stringify({ ...size, clients, limitMs, ...results, failed: late.map(([name]) => name) }));
  return late.length > 0 || rows.length === 0 ? 1 : 0;
}

/** Once, in the reverse order of the beginning, also when something broke half way. */
function end(): Promise<void> {
  ending ??= (async () => {
    for (const stop of ends.reverse()) {
      await stop().catch((error: unknown) => console.error(errorText(error)));
    }
  })();
  return ending;
}
