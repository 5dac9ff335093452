import type { Knex } from "knex";

/** The password of the phone in the page lives as long as the page that it was handed to. */
export async function up(db: Knex): Promise<void> {
  await db.raw("alter table seats add column web_issued_at timestamptz");
}
