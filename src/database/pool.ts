import pg from "pg";
import { AppError, errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { clientClass, serverUrls } from "./primary-server.ts";

// Timestamps come as Date (UTC), bigint as number: sequences here stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));

export type Pool = pg.Pool;
/** A connection inside a transaction, or a pool: whatever can run a statement. */
export type Queryable = Pick<pg.Pool, "query">;

export type PoolPurpose = "calls" | "web" | "jobs" | "reports";

/** DESIGN, Time-outs: calls must fail fast so that a caller gets the parachute; pages may wait longer. */
const limits = {
  // The few statements of a call are the same all day and prepared: planned once a connection, never five times. A plan
  // made while the tables are small must not read them from end to end when they have grown: each has its index.
  calls: {
    statementMs: 2_000,
    idleInTransactionMs: 500,
    connectMs: 2_000,
    plans: "force_generic_plan -c enable_seqscan=off",
  },
  web: { statementMs: 10_000, idleInTransactionMs: 5_000, connectMs: 4_000, plans: "auto" },
  jobs: { statementMs: 30_000, idleInTransactionMs: 30_000, connectMs: 4_000, plans: "auto" },
  reports: { statementMs: 120_000, idleInTransactionMs: 60_000, connectMs: 4_000, plans: "auto" },
} as const;

/**
 * One pool a purpose, so that a report can not starve the calls. `urls` may list several servers separated by a
 * blank or comma: each connection is made to the one that is not in recovery (primary-server.ts).
 */
export function createPool(url: string, purpose: PoolPurpose, max: number, log: Logger): Pool {
  const limit = limits[purpose];
  const servers = serverUrls(url);
  const pool = new pg.Pool({
    connectionString: servers[0] ?? url,
    Client: clientClass(servers),
    max,
    application_name: `055055 ${purpose}`,
    connectionTimeoutMillis: limit.connectMs,
    statement_timeout: limit.statementMs,
    query_timeout: limit.statementMs + 1_000,
    idle_in_transaction_session_timeout: limit.idleInTransactionMs,
    options: `-c plan_cache_mode=${limit.plans} -c jit=off`,
    keepAlive: true,
  });
  // Without a listener an idle connection's death would end the process (FAULTS 5).
  pool.on("error", (error) => log.warn({ reason: errorText(error) }, "idle database connection lost"));
  // The same while it is lent out, between two statements of a transaction: the next statement tells it.
  pool.on("connect", (client) => {
    client.on("error", (error) => log.debug({ reason: errorText(error) }, "database connection lost"));
  });
  return pool;
}

/** True when the statement failed because PostgreSQL is away, not because of what it said. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  if (/^(08|57P0|53)/.test(code) || code === "57014" || code === "25P03" || code === "25006") return true;
  if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH)$/.test(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable/.test(
    error.message,
  );
}

/** A failed statement as the page's 503, anything else as it was. */
export function asDatabaseError(error: unknown): unknown {
  if (!isDatabaseAway(error)) return error;
  return new AppError("database_unavailable", "The database does not answer", { retryAfterSeconds: 2 }, error);
}

export async function isDatabaseUp(pool: Pool): Promise<boolean> {
  return pool.query("select 1").then(
    () => true,
    () => false,
  );
}
