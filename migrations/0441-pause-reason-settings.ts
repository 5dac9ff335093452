import type { Knex } from "knex";

/** Reasons for a pause are edited in the page: each with the version that was read. */
export async function up(db: Knex): Promise<void> {
  await db.raw("alter table pause_reasons add column version integer not null default 1");
}
