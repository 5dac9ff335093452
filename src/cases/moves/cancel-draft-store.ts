import type { Queryable } from "../../database/pool.ts";
import type { CancelReason } from "../case.ts";

/**
 * Cancels a draft in the name of a part of the system, in one statement (REQ 1.4): for calls that ended before anybody
 * talked, parachute calls without an answer and the like. Conditional on its still being a draft.
 * @param actor e.g. "system:calls"
 * @returns false when it was no draft any more: someone else ended it first.
 */
export async function cancelDraftBySystem(
  db: Queryable,
  caseId: string,
  reason: Extract<CancelReason, "abandoned" | "outside_hours" | "error">,
  actor: `system:${string}`,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "cancel-draft-by-system",
    text: `with s as (
        update cases s set status = 'cancelled', cancel_reason = $2, closed_at = clock_timestamp(),
          version = s.version + 1
        where s.id = $1 and s.status = 'draft' returning s.id
      )
      insert into case_history (case_id, seq, actor, kind, from_status, to_status, data)
      select s.id, (select coalesce(max(x.seq), 0) + 1 from case_history x where x.case_id = s.id), $3, 'moved',
        'draft', 'cancelled', jsonb_build_object('cause', $2::text, 'role', 'system') from s`,
    values: [caseId, reason, actor],
  });
  return rowCount === 1;
}
