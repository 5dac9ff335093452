import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- D'Amico is one word ("damico"), also when it is typed without the apostrophe.
    create function name_words(first_name text, last_name text) returns text[]
      language sql immutable parallel safe as $$
        select coalesce(string_to_array(nullif(search_text(
          translate(coalesce(last_name, '') || ' ' || coalesce(first_name, ''), '''’\`´', '')), ''), ' '), '{}')
      $$;
    alter table citizens add column name_words text[] not null
      generated always as (name_words(first_name, last_name)) stored;
    create index citizens_name_words on citizens using gin (name_words) with (fastupdate = off);
    create index citizens_tax_code on citizens (upper(tax_code)) where tax_code is not null;

    -- Every word that is part of a name, once: some ten thousands where citizens are a million. Typing errors are
    -- forgiven against these; the citizens are then found by equality, so that "Maria Rosi" costs no long scan.
    create table citizen_name_words (word text collate "C" primary key);
    create index citizen_name_words_alike on citizen_name_words using gin (word gin_trgm_ops);

    create function remember_name_words() returns trigger language plpgsql as $$
      begin
        insert into citizen_name_words (word)
          select distinct w.word collate "C" from changed c, unnest(c.name_words) as w (word)
          where not exists (select from citizen_name_words k where k.word = w.word collate "C")
          order by 1
          on conflict do nothing;
        return null;
      end $$;
    create trigger citizens_words_inserted after insert on citizens
      referencing new table as changed for each statement execute function remember_name_words();
    create trigger citizens_words_updated after update on citizens
      referencing new table as changed for each statement execute function remember_name_words();

    -- The screen pop asks by number on every call; a number shared by a thousand people must cost no more (REQ 1.3).
    create index citizen_contacts_phone on citizen_contacts (value, created_at desc) where kind = 'phone';
    create index cases_open_citizen on cases (citizen_id, opened_at desc)
      where citizen_id is not null and closed_at is null;
    create index citizens_merged_into on citizens (merged_into_id) where merged_into_id is not null;

    -- What a merge moved, so that it can be undone exactly. data: contactIds, removedContacts, caseIds, filled.
    create table citizen_merges (
      id uuid primary key default uuidv7(),
      survivor_id uuid not null references citizens,
      merged_id uuid not null references citizens,
      person_id uuid not null references people,
      merged_at timestamptz not null default clock_timestamp(),
      undone_at timestamptz,
      undone_by_id uuid references people,
      data jsonb not null,
      check (survivor_id <> merged_id),
      check ((undone_at is null) = (undone_by_id is null))
    );
    create unique index citizen_merges_standing on citizen_merges (merged_id) where undone_at is null;
    create index citizen_merges_survivor on citizen_merges (survivor_id) where undone_at is null;
    alter table citizens add check (merged_into_id <> id);
  `);
}
