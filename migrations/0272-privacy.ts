import type { Knex } from "knex";

/** How long what is kept of whom (GDPR art. 5; REQ 12): data, changed by the administrator. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table retention_rules (
      kind text not null check (kind in ('case', 'citizen', 'bounce', 'report', 'operator_log')),
      -- Cases: the contact reason; null for cases that never got one, and for the other kinds.
      reason text check (reason in ('information', 'case_status', 'complaint', 'grievance', 'issue_report', 'reminder',
        'update_notice', 'booking')),
      keep_days integer not null check (keep_days between 1 and 36500),
      version integer not null default 1,
      unique nulls not distinct (kind, reason),
      check (reason is null or kind = 'case')
    );
    insert into retention_rules (kind, reason, keep_days) values
      ('case', null, 365), ('case', 'information', 365), ('case', 'case_status', 365), ('case', 'complaint', 1095),
      ('case', 'grievance', 365), ('case', 'issue_report', 730), ('case', 'reminder', 365),
      ('case', 'update_notice', 365), ('case', 'booking', 365),
      ('citizen', null, 730), ('bounce', null, 90), ('report', null, 1825), ('operator_log', null, 730);

    alter table cases
      -- Everything that says who it was is gone; what is counted stays.
      add column anonymised_at timestamptz,
      -- A court or an authority wants it kept as it is.
      add column legal_hold boolean not null default false,
      add check (anonymised_at is null or (citizen_id is null and closed_at is not null));
    create index cases_to_anonymise on cases (closed_at) where anonymised_at is null and closed_at is not null;
    alter table citizens add column erased_at timestamptz,
      add check (erased_at is null or (first_name is null and last_name is null and tax_code is null and note is null));
  `);
}
