import type { Queryable } from "../../database/pool.ts";

/** @returns false when the contact was the case's already */
export async function linkContact(db: Queryable, contactId: string, caseId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    "insert into contact_cases (contact_id, case_id) values ($1, $2) on conflict do nothing",
    [contactId, caseId],
  );
  return rowCount === 1;
}
