import { auditCitizen } from "../../citizens/citizen-store.ts";
import { inSight } from "../../database/in-transaction.ts";
import type { Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { auditShownCitizens } from "../../people/audit/audit-store.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { CaseRecord, CaseSummary } from "../case-record.ts";
import { caseColumns } from "../case-store.ts";
import { visibleCases } from "./case-visibility.ts";

/** Whether this person sees the case now (REQ 12). */
export async function isVisible(db: Queryable, person: SignedInPerson, caseId: string): Promise<boolean> {
  const visible = visibleCases(person, 2);
  const { rowCount } = await inSight(db, (reader) =>
    reader.query(`select from cases s where s.id = $1 and ${visible.sql}`, [caseId, ...visible.values]),
  );
  return rowCount === 1;
}

export async function readVisibleCase(
  db: Queryable,
  person: SignedInPerson,
  caseId: string,
): Promise<CaseRecord | null> {
  const visible = visibleCases(person, 2);
  const { rows } = await inSight(db, (reader) =>
    reader.query<CaseRecord>(`select ${caseColumns} from cases s where s.id = $1 and ${visible.sql}`, [
      caseId,
      ...visible.values,
    ]),
  );
  return rows[0] ?? null;
}

const summaryColumns = `s.id, s.number, s.status, s.attribute, s.reason, s.notice_content as "noticeContent",
  s.parent_id as "parentId", s.opened_by_call_id as "openedByCallId", s.agency_id as "agencyId", e.name as "agencyName", v.name as "serviceName",
  s.office_id as "officeId", u.name as "officeName",
  nullif(concat_ws(' ', z.last_name, z.first_name), '') as "citizenName", z.id as "citizenId", left(s.request, 200) as request,
  case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.display_name) end as "takenBy",
  s.opened_at as "openedAt", s.closed_at as "closedAt", s.next_attempt_at as "nextAttemptAt", s.version`;

const summaryTables = `left join agencies e on e.id = s.agency_id left join services v on v.id = s.service_id
  left join offices u on u.id = s.office_id left join citizens z on z.id = s.citizen_id
  left join people t on t.id = s.taken_by_id`;

export type CaseFilter = {
  /** The person's own drafts, oldest first (REQ 1.5). */
  toComplete?: boolean;
  statuses?: readonly string[];
  reason?: string;
  agencyId?: string;
  serviceId?: string;
  officeId?: string;
  citizenId?: string;
  number?: number;
  open?: boolean;
  taken?: "me" | "nobody" | "others";
  /** A case number, or part of the citizen's name or of the request; taken literally (FAULTS I33). */
  text?: string;
};

export type CasePage = { items: CaseSummary[]; nextCursor: string | null };
type Cursor = { openedAt: string; id: string };

/** A page of visible cases; `order` is by opening, and by id among equals. */
export async function listCases(
  db: Queryable,
  person: SignedInPerson,
  filter: CaseFilter,
  page: { limit: number; after: Cursor | null; order: "oldest" | "newest" },
): Promise<CasePage> {
  const visible = visibleCases(person, 1);
  const values: unknown[] = [...visible.values];
  const where: string[] = [visible.sql];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  if (filter.toComplete) add((p) => `s.status = 'draft' and s.owner_id = ${p}`, person.id);
  if (filter.statuses) {
    add((p) => `s.status = any(${p}::text[])`, filter.statuses);
    // Said in words, too, so that the index of what waits is used.
    if (!filter.statuses.includes("draft")) where.push("s.status <> 'draft'");
  }
  if (filter.reason) add((p) => `s.reason = ${p}`, filter.reason);
  if (filter.agencyId) add((p) => `s.agency_id = ${p}`, filter.agencyId);
  if (filter.serviceId) add((p) => `s.service_id = ${p}`, filter.serviceId);
  if (filter.officeId) add((p) => `s.office_id = ${p}`, filter.officeId);
  if (filter.citizenId) add((p) => `s.citizen_id = ${p}`, filter.citizenId);
  if (filter.number) add((p) => `s.number = ${p}`, filter.number);
  if (filter.open !== undefined) where.push(`s.closed_at is ${filter.open ? "" : "not "}null`);
  if (filter.taken === "nobody") where.push("s.taken_by_id is null");
  if (filter.taken === "me") add((p) => `s.taken_by_id = ${p}`, person.id);
  if (filter.taken === "others") add((p) => `s.taken_by_id <> ${p}`, person.id);
  if (filter.text) {
    add(
      (p) => `(s.number::text = ${p} or s.request ilike '%' || ${likeLiteral(p)} || '%' or exists (
      select from citizens z where z.id = s.citizen_id
        and concat_ws(' ', z.first_name, z.last_name, z.first_name) ilike '%' || ${likeLiteral(p)} || '%'))`,
      filter.text,
    );
  }
  const [comparison, direction] = page.order === "oldest" ? [">", "asc"] : ["<", "desc"];
  if (page.after) {
    values.push(page.after.openedAt, page.after.id);
    where.push(`(s.opened_at, s.id) ${comparison} ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  values.push(page.limit + 1);
  const { rows } = await db.query<NamingSummary & { place: string }>(
    `select ${summaryColumns}, to_char(s.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place
    from (select * from cases s where ${where.join(" and ")}
      order by s.opened_at ${direction}, s.id ${direction} limit $${values.length}) s ${summaryTables}
    order by s.opened_at ${direction}, s.id ${direction}`,
    values,
  );
  const more = rows.length > page.limit;
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  await auditNames(db, person, filter, shown);
  return {
    items: shown.map(({ place: _place, citizenId: _citizenId, ...summary }) => summary),
    nextCursor: more && last ? writeCursor({ openedAt: last.place, id: last.id }) : null,
  };
}

type NamingSummary = CaseSummary & { citizenId: string | null };

/** REQ 12: who searched cases by a citizen, and whose names a list showed to whom. */
async function auditNames(
  db: Queryable,
  person: SignedInPerson,
  filter: CaseFilter,
  shown: readonly NamingSummary[],
): Promise<void> {
  const found = [...new Set(shown.flatMap(({ citizenId }) => citizenId ?? []))];
  if (filter.text !== undefined || filter.citizenId) {
    await auditCitizen(db, person, "citizen.search", null, { by: "case", found });
  } else await auditShownCitizens(db, person, found, "cases");
}

function likeLiteral(parameter: string): string {
  return `regexp_replace(${parameter}, '([\\\\%_])', '\\\\\\1', 'g')`;
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.openedAt, cursor.id])).toString("base64url");
}

const cursorForm = /^\["(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)","([0-9a-f-]{36})"\]$/;

/** The place where the page before ended. @throws invalid_form for a cursor that is none of ours. */
export function pageAfter(cursor: string | undefined): Cursor | null {
  if (cursor === undefined) return null;
  const match = cursorForm.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  if (match) return { openedAt: match[1]!, id: match[2]! };
  throw new AppError("invalid_form", "The cursor is none of this list", {
    extra: { errors: [{ path: "cursor", code: "format", it: "formato non valido" }] },
  });
}

/** Parent, children and related cases that this person sees too. */
export async function relativesOf(db: Queryable, person: SignedInPerson, record: CaseRecord): Promise<CaseSummary[]> {
  const visible = visibleCases(person, 4);
  const { rows } = await db.query<NamingSummary>(
    `select ${summaryColumns} from cases s ${summaryTables}
    where (s.id = $2 or s.parent_id = $1 or s.id = $3 or s.related_case_id = $1) and ${visible.sql}
    order by s.opened_at, s.id limit 200`,
    [record.id, record.parentId, record.relatedCaseId, ...visible.values],
  );
  // The case's own record is told by whoever shows the case.
  const others = rows.flatMap(({ citizenId }) => (citizenId && citizenId !== record.citizenId ? [citizenId] : []));
  await auditShownCitizens(db, person, others, "family");
  return rows.map(({ citizenId: _, ...summary }) => summary);
}

export type CaseNames = {
  /** The chosen service as the page's search gives it. */
  service: Record<string, unknown> | null;
  agencyName: string | null;
  officeName: string | null;
  ownerName: string | null;
  takenBy: { id: string; name: string } | null;
  standardAnswer: string | null;
};

/** What the ids on a case are called; the standard answer for its reason (REQ 2). */
export async function namesOf(db: Queryable, caseId: string): Promise<CaseNames> {
  const { rows } = await db.query<CaseNames>(
    `select e.name as "agencyName", u.name as "officeName", w.display_name as "ownerName",
      case when v.id is not null then jsonb_build_object('id', v.id, 'name', v.name, 'agencyId', e.id,
        'agencyName', e.name, 'departmentId', d.id, 'departmentName', d.name, 'profile', v.profile) end as service,
      case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.display_name) end as "takenBy",
      standard_answer(coalesce(s.parent_id, s.id), s.service_id, s.reason, s.language) as "standardAnswer"
    from cases s left join agencies e on e.id = s.agency_id left join departments d on d.id = s.department_id
      left join services v on v.id = s.service_id left join offices u on u.id = s.office_id
      left join people w on w.id = s.owner_id left join people t on t.id = s.taken_by_id
    where s.id = $1`,
    [caseId],
  );
  return rows[0]!;
}

/** Calls, notes and the rest that belongs to one case (REQ 12); visibility is the caller's check. */
export async function surroundingsOf(db: Queryable, caseId: string): Promise<Record<string, unknown>> {
  const { rows } = await db.query(
    `select
      case when z.id is not null then jsonb_build_object('id', z.id, 'firstName', z.first_name, 'lastName', z.last_name,
        'version', z.version, 'contacts', (select coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'value', x.value,
          'source', x.source) order by x.created_at), '[]') from citizen_contacts x where x.citizen_id = z.id)) end as citizen,
      (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'callId', k.call_id, 'direction', k.direction,
          'channel', k.channel, 'callerE164', k.caller_e164, 'createdAt', k.created_at) order by k.created_at), '[]')
        from contact_cases kc join contacts k on k.id = kc.contact_id where kc.case_id = s.id) as contacts,
      (select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'text', n.text, 'at', n.at,
          'fromCaseId', n.from_case_id, 'personName', p.display_name) order by n.at), '[]')
        from case_notes n left join people p on p.id = n.person_id where n.case_id = s.id) as notes,
      (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'channel', a.channel, 'outcome', a.outcome,
          'note', a.note, 'at', a.at, 'afterAnswer', a.after_answer, 'nextAttemptAt', a.next_attempt_at,
          'personName', p.display_name) order by a.at), '[]')
        from contact_attempts a left join people p on p.id = a.person_id where a.case_id = s.id) as attempts,
      (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'kind', k.kind, 'state', k.state,
          'createdAt', k.created_at, 'claimedAt', k.claimed_at, 'endedAt', k.ended_at, 'claimedBy',
          case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.display_name) end)
          order by k.created_at), '[]')
        from case_tasks k left join people p on p.id = k.claimed_by_id where k.case_id = s.id) as tasks,
      (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.display_name, 'invitedAt', i.invited_at,
          'endedAt', i.ended_at) order by i.invited_at), '[]')
        from case_specialists i join people p on p.id = i.person_id where i.case_id = s.id) as specialists,
      (select coalesce(jsonb_agg(jsonb_build_object('childId', q.child_id, 'state', q.state,
          'requestedAt', q.requested_at, 'dueAt', q.due_at, 'decidedAt', q.decided_at, 'note', q.note)
          order by q.requested_at), '[]')
        from cancel_requests q where q.parent_id = s.id) as "cancelRequests"
    from cases s left join citizens z on z.id = s.citizen_id
    where s.id = $1`,
    [caseId],
  );
  return rows[0]!;
}

/** Who someone is, for a message that names them. */
export async function readPersonName(
  db: Queryable,
  personId: string | null,
): Promise<{ id: string; name: string } | null> {
  const { rows } = await db.query("select id, display_name as name from people where id = $1", [personId]);
  return rows[0] ?? null;
}
