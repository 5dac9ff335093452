import type { Queryable } from "../../database/pool.ts";
import type { MessageKind, Sending, SendingState } from "../message.ts";

export const sendingColumns = `d.id, d.message_id as "messageId", m.case_id as "caseId", m.kind, d.try,
  d.to_address as "toAddress", d.address_source as "addressSource", d.state, d.provider_id as "providerId",
  d.error_code as "errorCode", d.attempts, d.claim_id as "claimId", d.created_at as "createdAt",
  d.claimed_at as "claimedAt"`;

/** The job that sends it leaves with the caller's commit, or not at all; one job a sending, however often asked. */
export async function enqueueSending(db: Queryable, sendingId: string, runAt: Date | null = null): Promise<void> {
  await db.query(
    `select graphile_worker.add_job('send_message', json_build_object('sendingId', $1::text),
      job_key := 'send:' || $1::text, run_at := coalesce($2::timestamptz, now()), max_attempts := 3)`,
    [sendingId, runAt],
  );
}

/**
 * Takes a due sending for one try at the provider, by conditional update: of several that want it one gets it. The
 * claim commits before the provider is asked, so a try can not happen without a trace.
 */
export async function claimSending(db: Queryable, sendingId: string, claimMs: number): Promise<Sending | null> {
  const { rows } = await db.query<Sending>(
    `update message_sendings d set state = 'sending', claim_id = uuidv7(), attempts = d.attempts + 1,
      claimed_at = clock_timestamp(), claimed_until = clock_timestamp() + $2 * interval '1 millisecond'
    from messages m
    where d.id = $1 and m.id = d.message_id and d.state = 'queued' and d.due_at <= clock_timestamp()
    returning ${sendingColumns}`,
    [sendingId, claimMs],
  );
  return rows[0] ?? null;
}

export async function readSending(db: Queryable, sendingId: string, lock = false): Promise<Sending | null> {
  const { rows } = await db.query<Sending>(
    `select ${sendingColumns} from message_sendings d join messages m on m.id = d.message_id
    where d.id = $1 ${lock ? "for no key update of d" : ""}`,
    [sendingId],
  );
  return rows[0] ?? null;
}

/**
 * Back to the queue: the provider surely has nothing of the try that `claimId` names. A later try is another claim,
 * so a copy that was frozen over its proof moves nothing.
 */
export async function requeueSending(
  db: Queryable,
  sendingId: string,
  claimId: string,
  delayMs: number,
  error: { code: string; detail: string } | null,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update message_sendings set state = 'queued', claim_id = null, claimed_until = null, dead_at = null, error_code = $4,
      error_detail = $5, due_at = clock_timestamp() + $3 * interval '1 millisecond'
    where id = $1 and claim_id = $2 and state in ('sending', 'unknown') and provider_id is null`,
    [sendingId, claimId, delayMs, error?.code ?? null, error?.detail.slice(0, 500) ?? null],
  );
  return rowCount === 1;
}

/** The provider took it; its state may be further on already. False: a notice of the provider was quicker. */
export async function acceptSending(
  db: Queryable,
  sendingId: string,
  providerId: string,
  state: Extract<SendingState, "sending" | "sent">,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update message_sendings set state = $3, provider_id = $2, error_code = null, error_detail = null,
      sent_at = coalesce(sent_at, clock_timestamp()), claimed_until = null, dead_at = null
    where id = $1 and state in ('sending', 'unknown', 'queued') and provider_id is null`,
    [sendingId, providerId, state],
  );
  return rowCount === 1;
}

/** Writes a state told by the provider under the sending's lock; the caller has compared the ranks. */
export async function writeState(
  db: Queryable,
  sendingId: string,
  state: SendingState,
  error: { code: string | null; detail: string | null },
  providerId: string | null = null,
): Promise<void> {
  await db.query(
    `update message_sendings set state = $2, error_code = $3, error_detail = $4, claimed_until = null,
      provider_id = coalesce(provider_id, $5),
      sent_at = case when $2 in ('sent', 'delivered') then coalesce(sent_at, clock_timestamp()) else sent_at end,
      ended_at = case when $2 in ('delivered', 'undelivered', 'failed') then clock_timestamp() end,
      dead_at = case when $2 in ('sent', 'delivered', 'undelivered') then null else dead_at end
    where id = $1`,
    [sendingId, state, error.code?.slice(0, 20) ?? null, error.detail?.slice(0, 500) ?? null, providerId],
  );
}

