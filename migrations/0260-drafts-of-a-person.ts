import type { Knex } from "knex";

/**
 * The "to complete" list has owners only. An index over every draft tempts the planner, while a young table has no
 * statistics, to look through all drafts for the one of a call.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    drop index cases_to_complete;
    create index cases_to_complete on cases (owner_id, opened_at) where status = 'draft' and owner_id is not null;
  `);
}
