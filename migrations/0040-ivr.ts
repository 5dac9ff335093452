import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- A flow is a versioned document (REQ 1.1); a call keeps the version it began with.
    create table ivr_flows (
      id uuid primary key default uuidv7(),
      name text not null unique,
      published_version integer not null default 1
    );
    create table ivr_flow_versions (
      flow_id uuid not null references ivr_flows on delete cascade,
      version integer not null,
      document jsonb not null,
      created_by uuid references people,
      created_at timestamptz not null default now(),
      primary key (flow_id, version)
    );
    create table served_numbers (
      number text primary key check (number ~ '^[0-9]{3,15}$'),
      flow_id uuid not null references ivr_flows
    );
    create table prompts (
      name text not null check (name ~ '^[a-z0-9-]{1,64}$'),
      language text not null check (language in ('it', 'en')),
      text text not null default '',
      audio bytea,
      audio_sha256 text,
      created_at timestamptz not null default now(),
      primary key (name, language)
    );

    create table queues (
      id uuid primary key default uuidv7(),
      name text not null unique,
      max_waiting integer not null default 200 check (max_waiting > 0),
      max_wait_seconds integer not null default 1800 check (max_wait_seconds > 0),
      ring_seconds integer not null default 20 check (ring_seconds between 5 and 120),
      wrap_up_seconds integer not null default 60 check (wrap_up_seconds between 0 and 600),
      announce_seconds integer not null default 45 check (announce_seconds >= 10),
      service_level_seconds integer not null default 20,
      music_class text not null default 'default'
    );
  `);
}
