import type { Knex } from "knex";

/** The leg that took the place of the office's first one, when its page was reloaded; null as long as that one lives. */
export async function up(db: Knex): Promise<void> {
  await db.raw("alter table transfers add column office_channel_id text");
}
