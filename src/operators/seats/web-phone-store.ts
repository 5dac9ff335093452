import type { Queryable } from "../../database/pool.ts";

/** Writes a new password for the page's phone of the seat where this person works; null when it is not used there. */
export async function writeWebPassword(db: Queryable, personId: string, password: string): Promise<string | null> {
  const { rows } = await db.query<{ account: string }>(
    `update seats s set web_password = $2, web_issued_at = clock_timestamp() from operators o
     where o.person_id = $1 and s.id = o.seat_id and o.phone = 'web' and o.signed_in_at is not null
       and s.disabled_at is null
     returning s.number || '-web' as account`,
    [personId, password],
  );
  return rows[0]?.account ?? null;
}

/**
 * Replaces handed-out passwords whose holder left, has no session any more, or got them too long ago, by ones that
 * nobody knows. Never in the middle of a call, which the page may still have to end.
 */
export async function replaceDeadPasswords(db: Queryable, hours: number): Promise<string[]> {
  const { rows } = await db.query<{ account: string }>(
    `update seats s set web_password = gen_random_uuid()::text || gen_random_uuid(), web_issued_at = null
     where s.web_issued_at is not null
       and not exists (select from operators o where o.seat_id = s.id and o.system in ('ringing', 'on_call'))
       and (s.web_issued_at < clock_timestamp() - make_interval(hours => $1) or not exists (
         select from operators o join sessions x on x.person_id = o.person_id and x.expire > now()
         where o.seat_id = s.id and o.phone = 'web' and o.signed_in_at is not null))
     returning s.number || '-web' as account`,
    [hours],
  );
  return rows.map((row) => row.account);
}
