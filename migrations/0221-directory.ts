import type { Knex } from "knex";

/** The switchboard's directory (REQ 7.1): offices and employees of the agencies that subscribed. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create extension if not exists btree_gin;

    -- Equal weeks of an agency's entries share one calendar: thousands of people have a handful of timetables.
    create table directory_weeks (
      agency_id uuid not null references agencies on delete cascade,
      week text not null,
      calendar_id uuid not null unique references calendars,
      primary key (agency_id, week)
    );

    -- D'Amico is one word, as in the citizens' names; a word counts once.
    create function directory_words(value text) returns text[] language sql immutable parallel safe as $$
      select coalesce(array_agg(distinct w.word), '{}') from unnest(name_words(null, value)) as w (word)
    $$;

    create table directory_entries (
      id uuid primary key default uuidv7(),
      agency_id uuid not null references agencies,
      external_id text not null,
      kind text not null check (kind in ('office', 'person')),
      name text not null check (btrim(name) <> '' and length(name) <= 200),
      role text not null default '' check (length(role) <= 200),
      -- Name of the office of which the entry is a part; kept here so that one index finds it.
      office text not null default '' check (length(office) <= 200),
      office_entry_id uuid,
      phone text check (phone ~ '^\\+[1-9][0-9]{3,15}$'),
      extension text check (extension ~ '^[0-9]{1,7}$'),
      -- A phone of this Asterisk, dialled rather than the number.
      account text check (account ~ '^[0-9]{3,5}$'),
      -- A number that is not disclosed is dialled but never told.
      disclosable boolean not null default true,
      fallback_phone text check (fallback_phone ~ '^\\+[1-9][0-9]{3,15}$'),
      -- Voicemail is an answer for SIP (REQ 7.3): ask for a key, listen for a machine, or trust the entry.
      voicemail_policy text not null default 'press_one' check (voicemail_policy in ('press_one', 'detect', 'trust')),
      calendar_id uuid references calendars,
      disabled_at timestamptz,
      version integer not null default 1,
      name_words text[] not null generated always as (directory_words(name)) stored,
      words text[] not null generated always as (directory_words(name || ' ' || office || ' ' || role)) stored,
      unique (agency_id, external_id),
      unique (agency_id, id),
      foreign key (agency_id, office_entry_id) references directory_entries (agency_id, id),
      check (phone is not null or account is not null),
      check (extension is null or phone is not null),
      check (office_entry_id is distinct from id)
    );
    create index directory_entries_name on directory_entries (agency_id, name, id) where disabled_at is null;
    create index directory_entries_office on directory_entries (office_entry_id) where office_entry_id is not null;
    create index directory_entries_calendar on directory_entries (calendar_id) where calendar_id is not null;
    create index directory_entries_name_words on directory_entries using gin (agency_id, name_words)
      with (fastupdate = off) where disabled_at is null;
    create index directory_entries_words on directory_entries using gin (agency_id, words)
      with (fastupdate = off) where disabled_at is null;

    -- Each word once; typing errors are forgiven against these.
    create table directory_known_words (word text collate "C" primary key);
    create index directory_known_words_length on directory_known_words (length(word), word);

    create function remember_directory_words() returns trigger language plpgsql as $$
    begin
      insert into directory_known_words (word)
        select distinct w.word collate "C" from changed c, unnest(c.words) as w (word)
        where length(w.word) <= 40
          and not exists (select from directory_known_words k where k.word = w.word collate "C")
        order by 1 on conflict do nothing;
      return null;
    end $$;
    create trigger directory_words_inserted after insert on directory_entries
      referencing new table as changed for each statement execute function remember_directory_words();
    create trigger directory_words_updated after update on directory_entries
      referencing new table as changed for each statement execute function remember_directory_words();
  `);
}
