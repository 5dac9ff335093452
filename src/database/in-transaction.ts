import type pg from "pg";
import type { Pool, Queryable } from "./pool.ts";
import { behindWall, forgetScope, needsTransaction, openingOf, type WallScope, walledPool } from "./wall.ts";

/**
 * Runs `work` in one transaction on one connection. Serialization failures and deadlocks (40001, 40P01) are tried
 * again, at most twice, since nothing of the first try was kept.
 */
export async function inTransaction<T>(pool: Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(openingOf(pool, client));
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (error) {
      broken = await rollBack(client);
      if (attempt < 3 && isConflict(error)) continue;
      throw error;
    } finally {
      forgetScope(client);
      client.release(broken);
    }
  }
}

/** See `walledPool`: the pool of requests by people of the second level. */
export function poolBehindWall(pool: Pool, scope: () => WallScope | null): Pool {
  return walledPool(pool, scope, inTransaction);
}

/** Runs what decides whether somebody sees a row, under row-level security when the request has a wall. */
export async function inSight<T>(db: Queryable, work: (db: Queryable) => Promise<T>): Promise<T> {
  if (!needsTransaction(db)) return behindWall(db, work);
  return inTransaction(db, (client) => behindWall(client, work));
}

/** A connection that can't even roll back is thrown away by the pool. */
async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query("rollback");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A deadlock or a serialization failure: nothing was kept, the same again may go through. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "40001" || error.code === "40P01");
}

/** SQLSTATE 23505 on the named constraint (or any, without a name). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "23505") return false;
  return constraint === undefined || ("constraint" in error && error.constraint === constraint);
}

/** SQLSTATE 23P01: two rows that may not overlap do (hours, absences, bookings). */
export function isExclusionViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23P01";
}

/** SQLSTATE 23503: an id that came from outside leads nowhere. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23503";
}
