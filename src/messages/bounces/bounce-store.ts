import type { Queryable } from "../../database/pool.ts";

export type NoticeVerdict =
  | "failed"
  | "delayed"
  | "delivered"
  | "auto_reply"
  | "forged"
  | "unmatched"
  | "suspect"
  | "foreign"
  | "unreadable";

export type NewNotice = {
  source: string;
  verdict: NoticeVerdict;
  state: "matched" | "ignored" | "open";
  sendingId: string | null;
  guessId: string | null;
  recipient: string | null;
  statusCode: string | null;
  diagnostic: string | null;
  subject: string | null;
  excerpt: string | null;
};

/** False when this very mail was taken before. */
export async function insertNotice(db: Queryable, notice: NewNotice): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into bounce_notices (source, verdict, state, sending_id, guess_id, recipient, status_code, diagnostic,
      subject, excerpt)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (source) do nothing`,
    [
      notice.source,
      notice.verdict,
      notice.state,
      notice.sendingId,
      notice.guessId,
      storable(notice.recipient, 320),
      storable(notice.statusCode, 20),
      storable(notice.diagnostic, 500),
      storable(notice.subject, 300),
      storable(notice.excerpt, 4_000),
    ],
  );
  return rowCount === 1;
}

/** Signs that PostgreSQL or a page could choke on are dropped. */
function storable(text: string | null, length: number): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped
  return text === null ? null : text.replace(/[\u0000-\u0008\u000b-\u001f]/g, "").slice(0, length);
}

export async function sendingOfMark(db: Queryable, messageId: string, tryNumber: number): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    "select id from message_sendings where message_id = $1 and try = $2",
    [messageId, tryNumber],
  );
  return rows[0]?.id ?? null;
}

/** A guess for the manual box only: an e-mail to this address within five days (anyone could write such a notice). */
export async function recentSendingTo(db: Queryable, address: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `select d.id from message_sendings d join messages m on m.id = d.message_id and m.kind = 'email'
    where d.to_address = lower($1) and d.created_at > clock_timestamp() - interval '5 days'
    order by d.created_at desc limit 1`,
    [address],
  );
  return rows[0]?.id ?? null;
}

export type ListedNotice = {
  id: string;
  receivedAt: Date;
  verdict: NoticeVerdict;
  state: string;
  recipient: string | null;
  statusCode: string | null;
  diagnostic: string | null;
  subject: string | null;
  excerpt: string | null;
  guess: { messageId: string; try: number; caseId: string; caseNumber: number; toAddress: string } | null;
};

const listed = `n.id, n.received_at as "receivedAt", n.verdict, n.state, n.recipient, n.status_code as "statusCode",
  n.diagnostic, n.subject, n.excerpt,
  (select jsonb_build_object('messageId', d.message_id, 'try', d.try, 'caseId', s.id, 'caseNumber', s.number,
      'toAddress', d.to_address)
    from message_sendings d join messages m on m.id = d.message_id join cases s on s.id = m.case_id
    where d.id = n.guess_id) as guess`;

/** The manual box, oldest first; `after` is the last id of the page before. */
export async function openNotices(db: Queryable, limit: number, after: string | null): Promise<ListedNotice[]> {
  const { rows } = await db.query<ListedNotice>(
    `select ${listed} from bounce_notices n where n.state = 'open' and ($2::uuid is null or n.id > $2)
    order by n.id limit $1`,
    [limit, after],
  );
  return rows;
}

export async function lockNotice(db: Queryable, id: string): Promise<ListedNotice | null> {
  const { rows } = await db.query<ListedNotice>(
    `select ${listed} from bounce_notices n where n.id = $1 for update of n`,
    [id],
  );
  return rows[0] ?? null;
}

/** Conditional on nobody having handled it. */
export async function handleNotice(
  db: Queryable,
  id: string,
  to: { state: "assigned" | "dismissed"; sendingId: string | null; personId: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update bounce_notices set state = $2, sending_id = $3, handled_by_id = $4, handled_at = clock_timestamp()
    where id = $1 and state = 'open'`,
    [id, to.state, to.sendingId, to.personId],
  );
  return rowCount === 1;
}

/** How far a mailbox was read; a new UIDVALIDITY begins again (what was taken before is known by its Message-ID). */
export async function mailboxPlace(db: Queryable, mailbox: string, uidValidity: string): Promise<number> {
  const { rows } = await db.query<{ lastUid: number }>(
    `insert into bounce_mailboxes (mailbox, uid_validity) values ($1, $2)
    on conflict (mailbox) do update set uid_validity = excluded.uid_validity,
      last_uid = case when bounce_mailboxes.uid_validity = excluded.uid_validity then bounce_mailboxes.last_uid else 0 end
    returning last_uid as "lastUid"`,
    [mailbox, uidValidity],
  );
  return rows[0]!.lastUid;
}

export async function moveMailboxPlace(db: Queryable, mailbox: string, lastUid: number): Promise<void> {
  await db.query("update bounce_mailboxes set last_uid = greatest(last_uid, $2) where mailbox = $1", [
    mailbox,
    lastUid,
  ]);
}

/** Notices are kept as their rule says (FAULTS S37); what still waits for a person stays until the nightly sweep. */
export async function forgetOldNotices(db: Queryable): Promise<void> {
  await db.query(
    `delete from bounce_notices where state <> 'open' and received_at < clock_timestamp()
      - (select make_interval(days => keep_days) from retention_rules where kind = 'bounce')`,
  );
}
