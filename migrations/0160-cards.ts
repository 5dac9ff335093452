import type { Knex } from "knex";

/** Knowledge cards (REQ 10): versions that are never rewritten, documents, what was read in which case. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table services add unique (agency_id, id);

    -- A code that is read aloud carries a check digit (Damm): one wrong digit, or two exchanged, is no other card.
    create function card_code(n bigint) returns text language plpgsql immutable strict as $$
    declare
      steps constant text[] := array['0317598642', '7092154863', '4206871359', '1750983426', '6123045978',
        '3674209581', '5869720134', '8945362017', '9438617205', '2581436790'];
      digit integer := 0;
    begin
      for place in 1..length(n::text) loop
        digit := substr(steps[digit + 1], substr(n::text, place, 1)::integer + 1, 1)::integer;
      end loop;
      return n::text || digit::text;
    end $$;
    create sequence card_numbers start 1001;

    create table cards (
      id uuid primary key default uuidv7(),
      code text not null unique default card_code(nextval('card_numbers')) check (code ~ '^[0-9]{5,12}$'),
      agency_id uuid not null,
      service_id uuid not null,
      -- How the agency's own system calls it (synchronisation).
      external_id text check (length(external_id) between 1 and 64),
      owner_id uuid references people,
      -- The newest version, and the one that operators read; null: none yet, or withdrawn.
      version integer not null default 1 check (version >= 1),
      published_version integer check (published_version <= version),
      withdrawn_at timestamptz,
      created_at timestamptz not null default clock_timestamp(),
      -- What search reads, of the published version.
      title text,
      valid_until date,
      search tsvector,
      title_search tsvector,
      foreign key (agency_id, service_id) references services (agency_id, id),
      unique (agency_id, external_id),
      check ((published_version is null) = (search is null)),
      check ((search is null) = (title is null and title_search is null)),
      check (withdrawn_at is null or published_version is null)
    );
    create index cards_service on cards (service_id);
    create index cards_owner on cards (owner_id) where owner_id is not null;
    create index cards_valid_until on cards (valid_until) where valid_until is not null;

    create table card_versions (
      card_id uuid not null references cards on delete cascade,
      version integer not null,
      title text not null check (btrim(title) <> '' and length(title) <= 200),
      keywords text not null default '' check (length(keywords) <= 1000),
      who text not null default '' check (length(who) <= 8000),
      where_text text not null default '' check (length(where_text) <= 8000),
      when_text text not null default '' check (length(when_text) <= 8000),
      how text not null default '' check (length(how) <= 20000),
      -- The only two texts that leave as SMS (REQ 5.1); segments are counted when they are saved.
      sms_text text not null default '' check (length(sms_text) <= 1600),
      work_done_text text not null default '' check (length(work_done_text) <= 1600),
      -- Standard answers: [{reason, language, text}].
      answers jsonb not null default '[]' check (jsonb_typeof(answers) = 'array'),
      valid_until date,
      note text not null default '' check (length(note) <= 500),
      created_by_id uuid references people,
      actor text not null,
      created_at timestamptz not null default clock_timestamp(),
      published_at timestamptz,
      published_by_id uuid references people,
      primary key (card_id, version)
    );
    alter table cards add foreign key (id, version) references card_versions (card_id, version)
      deferrable initially deferred;
    alter table cards add foreign key (id, published_version) references card_versions (card_id, version)
      deferrable initially deferred;

    -- A case keeps the version that was read: what stands in it may never change.
    create function card_version_kept() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and pg_trigger_depth() > 1 then return old; end if;
      if tg_op = 'UPDATE' and (to_jsonb(new) - '{published_at,published_by_id}'::text[])
        = (to_jsonb(old) - '{published_at,published_by_id}'::text[]) then return new; end if;
      raise exception 'a version of a card is not rewritten' using errcode = '23514', constraint = 'card_version_kept';
    end $$;
    create trigger card_version_kept before update or delete on card_versions
      for each row execute function card_version_kept();

    -- What may be sent by e-mail with a card of the service (REQ 6.1), once the agency has released it.
    create table card_documents (
      id uuid primary key default uuidv7(),
      card_id uuid not null references cards on delete cascade,
      name text not null check (name ~ '^[^/\\\\[:cntrl:]]{1,120}$'),
      media_type text not null,
      size_bytes integer not null check (size_bytes between 1 and 5000000 and size_bytes = octet_length(content)),
      sha256 text not null,
      content bytea not null,
      released_at timestamptz,
      released_by_id uuid references people,
      created_by_id uuid not null references people,
      created_at timestamptz not null default clock_timestamp(),
      unique (card_id, sha256),
      check ((released_at is null) = (released_by_id is null))
    );
    alter table card_documents alter content set storage external;

    -- Which version of which card was read in a case; chosen: it set the triple (REQ 2, 10).
    create table case_cards (
      case_id uuid not null references cases on delete cascade,
      card_id uuid not null,
      version integer not null,
      chosen boolean not null default false,
      person_id uuid references people,
      at timestamptz not null default clock_timestamp(),
      primary key (case_id, card_id, version),
      foreign key (card_id, version) references card_versions (card_id, version)
    );
    create index case_cards_card on case_cards (card_id, at);

    -- Searches that found nothing, or no card with all words: what the knowledge lacks.
    create table card_searches (
      id bigint generated always as identity primary key,
      text text not null check (length(text) between 2 and 200),
      agency_id uuid references agencies on delete cascade,
      found text not null check (found in ('nothing', 'part')),
      person_id uuid references people on delete cascade,
      at timestamptz not null default clock_timestamp()
    );
    create index card_searches_person on card_searches (person_id, at desc);
    create index card_searches_at on card_searches (at);
  `);
}
