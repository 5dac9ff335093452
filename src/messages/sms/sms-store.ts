import type { Queryable } from "../../database/pool.ts";
import type { SmsText } from "../message.ts";

export async function sendingOfProviderId(db: Queryable, providerId: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>("select id from message_sendings where provider_id = $1", [
    providerId,
  ]);
  return rows[0]?.id ?? null;
}

export async function bodyOf(db: Queryable, messageId: string): Promise<string> {
  const { rows } = await db.query<{ body: string }>("select body from messages where id = $1", [messageId]);
  return rows[0]?.body ?? "";
}

export type NewSms = {
  caseId: string;
  personId: string;
  language: "it" | "en";
  card: { id: string; version: number };
  textKind: SmsText;
  body: string;
  segments: number;
  consentVersion: string;
};

/** Consent is recorded with each sending: which text, who heard it, when (REQ 5.2). */
export async function insertSms(db: Queryable, sms: NewSms): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into messages (kind, case_id, created_by_id, language, card_id, card_version, text_kind, body, segments,
      consent_version, consent_by_id, consent_at)
    values ('sms', $1, $2, $3, $4, $5, $6, $7, $8, $9, $2, clock_timestamp()) returning id`,
    [
      sms.caseId,
      sms.personId,
      sms.language,
      sms.card.id,
      sms.card.version,
      sms.textKind,
      sms.body,
      sms.segments,
      sms.consentVersion,
    ],
  );
  return rows[0]!.id;
}

export type ConsentText = { version: string; it: string; en: string };

/** The text that is read to the citizen today. */
export async function consentText(db: Queryable): Promise<ConsentText> {
  const { rows } = await db.query<ConsentText>(
    `select version, text_it as it, text_en as en from sms_consent_texts where valid_from <= now()
    order by valid_from desc, version desc limit 1`,
  );
  return rows[0]!;
}

/** SMS of this person in the last hour and to this number in the last day, counted one request after the other. */
export async function countRecentSms(
  db: Queryable,
  personId: string,
  e164: string,
): Promise<{ byPerson: number; toNumber: number }> {
  await db.query("select pg_advisory_xact_lock(hashtextextended('sms person ' || $1, 0))", [personId]);
  await db.query("select pg_advisory_xact_lock(hashtextextended('sms number ' || $1, 0))", [e164]);
  const { rows } = await db.query<{ byPerson: number; toNumber: number }>(
    `select
      (select count(*)::int from message_sendings d join messages m on m.id = d.message_id and m.kind = 'sms'
        where d.person_id = $1 and d.created_at > clock_timestamp() - interval '1 hour') as "byPerson",
      (select count(*)::int from message_sendings d join messages m on m.id = d.message_id and m.kind = 'sms'
        where d.to_address = $2 and d.created_at > clock_timestamp() - interval '1 day') as "toNumber"`,
    [personId, e164],
  );
  return rows[0]!;
}

/** Whether citizen and centre spoke by telephone about this case at all. */
export async function hasPhoneContact(db: Queryable, caseId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from contact_cases kc join contacts k on k.id = kc.contact_id
    where kc.case_id = $1 and k.channel = 'phone' limit 1`,
    [caseId],
  );
  return rowCount === 1;
}
