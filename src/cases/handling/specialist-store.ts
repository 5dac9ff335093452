import type { Queryable } from "../../database/pool.ts";

export type Specialist = { id: string; name: string };

/** Specialists of an agency whom an office may involve (REQ 3.6). */
export async function specialistsOfAgency(db: Queryable, agencyId: string): Promise<Specialist[]> {
  const { rows } = await db.query<Specialist>(
    `select p.id, p.display_name as name from people p join person_roles r on r.person_id = p.id
    where r.role = 'specialist' and r.agency_id = $1 and p.disabled_at is null order by p.display_name, p.id`,
    [agencyId],
  );
  return rows;
}

/** False: invited already. An ended invitation is opened again. */
export async function inviteSpecialistTo(
  db: Queryable,
  caseId: string,
  specialistId: string,
  invitedById: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into case_specialists as i (case_id, person_id, invited_by_id) values ($1, $2, $3)
    on conflict (case_id, person_id) do update
      set ended_at = null, invited_by_id = excluded.invited_by_id, invited_at = clock_timestamp()
      where i.ended_at is not null`,
    [caseId, specialistId, invitedById],
  );
  return rowCount === 1;
}

/** Ends one invitation, or all of a case. */
export async function endInvitations(db: Queryable, caseId: string, specialistId: string | null): Promise<string[]> {
  const { rows } = await db.query(
    `update case_specialists set ended_at = clock_timestamp()
    where case_id = $1 and ended_at is null and ($2::uuid is null or person_id = $2) returning person_id`,
    [caseId, specialistId],
  );
  return rows.map((row) => row.person_id);
}
