import type { Queryable } from "../../database/pool.ts";
import type { ReportToCollect } from "../files/report-document.ts";

export type ListedCase = {
  id: string;
  number: number;
  openedAt: Date;
  closedAt: Date;
  departmentName: string;
  serviceName: string;
  officeId: string;
  officeName: string;
  request: string | null;
  answer: string | null;
  /** What the operator declared missing (REQ 3.1). */
  missing: { kind: "no_card" | "card_does_not_answer"; search?: string; cardVersion?: number } | null;
  cardCode: string | null;
  needNumber: number | null;
  needState: string | null;
};

export type CaseListKind = "issue_reports" | "grievances" | "unresolved_needs";

/** Where the reasons of REQ 2 end; `c` is cases, $1 agency, $2 and $3 the period. */
const conditions: Record<CaseListKind, string> = {
  issue_reports: "c.status = 'assigned_resolved' and c.reason = 'issue_report'",
  grievances: "c.reason = 'grievance' and c.status = 'resolved_l1'",
  unresolved_needs: "c.status = 'unresolvable'",
};

const inPeriod = "c.agency_id = $1 and c.closed_at >= $2 and c.closed_at < $3";

/** The cases of a list, by office and number; a case without an office of its own is its service's office's. */
export async function listCases(db: Queryable, kind: CaseListKind, report: ReportToCollect): Promise<ListedCase[]> {
  const { rows } = await db.query<ListedCase>(
    `select c.id, c.number, c.opened_at as "openedAt", c.closed_at as "closedAt", d.name as "departmentName",
      v.name as "serviceName", o.id as "officeId", o.name as "officeName", c.request, c.answer,
      c.missing_knowledge as missing, k.code as "cardCode", n.number as "needNumber", n.state as "needState"
    from cases c
    join services v on v.id = c.service_id
    join departments d on d.id = c.department_id
    join offices o on o.id = coalesce(c.office_id, v.office_id)
    left join cards k on k.id = (c.missing_knowledge ->> 'cardId')::uuid
    left join lateral (select i.number, i.state from information_needs i where i.case_id = c.id
      order by i.reported_at desc limit 1) n on true
    where ${inPeriod} and ${conditions[kind]}
    order by o.name, o.id, c.number`,
    [report.agencyId, report.periodFrom, report.periodTo],
  );
  return rows;
}

export type CaseCounts = { cases: number; withContact: number; ofCalls: number; calls: number };

/**
 * The same, counted from the other side: rows of cases alone, those that a contact leads to, those that a call opened
 * and the calls that opened them.
 */
export async function countCases(db: Queryable, kind: CaseListKind, report: ReportToCollect): Promise<CaseCounts> {
  const { rows } = await db.query<CaseCounts>(
    `select count(*)::int as cases,
      count(*) filter (where exists (select from contact_cases x where x.case_id = c.id))::int as "withContact",
      count(c.opened_by_call_id)::int as "ofCalls",
      (select count(*)::int from calls l where l.id in (select c.opened_by_call_id from cases c
        where ${inPeriod} and ${conditions[kind]})) as calls
    from cases c where ${inPeriod} and ${conditions[kind]}`,
    [report.agencyId, report.periodFrom, report.periodTo],
  );
  return rows[0]!;
}
