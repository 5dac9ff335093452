import type { Queryable } from "../../database/pool.ts";
import type { ReportToCollect } from "../files/report-document.ts";

export type SwitchboardCase = {
  number: number;
  openedAt: Date;
  day: string;
  hour: number;
  status: string;
  targetName: string | null;
  result: string | null;
  /** Direct transfers of the case, the last included. */
  tries: number;
  waitSeconds: number | null;
};

const inPeriod = "c.switchboard and c.agency_id = $1 and c.opened_at >= $2 and c.opened_at < $3";

export async function listSwitchboardCases(db: Queryable, report: ReportToCollect): Promise<SwitchboardCase[]> {
  const { rows } = await db.query<SwitchboardCase>(
    `select c.number, c.opened_at as "openedAt", to_char(c.opened_at at time zone 'Europe/Rome', 'YYYY-MM-DD') as day,
      extract(hour from c.opened_at at time zone 'Europe/Rome')::int as hour, c.status, t.target_name as "targetName",
      t.result, coalesce(t.tries, 0)::int as tries,
      extract(epoch from t.joined_at - t.created_at)::float as "waitSeconds"
    from cases c
    left join lateral (select b.target_name, b.result, b.joined_at, b.created_at, count(*) over () as tries
      from transfers b where b.case_id = c.id and b.kind = 'blind' order by b.created_at desc, b.id desc limit 1) t on true
    where ${inPeriod} order by c.number`,
    [report.agencyId, report.periodFrom, report.periodTo],
  );
  return rows;
}

export type SwitchboardCounts = {
  cases: number;
  transfers: number;
  ofCalls: number;
  calls: number;
  withContact: number;
};

export async function countSwitchboardCases(db: Queryable, report: ReportToCollect): Promise<SwitchboardCounts> {
  const { rows } = await db.query<SwitchboardCounts>(
    `with s as (select c.id, c.opened_by_call_id from cases c where ${inPeriod})
    select (select count(*)::int from s) as cases,
      (select count(*)::int from transfers b where b.kind = 'blind' and b.case_id in (select id from s)) as transfers,
      (select count(opened_by_call_id)::int from s) as "ofCalls",
      (select count(*)::int from calls l where l.id in (select opened_by_call_id from s)) as calls,
      (select count(*)::int from s where exists (select from contact_cases x where x.case_id = s.id)) as "withContact"`,
    [report.agencyId, report.periodFrom, report.periodTo],
  );
  return rows[0]!;
}
