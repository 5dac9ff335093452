import { createHash } from "node:crypto";
import type { Pool, Queryable } from "../../database/pool.ts";

export type SignInAttempt = {
  id: number;
  /** Failures in the last 15 minutes; those of the same name count while they are still being checked. */
  pairFailures: number;
  loginFailures: number;
  addressFailures: number;
  /** Attempts from this address that are being checked now. */
  addressPending: number;
  /** This name has signed in from this address within 30 days. */
  known: boolean;
};

/**
 * Writes an attempt down as pending and counts the earlier ones. Written first, so that a thousand attempts at once
 * see each other.
 */
export async function noteAttempt(pool: Pool, login: string, address: string): Promise<SignInAttempt> {
  const result = await pool.query<SignInAttempt>({
    name: "note-sign-in",
    text: `
      with attempt as (
        insert into sign_in_attempts (login_hash, address) values ($1, $2) returning id
      ), recent as (
        select login_hash = $1 as same_login, address = $2 as same_address, succeeded is null as pending
        from sign_in_attempts where succeeded is not true and at > clock_timestamp() - interval '15 minutes'
          and (login_hash = $1 or address = $2)
      )
      select attempt.id, c.*,
        exists (select from sign_in_attempts where login_hash = $1 and address = $2 and succeeded
          and at > clock_timestamp() - interval '30 days') as known
      from attempt, lateral (
        select count(*) filter (where same_login and same_address) as "pairFailures",
          count(*) filter (where same_login) as "loginFailures",
          count(*) filter (where same_address and not pending) as "addressFailures",
          count(*) filter (where same_address and pending) as "addressPending"
        from recent) c`,
    values: [loginHash(login), address],
  });
  const attempt = result.rows[0];
  if (!attempt) throw new Error("The attempt was not written");
  return attempt;
}

/** A throttled attempt was never checked: it does not lengthen the wait of who tries again too soon. */
export async function forgetAttempt(db: Queryable, attemptId: number): Promise<void> {
  await db.query("delete from sign_in_attempts where id = $1", [attemptId]);
}

export async function attemptFailed(db: Queryable, attemptId: number): Promise<void> {
  await db.query("update sign_in_attempts set succeeded = false where id = $1", [attemptId]);
}

/** The attempt was right after all; the failures of this name from this address are forgiven. */
export async function attemptSucceeded(
  db: Queryable,
  attemptId: number,
  login: string,
  address: string,
): Promise<void> {
  await db.query(
    `with forgiven as (
      delete from sign_in_attempts where login_hash = $2 and address = $3 and succeeded is not true and id <> $1
    )
    update sign_in_attempts set succeeded = true where id = $1`,
    [attemptId, loginHash(login), address],
  );
}

/** Daily. */
export async function forgetOldAttempts(pool: Pool): Promise<number> {
  const result = await pool.query(
    `delete from sign_in_attempts where at < now() - case when succeeded then interval '30 days' else interval '1 day' end`,
  );
  return result.rowCount ?? 0;
}

function loginHash(login: string): Buffer {
  return createHash("sha256").update(login.trim().toLowerCase()).digest();
}
