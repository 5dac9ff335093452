import type pg from "pg";
import type { Pool, Queryable } from "./pool.ts";

/** What the statements of one request may see: the person's rows alone, by row-level security. */
export type WallScope = {
  personId: string;
  /**
   * `everything`: each statement of the request (doors that only read). `sight`: only those that decide whether the
   * person sees a case at all; what follows writes, with the owner's rights, what the rules of the case say.
   */
  behind: "everything" | "sight";
};

/** Migration 0400; a role of the server without BYPASSRLS, which owns nothing. */
const wallRole = "second_level_055055";

const scopeOfPool = new WeakMap<Pool, () => WallScope | null>();
const scopeOfClient = new WeakMap<object, WallScope>();

/**
 * A pool whose statements run for the person of the moment, which `scope` tells; null: the request is over, and nothing
 * runs at all. Statements outside a transaction get one of their own, since role and person are set for one transaction.
 */
export function walledPool(
  pool: Pool,
  scope: () => WallScope | null,
  inTransaction: (pool: Pool, work: (client: pg.PoolClient) => Promise<unknown>) => Promise<unknown>,
): Pool {
  const current = (): WallScope => {
    const found = scope();
    if (!found) throw new Error("A statement came after the end of its request");
    return found;
  };
  // The pool itself stays as it is for everybody else: these two answer in its place.
  const walled: Pool = Object.create(pool);
  type Statement = (...asked: unknown[]) => Promise<unknown>;
  const plain = pool.query.bind(pool) as unknown as Statement;
  const query: Statement = async (...asked) => {
    if (current().behind === "sight") return plain(...asked);
    return inTransaction(walled, (client) => (client.query as unknown as Statement).apply(client, asked));
  };
  Object.assign(walled, { query, connect: () => pool.connect() });
  scopeOfPool.set(walled, current);
  return walled;
}

/** How a transaction on this pool begins; remembers for whom. */
export function openingOf(pool: Pool, client: pg.PoolClient): string {
  const scope = scopeOfPool.get(pool)?.();
  if (!scope) return "begin";
  scopeOfClient.set(client, scope);
  return scope.behind === "everything" ? `begin; ${entering(scope)}` : "begin";
}

/** The connection serves others from now on. */
export function forgetScope(client: pg.PoolClient): void {
  scopeOfClient.delete(client);
}

/** Runs what decides about sight behind the wall, when the request has one (see `WallScope`). */
export async function behindWall<T>(db: Queryable, work: (db: Queryable) => Promise<T>): Promise<T> {
  const ofClient = scopeOfClient.get(db);
  if (ofClient?.behind !== "sight") return work(db);
  await db.query(entering(ofClient));
  const result = await work(db);
  // After a failure the transaction is over anyway, and the role with it.
  await db.query("set local role none");
  return result;
}

/** Whether the pool is one of a request with a wall of the lesser kind, whose sight needs a transaction. */
export function needsTransaction(db: Queryable): db is Pool {
  return scopeOfPool.get(db as Pool)?.()?.behind === "sight";
}

function entering({ personId }: WallScope): string {
  if (!/^[0-9a-f-]{36}$/.test(personId)) throw new Error("Not the id of a person");
  return `set local role ${wallRole}; select set_config('app.person_id', '${personId}', true)`;
}
