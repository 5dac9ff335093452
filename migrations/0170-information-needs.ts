import type { Knex } from "knex";

/** What the knowledge lacks, from the operator who met it back to that operator (REQ 8). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create sequence information_need_numbers start 1001;
    create table information_needs (
      id uuid primary key default uuidv7(),
      number bigint not null unique default nextval('information_need_numbers'),
      state text not null default 'reported' check (state in ('draft', 'reported', 'accepted', 'refused', 'merged',
        'closed', 'dropped')),
      about text not null check (about in ('card', 'directory_entry', 'missing')),
      card_id uuid,
      card_version integer,
      -- No reference: entries come and go with each delivery of the directory.
      directory_entry_id uuid,
      agency_id uuid not null references agencies,
      service_id uuid,
      -- The case that showed it; its citizen never stands in here.
      case_id uuid references cases,
      text text not null check (length(text) <= 2000),
      reported_by_id uuid references people,
      actor text not null,
      reported_at timestamptz not null default clock_timestamp(),
      verified_by_id uuid references people,
      verified_at timestamptz,
      refuse_reason text check (length(refuse_reason) <= 1000),
      merged_into_id uuid references information_needs,
      closed_by_id uuid references people,
      closed_at timestamptz,
      change_note text check (length(change_note) <= 2000),
      changed_card_id uuid,
      changed_card_version integer,
      version integer not null default 1,
      foreign key (agency_id, service_id) references services (agency_id, id),
      foreign key (card_id, card_version) references card_versions (card_id, version),
      foreign key (changed_card_id, changed_card_version) references card_versions (card_id, version),
      check ((about = 'card') = (card_id is not null)),
      check ((card_id is null) = (card_version is null)),
      check ((about = 'directory_entry') = (directory_entry_id is not null)),
      check (state = 'draft' or btrim(text) <> ''),
      check ((state = 'refused') = (refuse_reason is not null)),
      check ((state = 'merged') = (merged_into_id is not null)),
      check (merged_into_id is distinct from id),
      check ((state in ('accepted', 'refused', 'merged', 'closed')) = (verified_at is not null)),
      check ((state = 'closed') = (change_note is not null)),
      check ((state in ('refused', 'merged', 'closed', 'dropped')) = (closed_at is not null))
    );
    create index information_needs_open on information_needs (reported_at) where closed_at is null;
    create index information_needs_reporter on information_needs (reported_by_id, reported_at desc);
    create index information_needs_service on information_needs (service_id, reported_at desc);
    create index information_needs_agency on information_needs (agency_id, reported_at desc);
    create index information_needs_merged on information_needs (merged_into_id) where merged_into_id is not null;
    create index information_needs_case on information_needs (case_id) where case_id is not null;

    create table information_need_history (
      need_id uuid not null references information_needs on delete cascade,
      seq integer not null,
      at timestamptz not null default clock_timestamp(),
      person_id uuid references people,
      actor text not null,
      from_state text,
      to_state text not null,
      note text,
      primary key (need_id, seq)
    );

    -- An ended need stays as it ended, and only the moves of REQ 8 exist.
    create function information_need_moves() returns trigger language plpgsql as $$
    begin
      if not (case old.state when 'draft' then new.state in ('reported', 'dropped')
        when 'reported' then new.state in ('accepted', 'refused', 'merged')
        when 'accepted' then new.state = 'closed' else false end) then
        raise exception 'a need can not go from % to %', old.state, new.state
          using errcode = '23514', constraint = 'information_need_moves';
      end if;
      return new;
    end $$;
    create trigger information_need_moves before update of state on information_needs for each row
      when (old.state <> new.state) execute function information_need_moves();
  `);
}
