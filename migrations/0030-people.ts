import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table people (
      id uuid primary key default uuidv7(),
      login citext not null unique,
      display_name text not null,
      email citext,
      password_hash text,
      language text not null default 'it' check (language in ('it', 'en')),
      disabled_at timestamptz,
      created_at timestamptz not null default now(),
      version integer not null default 1
    );

    create table person_roles (
      person_id uuid not null references people on delete cascade,
      role text not null check (role in ('operator', 'office_agent', 'specialist', 'rejects_agent', 'knowledge_editor',
        'agency_referent', 'supervisor', 'administrator')),
      agency_id uuid references agencies,
      unique nulls not distinct (person_id, role, agency_id),
      check (role not in ('specialist', 'agency_referent') or agency_id is not null)
    );
    create table office_people (
      office_id uuid not null references offices on delete cascade,
      person_id uuid not null references people on delete cascade,
      primary key (office_id, person_id)
    );
    create index office_people_person on office_people (person_id);
    create table referent_services (
      person_id uuid not null references people on delete cascade,
      service_id uuid not null references services on delete cascade,
      primary key (person_id, service_id)
    );

    create table sessions (
      sid text primary key,
      sess json not null,
      expire timestamptz not null,
      person_id uuid generated always as ((sess ->> 'personId')::uuid) stored
    );
    create index sessions_expire on sessions (expire);
    create index sessions_person on sessions (person_id);

    -- A fixed phone account pair: NUMBER for a SIP phone, NUMBER-web for the page (DESIGN, Phones).
    create table seats (
      id uuid primary key default uuidv7(),
      number text not null unique check (number ~ '^[0-9]{3,5}$'),
      kind text not null default 'operator' check (kind in ('operator', 'office')),
      sip_password text not null,
      web_password text not null,
      auto_answer boolean not null default false,
      disabled_at timestamptz
    );
    -- Which accounts are registered now, told by every copy that hears Asterisk say so.
    create table seat_contacts (
      account text primary key,
      online boolean not null,
      changed_at timestamptz not null default now()
    );

    create table pause_reasons (
      code text primary key,
      label_it text not null,
      label_en text not null,
      position smallint not null default 0,
      disabled_at timestamptz
    );

    -- A first-level operator at work. chosen = what the person wants, system = what is going on (STYLE 6).
    create table operators (
      person_id uuid primary key references people on delete cascade,
      seat_id uuid unique references seats,
      phone text not null default 'sip' check (phone in ('sip', 'web')),
      languages text[] not null default '{it}',
      agency_ids uuid[],
      chosen text not null default 'offline' check (chosen in ('offline', 'available', 'pause')),
      pause_reason text references pause_reasons,
      system text not null default 'idle' check (system in ('idle', 'ringing', 'on_call', 'wrap_up', 'not_answering')),
      call_id uuid,
      offer_id uuid,
      wrap_up_until timestamptz,
      wrap_up_extensions smallint not null default 0 check (wrap_up_extensions between 0 and 2),
      idle_since timestamptz not null default now(),
      stream_node_id uuid references nodes,
      stream_lost_at timestamptz default now(),
      signed_in_at timestamptz,
      version integer not null default 1,
      check ((chosen = 'pause') = (pause_reason is not null)),
      check ((system = 'wrap_up') = (wrap_up_until is not null)),
      check (system not in ('ringing', 'on_call') or call_id is not null)
    );
    create index operators_free on operators (idle_since)
      where chosen = 'available' and system = 'idle' and stream_lost_at is null;

    create table operator_state_log (
      person_id uuid not null references people on delete cascade,
      at timestamptz not null default clock_timestamp(),
      state text not null,
      reason text,
      call_id uuid
    );
    create index operator_state_log_person on operator_state_log (person_id, at);

    -- Live feed of a person's page: numbered per person, so that a replay can not skip one (DESIGN, Desk events).
    create table desk_feeds (
      person_id uuid primary key references people on delete cascade,
      seq bigint not null default 0
    );
    create table desk_events (
      person_id uuid not null references people on delete cascade,
      seq bigint not null,
      kind text not null,
      payload jsonb not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (person_id, seq)
    );
    create index desk_events_created on desk_events (created_at);

    create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      person_id uuid,
      actor text not null,
      action text not null,
      subject_kind text,
      subject_id text,
      data jsonb not null default '{}'
    );
    create index audit_subject on audit (subject_kind, subject_id);

    create table idempotency_keys (
      person_id uuid not null references people on delete cascade,
      key text not null check (length(key) between 8 and 128),
      request_hash text not null,
      status integer,
      body jsonb,
      created_at timestamptz not null default now(),
      primary key (person_id, key)
    );
  `);
}
