import type { Queryable } from "../database/pool.ts";
import { erasedText } from "./retention.ts";

/**
 * Takes out of closed cases whatever says who it was: texts, the citizen, notes, addresses, mails, history's details.
 * Reason, service, statuses, times and counts stay (reports of the past give the same figures).
 */
export async function anonymiseCases(db: Queryable, ids: readonly string[]): Promise<void> {
  const text = (column: string) => `${column} = case when ${column} is not null then '${erasedText}' end`;
  await db.query(
    `update cases set ${["request", "answer", "note", "reject_note"].map(text).join(", ")}, citizen_id = null,
      phone_confirmed = false, anonymised_at = now(), version = version + 1,
      missing_knowledge = case when missing_knowledge ? 'search'
        then jsonb_set(missing_knowledge, '{search}', to_jsonb('${erasedText}'::text)) else missing_knowledge end
    where id = any($1) and closed_at is not null`,
    [ids],
  );
  for (const statement of [
    `update case_notes set text = '${erasedText}' where case_id = any($1)`,
    `update contact_attempts set note = null where case_id = any($1) and note is not null`,
    `update cancel_requests set note = null where (parent_id = any($1) or child_id = any($1)) and note is not null`,
    `update case_history set data = '{}' where case_id = any($1) and data <> '{}'`,
    `update information_needs set text = '${erasedText}' where case_id = any($1)`,
    `delete from message_files f using messages m where m.id = f.message_id and m.case_id = any($1)`,
    `delete from bounce_notices b using message_sendings g join messages m on m.id = g.message_id
      where b.sending_id = g.id and m.case_id = any($1)`,
    `update message_sendings g set to_address = '${erasedText}', error_detail = null from messages m
      where m.id = g.message_id and m.case_id = any($1)`,
    `update messages set body = '${erasedText}', subject = case when subject is not null then '${erasedText}' end
      where case_id = any($1)`,
    // What pages were told, and what was answered to repeated requests, goes within two days by itself.
    `delete from desk_events where payload ->> 'caseId' = any(select unnest($1::uuid[])::text)`,
    `delete from idempotency_keys where body ->> 'id' = any(select unnest($1::uuid[])::text)
      or body ->> 'caseId' = any(select unnest($1::uuid[])::text)`,
  ]) {
    await db.query(statement, [ids]);
  }
  await db.query("delete from sent_files s where not exists (select from message_files f where f.sha256 = s.sha256)");
}

/** Cases whose calls and contacts serve no case any more that still says who it was. */
export async function casesWithNumbersToErase(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ caseId: string }>(
    `select distinct kc.case_id as "caseId" from contact_cases kc
    where kc.case_id = any($1) and not exists (select from contact_cases o join cases s on s.id = o.case_id
      where o.contact_id = kc.contact_id and s.anonymised_at is null)`,
    [ids],
  );
  return rows.map(({ caseId }) => caseId);
}

/** The record and those merged into it: the rows stay as pseudonyms of the audit log, nothing else does. */
export async function eraseCitizens(db: Queryable, ids: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ words: string[] }>(
    `select coalesce(array_agg(distinct word), '{}') as words from citizens z, unnest(z.name_words) word
    where z.id = any($1)`,
    [ids],
  );
  await db.query("delete from citizen_contacts where citizen_id = any($1)", [ids]);
  await db.query("update citizen_merges set data = '{}' where survivor_id = any($1) or merged_id = any($1)", [ids]);
  const { rowCount } = await db.query(
    `update citizens set first_name = null, last_name = null, tax_code = null, note = null, erased_at = now(),
      version = version + 1 where id = any($1)`,
    [ids],
  );
  await db.query(
    `delete from citizen_name_words w where word = any($1)
      and not exists (select from citizens z where z.name_words @> array[w.word::text])`,
    [rows[0]?.words ?? []],
  );
  await db.query(
    `delete from desk_events where payload::text like any(select '%' || unnest($1::uuid[])::text || '%')`,
    [ids],
  );
  await db.query(
    `delete from idempotency_keys where body::text like any(select '%' || unnest($1::uuid[])::text || '%')`,
    [ids],
  );
  return rowCount ?? 0;
}

/** The record, locked, with those that were merged into it. Empty: there is none. */
export async function lockCitizenGroup(db: Queryable, citizenId: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `with recursive g as (
      select id from citizens where id = $1 and erased_at is null
      union select z.id from citizens z join g on z.merged_into_id = g.id
    )
    select z.id from citizens z join g on g.id = z.id for update of z`,
    [citizenId],
  );
  return rows.map(({ id }) => id);
}

export type CitizenCases = { closed: string[]; open: number[]; held: number[] };

/** The cases of these records: ids of the closed ones, numbers of those that forbid an erasure now. */
export async function casesOfCitizens(db: Queryable, ids: readonly string[]): Promise<CitizenCases> {
  const { rows } = await db.query<CitizenCases>(
    `with own as (
      select s.* from cases s where s.citizen_id = any($1)
      union select s.* from cases s join cases p on p.id = s.parent_id where p.citizen_id = any($1)
    )
    select coalesce(array_agg(id) filter (where closed_at is not null), '{}') as closed,
      coalesce(array_agg(number) filter (where closed_at is null), '{}') as open,
      coalesce(array_agg(number) filter (where legal_hold), '{}') as held from own`,
    [ids],
  );
  return rows[0] ?? { closed: [], open: [], held: [] };
}
