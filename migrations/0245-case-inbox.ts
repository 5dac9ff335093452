import type { Knex } from "knex";

/**
 * What waits anywhere at the second level, oldest first: an inbox is read from it, also one with little or nothing in
 * it. A call's own draft never enters it, so the way of a call costs what it did.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw("create index cases_waiting on cases (opened_at, id) where closed_at is null and status <> 'draft'");
}
