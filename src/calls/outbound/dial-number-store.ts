import type { Queryable } from "../../database/pool.ts";

/**
 * Numbers that belong to a case, as they are written: its citizen's and its parent's citizen's, those who called about
 * it, and the organisation's own offices (issue C.5).
 */
export async function numbersOfCase(db: Queryable, caseId: string): Promise<string[]> {
  const { rows } = await db.query<{ number: string }>(
    `with family as (
      select s.id, s.citizen_id from cases s where s.id = $1
      union all select p.id, p.citizen_id from cases s join cases p on p.id = s.parent_id where s.id = $1
    )
    select z.value as number from family f join citizen_contacts z on z.citizen_id = f.citizen_id and z.kind = 'phone'
    union select c.caller_e164 from family f join contact_cases kc on kc.case_id = f.id
      join contacts k on k.id = kc.contact_id join calls c on c.id = k.call_id where c.caller_e164 is not null
    union select o.phone from offices o where o.phone is not null and o.disabled_at is null`,
    [caseId],
  );
  return rows.map(({ number }) => number);
}
