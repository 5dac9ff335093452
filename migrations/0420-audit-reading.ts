import type { Knex } from "knex";

/** The audit log is read by who, of whom, about which case and when (REQ 12); each of these by an index. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create index audit_at on audit (at desc, id desc);
    create index audit_person on audit (person_id, at desc, id desc);
    -- Searches and pops name all records that were shown in one line.
    create index audit_found on audit using gin ((data -> 'found')) where data \\? 'found';
    create index audit_case on audit ((data ->> 'caseId')) where data \\? 'caseId';

    -- Names that a list showed to a person: one line a record, once in twelve hours, so that a list that is looked at
    -- all day does not fill a log that can never be emptied. With its owner's rights: who is watched here may write
    -- lines, and read none.
    create function audit_shown_citizens(reader uuid, reader_login text, citizen_ids uuid[], place text) returns void
    language sql security definer set search_path = public, pg_temp as $$
      insert into audit (person_id, actor, action, subject_kind, subject_id, data)
      select reader, reader_login, 'citizen.listed', 'citizen', z.id, jsonb_build_object('in', place)
      from (select distinct unnest(citizen_ids)::text as id) z
      where not exists (select from audit a where a.subject_kind = 'citizen' and a.subject_id = z.id
        and a.person_id = reader and a.action = 'citizen.listed' and a.at > now() - interval '12 hours')
    $$;
  `);
}
