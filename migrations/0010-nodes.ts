import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create extension if not exists citext;
    create extension if not exists pg_trgm;
    create extension if not exists unaccent;
    create extension if not exists btree_gist;

    -- A running copy of the program. Its lease is heartbeat_at on this server's clock; its epoch is in every write
    -- of call state, so that a copy that was declared dead can no longer change anything.
    create table nodes (
      id uuid primary key,
      name text not null unique,
      epoch bigint generated always as identity unique,
      roles text[] not null,
      state text not null default 'alive' check (state in ('alive', 'draining', 'dead', 'stopped')),
      started_at timestamptz not null default clock_timestamp(),
      heartbeat_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      heir_id uuid references nodes,
      job_workers text[] not null default '{}'
    );
    create index nodes_alive on nodes (heartbeat_at) where state in ('alive', 'draining');
  `);
}
