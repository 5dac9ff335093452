import type { Knex } from "knex";

/** What the centre aims at, and settings that the page edits: each with the version that was read. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table wallboard_targets (
      figure text primary key check (figure in ('waiting', 'longest_wait', 'service_level', 'abandoned', 'available',
        'to_complete')),
      target integer not null check (target between 0 and 100000),
      version integer not null default 1
    );
    insert into wallboard_targets (figure, target) values ('waiting', 5), ('longest_wait', 120),
      ('service_level', 80), ('abandoned', 5), ('available', 2), ('to_complete', 10);

    alter table queues add column version integer not null default 1;
    alter table seats add column version integer not null default 1;
    alter table report_schedules add column version integer not null default 1;
  `);
}
