import type { ContactReason } from "../../cases/case.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import type { Service, ServiceSettings } from "../organisation.ts";
import { listByName, type Page, type PageQuery } from "../organisation-row-store.ts";

/** As the page shows it: the triple spelt out, and the office that answers. */
export type ListedService = Service & {
  agencyName: string;
  agencyShortName: string;
  departmentName: string;
  officeName: string;
};

const columns = `s.id, s.agency_id as "agencyId", s.department_id as "departmentId", s.office_id as "officeId",
  s.external_id as "externalId", s.name, s.profile, s.accepts_information as "acceptsInformation",
  s.accepts_complaints as "acceptsComplaints", s.has_agenda as "hasAgenda",
  s.min_failed_attempts as "minFailedAttempts", s.disabled_at is not null as disabled, s.version,
  coalesce((select jsonb_agg(r.reason order by r.reason) from service_reasons r
    where r.service_id = s.id and r.contact_back_enabled), '[]') as "contactBackReasons",
  a.name as "agencyName", a.short_name as "agencyShortName", d.name as "departmentName", o.name as "officeName"`;
const joined = `services s join agencies a on a.id = s.agency_id join departments d on d.id = s.department_id
  join offices o on o.id = s.office_id`;

export type ServiceFilter = {
  agency?: string | undefined;
  department?: string | undefined;
  office?: string | undefined;
  profile?: string | undefined;
  disabled: boolean;
};

export function listServices(pool: Pool, page: PageQuery & ServiceFilter): Promise<Page<ListedService>> {
  return listByName<ListedService>(
    pool,
    {
      select: columns,
      from: joined,
      name: "s.name",
      id: "s.id",
      search: "search_text(s.name)",
      where: [
        "($1 or s.disabled_at is null)",
        "($2::uuid is null or s.agency_id = $2)",
        "($3::uuid is null or s.department_id = $3)",
        "($4::uuid is null or s.office_id = $4)",
        "($5::text is null or s.profile = $5)",
      ],
      values: [page.disabled, page.agency ?? null, page.department ?? null, page.office ?? null, page.profile ?? null],
    },
    page,
  );
}

export async function readService(db: Queryable, id: string, lock = false): Promise<ListedService | null> {
  const found = await db.query<ListedService>(
    `select ${columns} from ${joined} where s.id = $1 ${lock ? "for update of s" : ""}`,
    [id],
  );
  return found.rows[0] ?? null;
}

export async function insertService(
  db: Queryable,
  service: Pick<Service, "agencyId" | "departmentId" | "officeId" | "externalId" | "name"> & ServiceSettings,
): Promise<string> {
  const inserted = await db.query<{ id: string }>(
    `insert into services (agency_id, department_id, office_id, external_id, name, profile, accepts_information,
       accepts_complaints, has_agenda, min_failed_attempts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      service.agencyId,
      service.departmentId,
      service.officeId,
      service.externalId,
      service.name,
      service.profile,
      service.acceptsInformation,
      service.acceptsComplaints,
      service.hasAgenda,
      service.minFailedAttempts,
    ],
  );
  const id = inserted.rows[0]!.id;
  await setContactBack(db, id, service.contactBackReasons);
  return id;
}

/** The quadruple's switch: on for these reasons, off for all others. */
export async function setContactBack(db: Queryable, serviceId: string, reasons: ContactReason[]): Promise<void> {
  await db.query(
    `insert into service_reasons (service_id, reason, contact_back_enabled)
       select $1, reason, true from unnest($2::text[]) as reason
       on conflict (service_id, reason) do update set contact_back_enabled = true`,
    [serviceId, reasons],
  );
  await db.query(
    "update service_reasons set contact_back_enabled = false where service_id = $1 and reason <> all($2::text[])",
    [serviceId, reasons],
  );
}

export type TripleState = {
  departmentInUse: boolean;
  officeInUse: boolean;
};

/** Whether department and office are of this agency and not disabled; both stay so until the transaction ends. */
export async function readTriple(
  db: Queryable,
  agencyId: string,
  departmentId: string,
  officeId: string,
): Promise<TripleState> {
  const departments = await db.query(
    "select from departments where agency_id = $1 and id = $2 and disabled_at is null for share",
    [agencyId, departmentId],
  );
  const offices = await db.query(
    "select from offices where agency_id = $1 and id = $2 and disabled_at is null and not is_rejects_desk for share",
    [agencyId, officeId],
  );
  return { departmentInUse: departments.rowCount === 1, officeInUse: offices.rowCount === 1 };
}

/** Cases keep the triple they had: a service that has any stays in its department. */
export async function hasCases(db: Queryable, serviceId: string): Promise<boolean> {
  const found = await db.query("select from cases where service_id = $1 limit 1", [serviceId]);
  return found.rowCount === 1;
}
