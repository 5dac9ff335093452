import type { Queryable } from "../../../database/pool.ts";
import type { Role } from "../../roles.ts";

/** The person whom an administrator linked with this identity, unless disabled. */
export async function personOfIdentity(
  db: Queryable,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<{ id: string; roles: Role[] } | null> {
  const { rows } = await db.query<{ id: string; roles: Role[] }>(
    `select p.id, array(select distinct role from person_roles r where r.person_id = p.id) as roles
    from person_identities i join people p on p.id = i.person_id
    where i.issuer = $1 and i.subject = $2 and p.disabled_at is null`,
    [issuer, subject],
  );
  return rows[0] ?? null;
}
