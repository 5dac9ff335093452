import type { Queryable } from "../../database/pool.ts";
import type { AddressSource, EmailPart } from "../message.ts";

export type NewEmail = {
  caseId: string;
  personId: string;
  language: "it" | "en";
  card: { id: string; version: number } | null;
  template: { id: string; version: number };
  parts: readonly EmailPart[];
  subject: string;
  body: string;
};

export async function insertEmail(db: Queryable, email: NewEmail): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into messages (kind, case_id, created_by_id, language, card_id, card_version, template_id, template_version,
      parts, subject, body)
    values ('email', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      email.caseId,
      email.personId,
      email.language,
      email.card?.id ?? null,
      email.card?.version ?? null,
      email.template.id,
      email.template.version,
      email.parts,
      email.subject,
      email.body,
    ],
  );
  return rows[0]!.id;
}

/** Keeps the bytes as they are now; the agency may take the document back or change it (REQ 6.1). */
export async function keepFiles(db: Queryable, messageId: string, documentIds: readonly string[]): Promise<void> {
  await db.query(
    `insert into sent_files (sha256, content)
    select distinct on (f.sha256) f.sha256, f.content from card_documents f where f.id = any($1::uuid[])
    on conflict do nothing`,
    [documentIds],
  );
  await db.query(
    `insert into message_files (message_id, position, document_id, name, media_type, sha256)
    select $1, w.position, f.id, f.name, f.media_type, f.sha256
    from unnest($2::uuid[]) with ordinality as w (id, position) join card_documents f on f.id = w.id`,
    [messageId, documentIds],
  );
}

export type NewSending = {
  messageId: string;
  try: number;
  contactId: string;
  personId: string;
  toAddress: string;
  addressSource: "typed" | AddressSource;
};

export async function insertSending(db: Queryable, sending: NewSending): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into message_sendings (message_id, try, contact_id, person_id, to_address, address_source)
    values ($1, $2, $3, $4, $5, $6) returning id`,
    [sending.messageId, sending.try, sending.contactId, sending.personId, sending.toAddress, sending.addressSource],
  );
  return rows[0]!.id;
}

/** An outbound contact on the case; the number typed for an SMS is not written into it (REQ 5.2). */
export async function insertOutboundContact(
  db: Queryable,
  caseId: string,
  channel: "email" | "sms",
  personId: string,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `with k as (
      insert into contacts (id, direction, channel, person_id) values (uuidv7(), 'outbound', $2, $3) returning id
    ), kc as (insert into contact_cases (contact_id, case_id) select k.id, $1 from k)
    select id from k`,
    [caseId, channel, personId],
  );
  return rows[0]!.id;
}

export type StoredEmail = {
  id: string;
  caseId: string;
  kind: "sms" | "email";
  sendings: number;
  lastAddress: string;
};

export async function caseOfMessage(db: Queryable, messageId: string): Promise<string | null> {
  const { rows } = await db.query<{ caseId: string }>('select case_id as "caseId" from messages where id = $1', [
    messageId,
  ]);
  return rows[0]?.caseId ?? null;
}

/** The message with its row locked: sendings are counted under this lock (REQ 6.5). */
export async function lockEmail(db: Queryable, messageId: string): Promise<StoredEmail | null> {
  const { rows } = await db.query<StoredEmail>(
    `select m.id, m.case_id as "caseId", m.kind, m.sendings,
      (select d.to_address from message_sendings d where d.message_id = m.id order by d.try desc limit 1)
        as "lastAddress"
    from messages m where m.id = $1 for update of m`,
    [messageId],
  );
  return rows[0] ?? null;
}

/** False when three were made already; the table's check would refuse it too. */
export async function countSending(db: Queryable, messageId: string, seen: number): Promise<boolean> {
  const { rowCount } = await db.query(
    "update messages set sendings = sendings + 1 where id = $1 and sendings = $2 and sendings < 3",
    [messageId, seen],
  );
  return rowCount === 1;
}

export async function sendingsOf(db: Queryable, messageId: string): Promise<number> {
  const { rows } = await db.query<{ sendings: number }>("select sendings from messages where id = $1", [messageId]);
  return rows[0]?.sendings ?? 0;
}

export async function countFailures(db: Queryable, messageId: string): Promise<number> {
  const { rows } = await db.query<{ failures: number }>(
    `select count(*)::int as failures from message_sendings
    where message_id = $1 and state in ('failed', 'undelivered')`,
    [messageId],
  );
  return rows[0]!.failures;
}

/** E-mail addresses of the case's citizen record, the newest first. */
export async function addressesOfCitizen(db: Queryable, citizenId: string): Promise<string[]> {
  const { rows } = await db.query<{ value: string }>(
    "select value from citizen_contacts where citizen_id = $1 and kind = 'email' order by created_at desc, id desc",
    [citizenId],
  );
  return rows.map((row) => row.value);
}

export type MailContent = {
  subject: string;
  body: string;
  files: { name: string; mediaType: string; content: Buffer }[];
};

export async function mailContent(db: Queryable, messageId: string): Promise<MailContent> {
  const { rows } = await db.query<{ subject: string; body: string }>(
    "select subject, body from messages where id = $1 and kind = 'email'",
    [messageId],
  );
  const files = await db.query<MailContent["files"][number]>(
    `select f.name, f.media_type as "mediaType", s.content from message_files f join sent_files s on s.sha256 = f.sha256
    where f.message_id = $1 order by f.position`,
    [messageId],
  );
  return { ...rows[0]!, files: files.rows };
}
