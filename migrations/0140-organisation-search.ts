import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create extension if not exists fuzzystrmatch;

    -- How a text is compared when accents, case and punctuation do not matter. unaccent is only "stable" since its
    -- rules file may be edited; here the dictionary is named and never edited, so an index may rely on it.
    create function search_text(value text) returns text
      language sql immutable strict parallel safe as $$
        select btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)),
          '[^[:alnum:]]+', ' ', 'g'))
      $$;

    alter table offices add column phone_extension text check (phone_extension ~ '^[0-9]{1,7}$');
    alter table service_reasons add check (reason in ('information', 'case_status', 'complaint', 'grievance',
      'issue_report', 'reminder', 'update_notice', 'booking'));

    create index agencies_search on agencies using gin (search_text(name || ' ' || short_name) gin_trgm_ops);
    create index departments_search on departments using gin (search_text(name) gin_trgm_ops);
    create index offices_search on offices using gin (search_text(name) gin_trgm_ops);
    create index services_search on services using gin (search_text(name) gin_trgm_ops);
    create index services_name on services (name, id);
    create index services_office on services (office_id);
    create index offices_name on offices (name, id);
    create index departments_name on departments (name, id);
    create index referent_services_service on referent_services (service_id);

    -- Who of the second level is away and when; the availability check reads it (REQ 3.3).
    create table person_absences (
      id uuid primary key default uuidv7(),
      person_id uuid not null references people on delete cascade,
      starts_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > starts_at),
      note text not null default '' check (length(note) <= 200),
      exclude using gist (person_id with =, tstzrange(starts_at, ends_at) with &&)
    );
  `);
}
