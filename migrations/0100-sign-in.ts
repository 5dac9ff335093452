import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- Attempts to sign in, for throttling without letting an attacker lock somebody out. The name is kept as a hash:
    -- people type passwords into the wrong field.
    create table sign_in_attempts (
      id bigint generated always as identity primary key,
      login_hash bytea not null,
      address inet not null,
      succeeded boolean not null default false,
      at timestamptz not null default clock_timestamp()
    );
    create index sign_in_attempts_login on sign_in_attempts (login_hash, at);
    create index sign_in_attempts_address on sign_in_attempts (address, at);

    -- One desk a person: the stream that was opened last, on whatever copy. Null: none, or signed out.
    alter table desk_feeds add column stream_id uuid;
  `);
}
