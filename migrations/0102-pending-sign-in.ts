import type { Knex } from "knex";

/** An attempt that is still being checked (null) is not yet a failure: a shift signs in from one address at once. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table sign_in_attempts alter column succeeded drop not null, alter column succeeded drop default;
  `);
}