export async function markUnknown(db: Queryable, sendingId: string, claimId: string, detail: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update message_sendings set state = 'unknown', error_code = 'unknown', error_detail = $3, claimed_until = null
    where id = $1 and claim_id = $2 and state = 'sending' and provider_id is null`,
    [sendingId, claimId, detail.slice(0, 500)],
  );
  return rowCount === 1;
}

export async function markDead(db: Queryable, sendingId: string): Promise<void> {
  await db.query("update message_sendings set dead_at = coalesce(dead_at, clock_timestamp()) where id = $1", [
    sendingId,
  ]);
}

/** Sendings whose claim ran out without a word: the copy that held it died, and nobody knows what the provider did. */
export async function claimsRunOut(db: Queryable): Promise<{ id: string; caseId: string }[]> {
  const { rows } = await db.query(
    `update message_sendings d set state = 'unknown', error_code = 'unknown',
      error_detail = 'interrupted while the provider was asked', claimed_until = null
    from messages m where m.id = d.message_id and d.state = 'sending' and d.provider_id is null
      and d.claimed_until < clock_timestamp()
    returning d.id, m.case_id as "caseId"`,
  );
  return rows;
}

/** Queued sendings that are overdue: their job was lost, or waits with a worker that died. */
export async function overdueSendings(db: Queryable, overdueMs: number, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from message_sendings where state = 'queued' and due_at < clock_timestamp() - $1 * interval '1 millisecond'
    order by due_at limit $2`,
    [overdueMs, limit],
  );
  return rows.map((row) => row.id);
}

/** Unknown SMS to ask the provider about, and how often that was done; claimed by the time of the look. */
export async function unknownToReconcile(db: Queryable, pauseMs: number, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `update message_sendings d set reconciled_at = clock_timestamp(), reconcile_looks = d.reconcile_looks + 1
    where d.id in (select u.id from message_sendings u join messages m on m.id = u.message_id
      where u.state = 'unknown' and m.kind = 'sms'
        and (u.reconciled_at is null or u.reconciled_at < clock_timestamp() - $1 * interval '1 millisecond')
      order by u.created_at limit $2 for update of u skip locked)
    returning d.id`,
    [pauseMs, limit],
  );
  return rows.map((row) => row.id);
}

/**
 * SMS that the provider took but never told the end of, for the nightly question (REQ 5.4). Marked as asked by the
 * same statement, so that of several copies one asks.
 */
export async function openAtProvider(db: Queryable, limit: number): Promise<Sending[]> {
  const { rows } = await db.query<Sending>(
    `update message_sendings d set reconciled_at = clock_timestamp()
    from messages m
    where m.id = d.message_id and d.id in (select o.id from message_sendings o join messages n on n.id = o.message_id
      where n.kind = 'sms' and o.state in ('sending', 'sent') and o.provider_id is not null
        and o.created_at between clock_timestamp() - interval '30 days' and clock_timestamp() - interval '1 hour'
        and (o.reconciled_at is null or o.reconciled_at < clock_timestamp() - interval '12 hours')
      order by o.created_at limit $1 for update of o skip locked)
    returning ${sendingColumns}`,
    [limit],
  );
  return rows;
}

/** What the provider's list may hold that is known to belong to other sendings. */
export async function providerIdsTo(db: Queryable, toAddress: string): Promise<string[]> {
  const { rows } = await db.query<{ providerId: string }>(
    `select provider_id as "providerId" from message_sendings where to_address = $1 and provider_id is not null
      and created_at > clock_timestamp() - interval '3 days'`,
    [toAddress],
  );
  return rows.map((row) => row.providerId);
}

export type DeadLetter = {
  sendingId: string;
  messageId: string;
  caseId: string;
  caseNumber: number;
  kind: MessageKind;
  try: number;
  state: SendingState;
  attempts: number;
  errorCode: string | null;
  errorDetail: string | null;
  createdAt: Date;
  deadAt: Date;
};

/** What the program gave up, and what stayed unknown: newest first (issue E.1). */
export async function listDeadLetters(db: Queryable, limit: number): Promise<DeadLetter[]> {
  const { rows } = await db.query<DeadLetter>(
    `select d.id as "sendingId", d.message_id as "messageId", m.case_id as "caseId", s.number as "caseNumber", m.kind,
      d.try, d.state, d.attempts, d.error_code as "errorCode", d.error_detail as "errorDetail",
      d.created_at as "createdAt", d.dead_at as "deadAt"
    from message_sendings d join messages m on m.id = d.message_id join cases s on s.id = m.case_id
    where d.dead_at is not null order by d.dead_at desc, d.id limit $1`,
    [limit],
  );
  return rows;
}
