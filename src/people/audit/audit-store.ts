import type { Queryable } from "../../database/pool.ts";
import type { AuditFilter, AuditLine, AuditPlace } from "./audit-line.ts";

type PlacedLine = AuditLine & { place: string };

/** Lines, newest first, from behind `after`. */
export async function listAudit(
  db: Queryable,
  filter: AuditFilter,
  page: { limit: number; after: AuditPlace | null },
): Promise<PlacedLine[]> {
  const values: unknown[] = [];
  const where: string[] = ["true"];
  const add = (condition: (...parameters: string[]) => string, ...given: unknown[]) => {
    where.push(condition(...given.map((value) => `$${values.push(value)}`)));
  };
  if (filter.personId) add((p) => `a.person_id = ${p}::uuid`, filter.personId);
  if (filter.citizenId) {
    add(
      (p) => `(a.subject_kind = 'citizen' and a.subject_id = ${p}::text
        or a.data ? 'found' and a.data -> 'found' ? ${p}::text)`,
      filter.citizenId,
    );
  }
  if (filter.caseId) {
    add(
      (p) => `(a.subject_kind = 'case' and a.subject_id = ${p}::text
        or a.data ? 'caseId' and a.data ->> 'caseId' = ${p}::text)`,
      filter.caseId,
    );
  }
  if (filter.subjectKind) add((p) => `a.subject_kind = ${p}`, filter.subjectKind);
  if (filter.action?.endsWith("*")) add((p) => `starts_with(a.action, ${p})`, filter.action.slice(0, -1));
  else if (filter.action) add((p) => `a.action = ${p}`, filter.action);
  if (filter.from) add((p) => `a.at >= ${p}::timestamptz`, filter.from);
  if (filter.to) add((p) => `a.at < ${p}::timestamptz`, filter.to);
  if (page.after) add((at, id) => `(a.at, a.id) < (${at}::timestamptz, ${id}::bigint)`, page.after.at, page.after.id);
  values.push(page.limit);
  const { rows } = await db.query<PlacedLine>(
    `select a.id, a.at, a.person_id as "personId", p.display_name as "personName", a.actor, a.action,
      a.subject_kind as "subjectKind", a.subject_id as "subjectId", s.number as "caseNumber",
      -- Changed hours are noted as a list.
      case when jsonb_typeof(a.data) = 'object' then a.data else jsonb_build_object('value', a.data) end as data,
      to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place
    from (select * from audit a where ${where.join(" and ")} order by a.at desc, a.id desc limit $${values.length}) a
      left join people p on p.id = a.person_id
      left join lateral (select case when a.subject_kind = 'case' then a.subject_id else a.data ->> 'caseId' end as id) k
        on true
      left join cases s on s.id = case when k.id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then k.id::uuid end
    order by a.at desc, a.id desc`,
    values,
  );
  return rows;
}

/** Names of citizens that a list showed to a person: one line a record, at most once in twelve hours. */
export async function auditShownCitizens(
  db: Queryable,
  person: { id: string; login: string },
  citizenIds: readonly string[],
  where: string,
): Promise<void> {
  if (citizenIds.length === 0) return;
  await db.query("select audit_shown_citizens($1, $2, $3, $4)", [person.id, person.login, citizenIds, where]);
}
