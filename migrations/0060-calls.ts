import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- One row a call; its place (flow node, queue, offer, talk) is derivable from rows alone, so any copy can go on.
    create table calls (
      id uuid primary key,
      direction text not null default 'inbound' check (direction in ('inbound', 'outbound')),
      parachute boolean not null default false,
      asterisk_id text,
      channel_id text,
      sip_call_id text,
      application text,
      node_id uuid references nodes,
      epoch bigint,
      called_number text,
      caller_e164 text,
      caller_raw text check (length(caller_raw) <= 64),
      caller_name text check (length(caller_name) <= 80),
      language text not null default 'it' check (language in ('it', 'en')),
      agency_id uuid references agencies,
      state text not null default 'ivr' check (state in ('ivr', 'waiting', 'offered', 'talking', 'ended')),
      flow_id uuid references ivr_flows,
      flow_version integer,
      ivr_node text,
      ivr_choices jsonb not null default '[]',
      queue_id uuid references queues,
      queued_at timestamptz,
      priority smallint not null default 0,
      offer_id uuid,
      person_id uuid references people,
      operator_channel_id text,
      held boolean not null default false,
      muted boolean not null default false,
      started_at timestamptz not null default clock_timestamp(),
      answered_at timestamptz,
      talk_at timestamptz,
      ended_at timestamptz,
      outcome text check (outcome in ('answered', 'abandoned_ivr', 'abandoned_queue', 'outside_hours', 'overflow',
        'wrong_number', 'system_failure', 'ended_by_flow', 'parachute_answered', 'parachute_unanswered',
        'lost_with_switch', 'not_reached')),
      unique (asterisk_id, channel_id),
      check ((state = 'ended') = (ended_at is not null)),
      check ((state = 'ended') = (outcome is not null)),
      check (state <> 'waiting' or (queue_id is not null and queued_at is not null)),
      check (state not in ('offered', 'talking') or person_id is not null)
    ) with (fillfactor = 60);
    create index calls_live on calls (node_id) where state <> 'ended';
    -- By skill first: the heads of each (language, agency) are found without reading those who wait behind them.
    create index calls_waiting on calls (language, coalesce(agency_id, '00000000-0000-0000-0000-000000000000'::uuid),
      priority desc, queued_at, id) where state = 'waiting';
    create index calls_started on calls (started_at);
    create index calls_caller on calls (caller_e164, started_at desc) where caller_e164 is not null;

    create table call_events (
      call_id uuid not null references calls on delete cascade,
      at timestamptz not null default clock_timestamp(),
      kind text not null,
      data jsonb not null default '{}'
    );
    create index call_events_call on call_events (call_id, at);

    -- Ring and pop are one decision: the row is written with the reservation and the desk event.
    create table offers (
      id uuid primary key,
      call_id uuid not null references calls on delete cascade,
      person_id uuid not null references people,
      account text not null,
      channel_id text not null unique,
      state text not null default 'ringing' check (state in ('ringing', 'answered', 'refused', 'no_answer', 'busy',
        'unreachable', 'caller_left', 'withdrawn')),
      cause smallint,
      created_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      check ((state = 'ringing') = (ended_at is null))
    );
    create unique index offers_one_ringing_a_person on offers (person_id) where state = 'ringing';
    create unique index offers_one_ringing_a_call on offers (call_id) where state = 'ringing';
    create index offers_call on offers (call_id);

    -- Commands of a page for the copy that owns the call (durable, done once, outlive a take-over).
    create table call_commands (
      id uuid primary key default uuidv7(),
      call_id uuid not null references calls on delete cascade,
      person_id uuid not null references people,
      kind text not null,
      args jsonb not null default '{}',
      state text not null default 'pending' check (state in ('pending', 'done', 'failed')),
      result jsonb,
      created_at timestamptz not null default clock_timestamp()
    );
    create index call_commands_pending on call_commands (call_id) where state = 'pending';

    create table contacts (
      id uuid primary key,
      call_id uuid unique references calls,
      direction text not null check (direction in ('inbound', 'outbound')),
      channel text not null check (channel in ('phone', 'email', 'sms')),
      caller_e164 text,
      person_id uuid references people,
      created_at timestamptz not null default clock_timestamp(),
      check (direction = 'outbound' or channel = 'phone')
    );

    create table cdr_imports (
      asterisk_id text not null,
      unique_id text not null,
      call_id uuid references calls,
      imported_at timestamptz not null default now(),
      primary key (asterisk_id, unique_id)
    );
  `);
}
