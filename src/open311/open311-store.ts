import type { Queryable } from "../database/pool.ts";

export type Open311Service = { code: string; name: string; department: string; agency: string; jurisdiction: string };

const jurisdiction = "coalesce(a.external_id, a.id::text)";
const inJurisdiction = `($1::text is null or ${jurisdiction} = $1 or a.id::text = $1)`;

export async function listOpen311Services(db: Queryable, of: string | null): Promise<Open311Service[]> {
  const { rows } = await db.query<Open311Service>(
    `select v.id as code, v.name, d.name as department, a.name as agency, ${jurisdiction} as jurisdiction
    from services v join departments d on d.id = v.department_id join agencies a on a.id = v.agency_id
    where v.disabled_at is null and a.disabled_at is null and ${inJurisdiction}
    order by a.name, d.name, v.name, v.id limit 5000`,
    [of],
  );
  return rows;
}

export type Open311Request = {
  number: number;
  serviceCode: string;
  serviceName: string;
  agency: string;
  office: string;
  requestedAt: Date;
  updatedAt: Date;
};

export type RequestFilter = {
  numbers: number[] | null;
  serviceCodes: string[] | null;
  from: Date | null;
  to: Date | null;
  jurisdiction: string | null;
  limit: number;
  offset: number;
};

/**
 * Issue reports that went to their offices. Only what the organisation says of them is read: neither the citizen, nor
 * the text of the request, in which people name themselves and others.
 */
export async function listOpen311Requests(db: Queryable, filter: RequestFilter): Promise<Open311Request[]> {
  const { rows } = await db.query<Open311Request>(
    `select c.number, v.id as "serviceCode", v.name as "serviceName", a.name as agency, o.name as office,
      c.opened_at as "requestedAt", c.closed_at as "updatedAt"
    from cases c join services v on v.id = c.service_id join agencies a on a.id = c.agency_id
      join offices o on o.id = c.office_id
    where c.status = 'assigned_resolved' and c.reason = 'issue_report' and ${inJurisdiction}
      and ($2::bigint[] is null or c.number = any($2)) and ($3::text[] is null or v.id::text = any($3))
      and ($4::timestamptz is null or c.opened_at >= $4) and ($5::timestamptz is null or c.opened_at <= $5)
    order by c.opened_at desc, c.number desc limit $6 offset $7`,
    [
      ...[filter.jurisdiction, filter.numbers, filter.serviceCodes, filter.from, filter.to],
      ...[filter.limit, filter.offset],
    ],
  );
  return rows;
}
