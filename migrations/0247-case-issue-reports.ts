import type { Knex } from "knex";

/** Issue reports are closed at once and read later, by their office, oldest first (REQ 2): apart from what waits. */
export async function up(db: Knex): Promise<void> {
  await db.raw("create index cases_issue_reports on cases (opened_at, id) where status = 'assigned_resolved'");
}
