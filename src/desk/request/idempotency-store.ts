import type { Pool, Queryable } from "../../database/pool.ts";
import type { IdempotentRequest } from "../route.ts";

export type StoredAnswer = { requestHash: string; status: number | null; body: unknown; createdAt: Date };

/** True for the first request with this key; the others read what the first left. */
export async function claimKey(pool: Pool, request: IdempotentRequest, requestHash: string): Promise<boolean> {
  const result = await pool.query(
    `insert into idempotency_keys (person_id, key, request_hash) values ($1, $2, $3) on conflict do nothing`,
    [request.personId, request.key, requestHash],
  );
  return result.rowCount === 1;
}

export async function storedAnswer(pool: Pool, request: IdempotentRequest): Promise<StoredAnswer | null> {
  const result = await pool.query<StoredAnswer>(
    `select request_hash as "requestHash", status, body, created_at as "createdAt"
     from idempotency_keys where person_id = $1 and key = $2`,
    [request.personId, request.key],
  );
  return result.rows[0] ?? null;
}

/** Keeps the answer; an action may call it in its own transaction, so that a lost COMMIT can not be done twice. */
export async function settleKey(
  client: Queryable,
  request: IdempotentRequest,
  status: number,
  body: unknown,
): Promise<void> {
  await client.query(
    `update idempotency_keys set status = $3, body = $4 where person_id = $1 and key = $2 and status is null`,
    [request.personId, request.key, status, body === undefined ? null : JSON.stringify(body)],
  );
}

/** After a refusal nothing was done: the same key may be tried again. */
export async function freeKey(pool: Pool, request: IdempotentRequest): Promise<void> {
  await pool.query(`delete from idempotency_keys where person_id = $1 and key = $2 and status is null`, [
    request.personId,
    request.key,
  ]);
}

/** Daily: a key is good for 48 hours. */
export async function forgetOldKeys(pool: Pool): Promise<number> {
  const result = await pool.query(`delete from idempotency_keys where created_at < now() - interval '48 hours'`);
  return result.rowCount ?? 0;
}
