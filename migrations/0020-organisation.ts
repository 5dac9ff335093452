import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table agencies (
      id uuid primary key default uuidv7(),
      external_id text unique,
      name text not null,
      short_name text not null,
      switchboard boolean not null default false,
      emergency_on boolean not null default false,
      emergency_prompt text,
      disabled_at timestamptz,
      version integer not null default 1
    );

    create table departments (
      id uuid primary key default uuidv7(),
      agency_id uuid not null references agencies,
      external_id text,
      name text not null,
      disabled_at timestamptz,
      version integer not null default 1,
      unique (agency_id, id),
      unique (agency_id, external_id),
      unique (agency_id, name)
    );

    -- Hours of the contact centre and of each office: weekly lines, holidays and exceptions, Europe/Rome.
    create table calendars (
      id uuid primary key default uuidv7(),
      name text not null,
      italian_holidays boolean not null default true,
      local_holidays text[] not null default '{06-24}',
      version integer not null default 1
    );
    create table calendar_hours (
      calendar_id uuid not null references calendars on delete cascade,
      weekday smallint not null check (weekday between 1 and 7),
      opens time not null,
      closes time not null check (closes > opens),
      exclude using gist (
        calendar_id with =, weekday with =,
        tsrange(date '2000-01-01' + opens, date '2000-01-01' + closes) with &&
      )
    );
    create table calendar_exceptions (
      calendar_id uuid not null references calendars on delete cascade,
      day date not null,
      opens time,
      closes time,
      note text not null default '',
      check ((opens is null) = (closes is null)),
      check (closes is null or closes > opens)
    );
    create index calendar_exceptions_day on calendar_exceptions (calendar_id, day);

    -- Second level. Each service has exactly one competent office of its own agency (REQ 0).
    create table offices (
      id uuid primary key default uuidv7(),
      agency_id uuid not null references agencies,
      external_id text,
      name text not null,
      phone text,
      email citext,
      calendar_id uuid references calendars,
      is_rejects_desk boolean not null default false,
      disabled_at timestamptz,
      version integer not null default 1,
      unique (agency_id, id),
      unique (agency_id, external_id)
    );

    create table services (
      id uuid primary key default uuidv7(),
      agency_id uuid not null,
      department_id uuid not null,
      office_id uuid not null,
      external_id text,
      name text not null,
      profile text not null check (profile in ('base', 'advanced')),
      accepts_information boolean not null default false,
      accepts_complaints boolean not null default false,
      has_agenda boolean not null default false,
      min_failed_attempts smallint not null default 1 check (min_failed_attempts between 1 and 10),
      disabled_at timestamptz,
      version integer not null default 1,
      foreign key (agency_id, department_id) references departments (agency_id, id),
      foreign key (agency_id, office_id) references offices (agency_id, id),
      unique (agency_id, department_id, id),
      unique (agency_id, department_id, name),
      unique (agency_id, external_id),
      check (profile = 'advanced' or not (accepts_information or accepts_complaints or has_agenda))
    );

    -- The fourth element of the quadruple is the contact reason; it carries the contact-back switch (§4.2).
    create table service_reasons (
      service_id uuid not null references services on delete cascade,
      reason text not null,
      contact_back_enabled boolean not null default false,
      primary key (service_id, reason)
    );
  `);
}
