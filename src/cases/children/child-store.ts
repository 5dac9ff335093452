import type { Queryable } from "../../database/pool.ts";

/** The operator's draft of this contact that nobody wrote in yet: the pop's own, which the child can become. */
export async function untouchedDraft(db: Queryable, contactId: string, ownerId: string): Promise<string | null> {
  const { rows } = await db.query(
    `select s.id from contact_cases kc join cases s on s.id = kc.case_id
    where kc.contact_id = $1 and s.owner_id = $2 and s.status = 'draft' and s.reason is null and s.request is null
      and s.parent_id is null and s.service_id is null
    order by s.opened_at limit 1`,
    [contactId, ownerId],
  );
  return rows[0]?.id ?? null;
}

/**
 * What is said for a reason: the words of the card that the case was opened with, or of its service, else the general
 * text (REQ 2).
 */
export async function standardAnswer(
  db: Queryable,
  of: { caseId: string; serviceId: string | null },
  reason: string,
  language: string,
): Promise<string | null> {
  const { rows } = await db.query("select standard_answer($1, $2, $3, $4) as text", [
    of.caseId,
    of.serviceId,
    reason,
    language,
  ]);
  return rows[0]?.text ?? null;
}
