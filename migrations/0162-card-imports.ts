import type { Knex } from "knex";

/** Cards that an agency keeps elsewhere: what a delivery would change is looked at before it goes live (issue B 7). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table card_imports (
      id uuid primary key default uuidv7(),
      agency_id uuid not null references agencies,
      person_id uuid not null references people,
      source text not null check (source in ('json', 'csv')),
      state text not null default 'staged' check (state in ('staged', 'applied', 'discarded')),
      created_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      ended_by_id uuid references people,
      check ((state = 'staged') = (ended_at is null))
    );
    create index card_imports_agency on card_imports (agency_id, created_at desc);

    create table card_import_rows (
      import_id uuid not null references card_imports on delete cascade,
      place integer not null,
      external_id text not null,
      card_id uuid references cards,
      -- The card's version when the delivery was compared with it.
      card_version integer,
      kind text not null check (kind in ('new', 'changed', 'same')),
      service_id uuid not null references services,
      content jsonb not null,
      -- {field: {from, to}} of a changed card.
      changes jsonb not null default '{}',
      primary key (import_id, place),
      unique (import_id, external_id),
      check ((card_id is null) = (kind = 'new')),
      check ((card_id is null) = (card_version is null))
    );
  `);
}
