import type { Knex } from "knex";

/** Agendas of the referents and the places booked in them (REQ 9). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table agendas (
      id uuid primary key default uuidv7(),
      agency_id uuid not null,
      service_id uuid not null,
      name text not null check (btrim(name) <> '' and length(name) <= 200),
      place text not null default '' check (length(place) <= 300),
      bring text not null default '' check (length(bring) <= 1000),
      slot_minutes smallint not null check (slot_minutes between 5 and 480),
      places smallint not null default 1 check (places between 1 and 100),
      -- How long a place is kept while operator and citizen talk.
      hold_seconds smallint not null default 300 check (hold_seconds between 30 and 1800),
      -- Earliest and latest a citizen may book, from now.
      notice_hours smallint not null default 24 check (notice_hours between 0 and 720),
      horizon_days smallint not null default 60 check (horizon_days between 1 and 366),
      -- At most so many bookings through this number in a day or in a week (Monday to Sunday, Europe/Rome).
      day_quota smallint check (day_quota between 0 and 10000),
      week_quota smallint check (week_quota between 0 and 10000),
      italian_holidays boolean not null default true,
      local_holidays text[] not null default '{06-24}',
      disabled_at timestamptz,
      version integer not null default 1,
      foreign key (agency_id, service_id) references services (agency_id, id),
      unique (service_id, name)
    );
    create table agenda_hours (
      agenda_id uuid not null references agendas on delete cascade,
      weekday smallint not null check (weekday between 1 and 7),
      opens time not null,
      closes time not null check (closes > opens),
      -- Null: as many places as the agenda has.
      places smallint check (places between 1 and 100),
      exclude using gist (agenda_id with =, weekday with =,
        tsrange(date '2000-01-01' + opens, date '2000-01-01' + closes) with &&)
    );
    -- What holds on one day instead of the week and of the holidays; without hours the day is closed.
    create table agenda_exceptions (
      agenda_id uuid not null references agendas on delete cascade,
      day date not null,
      opens time,
      closes time,
      places smallint check (places between 1 and 100),
      note text not null default '' check (length(note) <= 200),
      check ((opens is null) = (closes is null)),
      check (closes is null or closes > opens),
      exclude using gist (agenda_id with =,
        tsrange(day + coalesce(opens, '00:00'), day + coalesce(closes, '24:00')) with &&)
    );

    create table bookings (
      id uuid primary key default uuidv7(),
      agenda_id uuid not null references agendas,
      case_id uuid not null references cases,
      state text not null default 'held' check (state in ('held', 'confirmed', 'expired', 'cancelled')),
      starts_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > starts_at),
      place smallint not null check (place >= 1),
      held_until timestamptz,
      person_id uuid not null references people,
      created_at timestamptz not null default clock_timestamp(),
      confirmed_at timestamptz,
      ended_at timestamptz,
      version integer not null default 1,
      check (state <> 'held' or held_until is not null),
      check (state <> 'confirmed' or confirmed_at is not null),
      check ((state in ('expired', 'cancelled')) = (ended_at is not null)),
      -- Never two citizens on one place, whatever the concurrency (REQ 9).
      constraint bookings_one_a_place exclude using gist (agenda_id with =, place with =,
        tstzrange(starts_at, ends_at) with &&) where (state in ('held', 'confirmed'))
    );
    create unique index bookings_one_a_case on bookings (case_id) where state in ('held', 'confirmed');
    create index bookings_agenda on bookings (agenda_id, starts_at) where state in ('held', 'confirmed');
    create index bookings_case on bookings (case_id);

    -- A draft that is dropped after its booking was confirmed gives the place back. Costs a call's own draft nothing.
    create function cancelled_case_frees_place() returns trigger language plpgsql as $$
    begin
      update bookings set state = 'cancelled', ended_at = clock_timestamp(), version = version + 1
        where case_id = new.id and state in ('held', 'confirmed');
      return null;
    end $$;
    create trigger cancelled_case_frees_place after update of status on cases for each row
      when (new.status = 'cancelled' and old.status = 'draft' and new.booked_at is not null)
      execute function cancelled_case_frees_place();
  `);
}
