import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedDatabase } from "../../src/database/embedded-server.ts";
import { migrate } from "../../src/database/migrate.ts";
import { hashPassword } from "../../src/people/sign-in/password.ts";
import { anyTcpPort } from "../../src/start/machine/free-ports.ts";
import type { Account } from "../sipp/sipp-load.ts";

export type BenchDatabase = { url: string; client: pg.Pool; pid: number; settings: string; stop(): Promise<void> };

export const operatorPassword = "bench operator";
const sipPassword = "bench-phone";

/** A real server with its data on disk below `folder`, brought to the program's schema. */
export async function startBenchDatabase(folder: string, statements: boolean): Promise<BenchDatabase> {
  const dataDir = join(folder, "database");
  const settings = statements ? ["shared_preload_libraries=pg_stat_statements"] : [];
  const server = await startEmbeddedDatabase({ dataDir, port: await anyTcpPort(), settings });
  await migrate(server.url);
  const client = new pg.Pool({ connectionString: server.url, max: 2 });
  client.on("error", () => undefined); // the server is stopped under it at the end
  const shown: string[] = [];
  for (const name of ["server_version", "fsync", "synchronous_commit", "full_page_writes", "data_directory"]) {
    shown.push(`${name}=${(await client.query(`show ${name}`)).rows[0][name]}`);
  }
  if (statements) await client.query("create extension pg_stat_statements");
  const pid = Number((await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n")[0]);
  const stop = async () => {
    await client.end();
    await server.stop();
  };
  return { url: server.localUrl, client, pid, settings: shown.join(" "), stop };
}

/** Operators with a seat each, and a flow that is nothing but the queue: no greeting, no wrap-up. */
export async function fillDatabase(client: pg.Pool, operators: number): Promise<Account[]> {
  const hash = await hashPassword(operatorPassword);
  await client.query(
    `with s as (
      insert into seats (number, sip_password, web_password)
      select (5000 + n)::text, $2, $2 from generate_series(1, $1::int) n returning id, number
    ), p as (
      insert into people (login, display_name, password_hash)
      select 'op' || number, 'Operatore ' || number, $3 from s returning id, login
    ), r as (
      insert into person_roles (person_id, role) select id, 'operator' from p
    )
    insert into operators (person_id, seat_id) select p.id, s.id from p join s on p.login = 'op' || s.number`,
    [operators, sipPassword, hash],
  );
  await client.query("update queues set wrap_up_seconds = 0, max_waiting = 10000");
  const document = { start: "q", nodes: { q: { type: "queue", queue: "principale" } } };
  await client.query("update ivr_flow_versions set document = $1", [JSON.stringify(document)]);
  return Array.from({ length: operators }, (_, n) => ({ name: String(5001 + n), password: sipPassword }));
}

export type CallCounts = {
  calls: number;
  answered: number;
  cases: number;
  parachute: number;
  open: number;
  lost: string;
};

/** What the rows say of the calls since a moment (the database's own clock). */
export async function countCalls(client: pg.Pool, since: Date): Promise<CallCounts> {
  const { rows } = await client.query(
    `select count(*)::int as calls, (count(*) filter (where outcome = 'answered'))::int as answered,
      coalesce(sum((select count(*) from cases s where s.opened_by_call_id = c.id)), 0)::int as cases,
      (count(*) filter (where parachute))::int as parachute, (count(*) filter (where state <> 'ended'))::int as open,
      coalesce((select string_agg(outcome || ' ' || n, ', ') from (select coalesce(outcome, state) as outcome, count(*) as n
        from calls where started_at >= $1 and outcome is distinct from 'answered' group by 1) x), '') as lost
    from calls c where started_at >= $1`,
    [since],
  );
  return rows[0];
}

export async function databaseNow(client: pg.Pool): Promise<Date> {
  return (await client.query("select clock_timestamp() as now")).rows[0].now;
}

export type StatementCost = { calls: number; totalMs: number; rows: number; text: string };

/** The dearest statements since the server started, by time spent in them; needs `statements` at the start. */
export async function dearestStatements(client: pg.Pool): Promise<StatementCost[]> {
  const { rows } = await client.query(
    `select calls, round(total_exec_time)::int as "totalMs", rows, left(regexp_replace(query, '[[:space:]]+', ' ', 'g'), 110) as text
    from pg_stat_statements order by total_exec_time desc limit 20`,
  );
  return rows;
}

/** Forgets what was counted so far. */
export async function forgetStatements(client: pg.Pool): Promise<void> {
  await client.query("select pg_stat_statements_reset()");
}
