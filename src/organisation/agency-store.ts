import type { Pool, Queryable } from "../database/pool.ts";
import type { Agency, Department } from "./organisation.ts";
import { listByName, type Page, type PageQuery } from "./organisation-row-store.ts";

const agencyColumns = `a.id, a.external_id as "externalId", a.name, a.short_name as "shortName", a.switchboard,
  a.emergency_on as "emergencyOn", a.disabled_at is not null as disabled, a.version`;
const departmentColumns = `d.id, d.agency_id as "agencyId", d.external_id as "externalId", d.name,
  d.disabled_at is not null as disabled, d.version`;

export function listAgencies(pool: Pool, page: PageQuery & { disabled: boolean }): Promise<Page<Agency>> {
  return listByName<Agency>(
    pool,
    {
      select: agencyColumns,
      from: "agencies a",
      name: "a.name",
      id: "a.id",
      search: "search_text(a.name || ' ' || a.short_name)",
      where: ["($1 or a.disabled_at is null)"],
      values: [page.disabled],
    },
    page,
  );
}

export function listDepartments(
  pool: Pool,
  page: PageQuery & { disabled: boolean; agency?: string | undefined },
): Promise<Page<Department>> {
  return listByName<Department>(
    pool,
    {
      select: departmentColumns,
      from: "departments d",
      name: "d.name",
      id: "d.id",
      search: "search_text(d.name)",
      where: ["($1 or d.disabled_at is null)", "($2::uuid is null or d.agency_id = $2)"],
      values: [page.disabled, page.agency ?? null],
    },
    page,
  );
}

export async function lockAgency(db: Queryable, id: string): Promise<Agency | null> {
  const found = await db.query<Agency>(`select ${agencyColumns} from agencies a where a.id = $1 for update`, [id]);
  return found.rows[0] ?? null;
}

export async function lockDepartment(db: Queryable, id: string): Promise<Department | null> {
  const found = await db.query<Department>(
    `select ${departmentColumns} from departments d where d.id = $1 for update`,
    [id],
  );
  return found.rows[0] ?? null;
}

export async function insertAgency(
  db: Queryable,
  agency: { externalId: string | null; name: string; shortName: string; switchboard: boolean },
): Promise<string> {
  const inserted = await db.query<{ id: string }>(
    "insert into agencies (external_id, name, short_name, switchboard) values ($1, $2, $3, $4) returning id",
    [agency.externalId, agency.name, agency.shortName, agency.switchboard],
  );
  return inserted.rows[0]!.id;
}

export async function insertDepartment(
  db: Queryable,
  department: { agencyId: string; externalId: string | null; name: string },
): Promise<string> {
  const inserted = await db.query<{ id: string }>(
    "insert into departments (agency_id, external_id, name) values ($1, $2, $3) returning id",
    [department.agencyId, department.externalId, department.name],
  );
  return inserted.rows[0]!.id;
}

/** Services in use that would lose their agency, department or office. */
export async function countServicesInUse(
  db: Queryable,
  by: "agency_id" | "department_id" | "office_id",
  id: string,
): Promise<number> {
  const found = await db.query<{ count: number }>(
    `select count(*) as count from services where ${by} = $1 and disabled_at is null`,
    [id],
  );
  return found.rows[0]!.count;
}

export async function auditOrganisation(
  db: Queryable,
  person: { id: string; login: string },
  action: string,
  subjectKind: "agency" | "department" | "office" | "service",
  subjectId: string | null,
  data: object,
): Promise<void> {
  await db.query(
    `insert into audit (person_id, actor, action, subject_kind, subject_id, data) values ($1, $2, $3, $4, $5, $6::jsonb)`,
    [person.id, person.login, action, subjectKind, subjectId, JSON.stringify(data)],
  );
}
