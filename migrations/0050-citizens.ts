import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- What the citizen declared and what came from the network are told apart by source (REQ 2, 5.2).
    create table citizens (
      id uuid primary key default uuidv7(),
      first_name text check (length(first_name) <= 80),
      last_name text check (length(last_name) <= 80),
      tax_code text check (length(tax_code) <= 16),
      note text check (length(note) <= 2000),
      merged_into_id uuid references citizens,
      created_at timestamptz not null default now(),
      version integer not null default 1
    );
    create table citizen_contacts (
      id uuid primary key default uuidv7(),
      citizen_id uuid not null references citizens on delete cascade,
      kind text not null check (kind in ('phone', 'email', 'address')),
      value text not null check (length(value) between 1 and 320),
      source text not null check (source in ('declared', 'network')),
      created_at timestamptz not null default now(),
      check (kind <> 'phone' or value ~ '^\\+[1-9][0-9]{3,15}$'),
      unique (citizen_id, kind, value)
    );
    create index citizen_contacts_value on citizen_contacts (kind, value);
  `);
}
