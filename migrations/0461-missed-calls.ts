import type { Knex } from "knex";

/** What rang at a person's phone for nothing is read by that person's page; few offers end so. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`create index offers_missed on offers (person_id, ended_at)
    where state in ('refused', 'no_answer', 'busy', 'unreachable')`);
}
