import type { Queryable } from "../database/pool.ts";
import type { Webhook, WebhookKind } from "./webhook.ts";

const columns = `id, name, url, kinds, agency_id as "agencyId", disabled_at is not null as disabled, version`;

export async function listWebhooks(db: Queryable): Promise<Webhook[]> {
  const { rows } = await db.query<Webhook>(`select ${columns} from webhooks order by name, id`);
  return rows;
}

export async function insertWebhook(
  db: Queryable,
  wish: Omit<Webhook, "id" | "disabled" | "version"> & { secret: string; personId: string },
): Promise<Webhook> {
  const { rows } = await db.query<Webhook>(
    `insert into webhooks (name, url, secret, kinds, agency_id, created_by_id) values ($1, $2, $3, $4, $5, $6)
    returning ${columns}`,
    [wish.name, wish.url, wish.secret, wish.kinds, wish.agencyId, wish.personId],
  );
  return rows[0]!;
}

export async function lockWebhook(db: Queryable, id: string): Promise<Webhook | null> {
  const { rows } = await db.query<Webhook>(`select ${columns} from webhooks where id = $1 for update`, [id]);
  return rows[0] ?? null;
}

export async function updateWebhook(db: Queryable, webhook: Webhook): Promise<Webhook> {
  const { rows } = await db.query<Webhook>(
    `update webhooks set name = $2, url = $3, kinds = $4, agency_id = $5,
      disabled_at = case when $6 then coalesce(disabled_at, now()) end, version = version + 1
    where id = $1 returning ${columns}`,
    [webhook.id, webhook.name, webhook.url, webhook.kinds, webhook.agencyId, webhook.disabled],
  );
  return rows[0]!;
}

export type ClaimedDelivery = {
  id: string;
  claimId: string;
  webhookId: string;
  kind: WebhookKind | "test";
  payload: Record<string, unknown>;
  createdAt: Date;
  attempts: number;
  url: string;
  secret: string;
};

/**
 * Takes due deliveries, oldest first, at most so many of each receiver, none of those that this copy is already busy
 * with: one that is slow holds up only itself.
 */
export async function claimDeliveries(
  db: Queryable,
  { each, busy, claimMs }: { each: number; busy: string[]; claimMs: number },
): Promise<ClaimedDelivery[]> {
  const { rows } = await db.query<ClaimedDelivery>(
    `update webhook_deliveries d set state = 'sending', claim_id = uuidv7(), attempts = d.attempts + 1,
      claimed_until = clock_timestamp() + $3 * interval '1 millisecond'
    from webhooks w
    where w.id = d.webhook_id and d.id in (
      select q.id from webhooks v, lateral (select x.id from webhook_deliveries x
        where x.webhook_id = v.id and x.state = 'queued' and x.due_at <= clock_timestamp()
        order by x.due_at limit $1 for update of x skip locked) q
      where v.disabled_at is null and v.id <> all($2::uuid[]))
    returning d.id, d.claim_id as "claimId", d.webhook_id as "webhookId", d.kind, d.payload,
      d.created_at as "createdAt", d.attempts, w.url, w.secret`,
    [each, busy, claimMs],
  );
  return rows;
}

/** Claims that ran out: the copy died or hung; the receiver may get it twice, with the same id. */
export async function freeLostDeliveries(db: Queryable): Promise<void> {
  await db.query(
    `update webhook_deliveries set state = 'queued', claim_id = null, claimed_until = null, due_at = clock_timestamp()
    where state = 'sending' and claimed_until < clock_timestamp()`,
  );
}

export type DeliveryResult = { status: number | null; error: string | null; ms: number };

/** `retryMs` null: this was the last try, unless it went well. */
export async function settleWebhook(
  db: Queryable,
  { id, claimId }: Pick<ClaimedDelivery, "id" | "claimId">,
  result: DeliveryResult,
  retryMs: number | null,
): Promise<void> {
  const state = result.error === null ? "done" : retryMs === null ? "dead" : "queued";
  await db.query(
    `update webhook_deliveries set state = $3, claim_id = null, claimed_until = null, last_status = $4,
      last_error = left($5, 300), last_ms = $6, ended_at = case when $3 <> 'queued' then clock_timestamp() end,
      due_at = clock_timestamp() + coalesce($7::float, 0) * interval '1 millisecond'
    where id = $1 and claim_id = $2 and state = 'sending'`,
    [id, claimId, state, result.status, result.error, Math.round(result.ms), retryMs],
  );
}

export type DeliveryLogLine = {
  id: string;
  kind: string;
  payload: Record<string, unknown>;
  state: "queued" | "sending" | "done" | "dead";
  attempts: number;
  createdAt: Date;
  dueAt: Date;
  lastStatus: number | null;
  lastError: string | null;
  lastMs: number | null;
  endedAt: Date | null;
};

const logColumns = `id, kind, payload, state, attempts, created_at as "createdAt", due_at as "dueAt",
  last_status as "lastStatus", last_error as "lastError", last_ms as "lastMs", ended_at as "endedAt"`;

export async function webhookLog(
  db: Queryable,
  webhookId: string,
  { state, cursor, limit }: { state: string | null; cursor: string | null; limit: number },
): Promise<{ items: DeliveryLogLine[]; nextCursor: string | null }> {
  const { rows } = await db.query<DeliveryLogLine>(
    `select ${logColumns} from webhook_deliveries
    where webhook_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id < $3)
    order by id desc limit $4`,
    [webhookId, state, cursor, limit + 1],
  );
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** A dead one, or one that waits, is tried again at once. */
export async function retryWebhook(db: Queryable, webhookId: string, id: string): Promise<DeliveryLogLine | null> {
  const { rows } = await db.query<DeliveryLogLine>(
    `update webhook_deliveries set state = 'queued', attempts = 0, due_at = clock_timestamp(), ended_at = null
    where id = $2 and webhook_id = $1 and state in ('dead', 'queued') returning ${logColumns}`,
    [webhookId, id],
  );
  return rows[0] ?? null;
}

export async function insertTestDelivery(db: Queryable, webhookId: string): Promise<DeliveryLogLine | null> {
  const { rows } = await db.query<DeliveryLogLine>(
    `insert into webhook_deliveries (webhook_id, kind, payload)
    select id, 'test', '{}' from webhooks where id = $1 and disabled_at is null returning ${logColumns}`,
    [webhookId],
  );
  return rows[0] ?? null;
}

export async function forgetOldDeliveries(db: Queryable): Promise<void> {
  await db.query("delete from webhook_deliveries where ended_at < now() - interval '30 days'");
}
