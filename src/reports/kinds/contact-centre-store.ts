import type { Queryable } from "../../database/pool.ts";
import type { ReportToCollect } from "../files/report-document.ts";
import { SERVICE_LEVEL_SECONDS } from "../report.ts";

/**
 * The calls of the period in a table of this transaction, one row each with all that is counted: a million of them are
 * joined once instead of once a table. One process does it, so that the desk keeps the other processor.
 */
export async function gatherCalls(db: Queryable, report: ReportToCollect): Promise<void> {
  await db.query("set local max_parallel_workers_per_gather = 0");
  await db.query("set local work_mem = '96MB'");
  await db.query("set local jit = off");
  await db.query(
    `create temporary table report_wrap_ups on commit drop as
    select call_id, person_id, sum(seconds) as seconds from (
      select call_id, person_id, state, extract(epoch from
        lead(at) over (partition by person_id order by at) - at)::float as seconds
      from operator_state_log where at >= $1 and at < $2::timestamptz + interval '1 day') l
    where state = 'wrap_up' and call_id is not null group by call_id, person_id`,
    [report.periodFrom, report.periodTo],
  );
  await db.query(
    `create temporary table report_calls on commit drop as
    select c.id, s.id as case_id, coalesce(s.agency_id, c.agency_id) as agency_id, s.reason,
      (c.started_at at time zone 'Europe/Rome')::date as day,
      extract(hour from c.started_at at time zone 'Europe/Rome')::smallint as hour,
      case when c.state = 'ended' then c.outcome end as outcome,
      c.queued_at is not null or c.talk_at is not null or c.parachute as offered,
      c.talk_at is not null as answered,
      case when c.talk_at is not null then extract(epoch from c.talk_at - c.queued_at)::float end as wait,
      case when c.talk_at is null and c.outcome = 'abandoned_queue'
        then extract(epoch from c.ended_at - c.queued_at)::float end as abandon_wait,
      extract(epoch from c.ended_at - c.talk_at)::float as talk,
      extract(epoch from c.ended_at - c.talk_at)::float + coalesce(w.seconds, 0) as handling
    from calls c
    left join cases s on s.opened_by_call_id = c.id
    left join report_wrap_ups w on w.call_id = c.id and w.person_id = c.person_id
    where c.direction = 'inbound' and c.started_at >= $1 and c.started_at < $2
      and ($3::uuid is null or coalesce(s.agency_id, c.agency_id) = $3)`,
    [report.periodFrom, report.periodTo, report.agencyId],
  );
  await db.query("analyze report_calls");
}

export type CallFigures = {
  key: string | null;
  calls: number;
  offered: number;
  answered: number;
  abandoned: number;
  otherEnds: number;
  waiting: number;
  inTime: number;
  meanWait: number | null;
  longestWait: number | null;
  meanAbandonWait: number | null;
  meanTalk: number | null;
  meanHandling: number | null;
};

const figures = `count(*)::int as calls,
  count(*) filter (where offered)::int as offered,
  count(*) filter (where answered)::int as answered,
  count(*) filter (where offered and not answered and outcome = 'abandoned_queue')::int as abandoned,
  count(*) filter (where offered and not answered and outcome <> 'abandoned_queue')::int as "otherEnds",
  count(*) filter (where offered and not answered and outcome is null)::int as waiting,
  count(*) filter (where wait <= ${SERVICE_LEVEL_SECONDS})::int as "inTime",
  avg(wait) as "meanWait", max(wait) as "longestWait", avg(abandon_wait) as "meanAbandonWait",
  avg(talk) as "meanTalk", avg(handling) as "meanHandling"`;

const groupings = {
  all: "null::text",
  day: "to_char(day, 'YYYY-MM-DD')",
  hour: "to_char(hour, 'FM00')",
  agency: "(select a.name from agencies a where a.id = agency_id)",
  reason: "reason",
} as const;

/** Sums of the gathered calls by one of the groupings; null: a call without it (no agency, no reason). */
export async function callFigures(db: Queryable, by: keyof typeof groupings): Promise<CallFigures[]> {
  const column = { all: null, day: "day", hour: "hour", agency: "agency_id", reason: "reason" }[by];
  const { rows } = await db.query<CallFigures>(
    `select ${groupings[by]} as key, ${figures} from report_calls ${column ? `group by ${column} order by 1` : ""}`,
  );
  return rows;
}

export type Waits = { median: number | null; ninetieth: number | null; abandonMedian: number | null };

export async function waitQuantiles(db: Queryable): Promise<Waits> {
  const { rows } = await db.query<Waits>(
    `select percentile_disc(0.5) within group (order by wait) as median,
      percentile_disc(0.9) within group (order by wait) as ninetieth,
      percentile_disc(0.5) within group (order by abandon_wait) as "abandonMedian" from report_calls`,
  );
  return rows[0]!;
}

export async function callOutcomes(db: Queryable): Promise<{ outcome: string | null; calls: number }[]> {
  const { rows } = await db.query(
    "select outcome, count(*)::int as calls from report_calls group by outcome order by calls desc, outcome",
  );
  return rows;
}

/** Every case linked to a gathered call, by reason; null: not chosen (drafts, hung up before). */
export async function casesByReason(db: Queryable): Promise<{ reason: string | null; cases: number }[]> {
  const { rows } = await db.query(
    `select s.reason, count(*)::int as cases from cases s
    where s.id in (select x.case_id from report_calls r join contacts k on k.call_id = r.id
      join contact_cases x on x.contact_id = k.id)
    group by s.reason order by cases desc, s.reason`,
  );
  return rows;
}

export type SourceCounts = {
  calls: number;
  contacts: number;
  callsWithCase: number;
  ownCases: number;
  linkedCases: number;
};

/**
 * The same counted from the sources: the calls of the period straight from their table, the contacts, the cases that
 * contacts lead to.
 */
export async function countSources(db: Queryable, report: ReportToCollect): Promise<SourceCounts> {
  const { rows } = await db.query<SourceCounts>(
    `with links as (select k.call_id, x.case_id from report_calls r join contacts k on k.call_id = r.id
        left join contact_cases x on x.contact_id = k.id)
    select (select count(*)::int from calls c where c.direction = 'inbound' and c.started_at >= $1 and c.started_at < $2
        and ($3::uuid is null or coalesce((select s.agency_id from cases s where s.opened_by_call_id = c.id),
          c.agency_id) = $3)) as calls,
      (select count(*)::int from contacts k where k.call_id in (select id from report_calls)) as contacts,
      (select count(distinct call_id) filter (where case_id is not null)::int from links) as "callsWithCase",
      (select count(*)::int from cases s where s.opened_by_call_id in (select id from report_calls)) as "ownCases",
      (select count(distinct case_id)::int from links) as "linkedCases"`,
    [report.periodFrom, report.periodTo, report.agencyId],
  );
  return rows[0]!;
}

export async function outboundContacts(
  db: Queryable,
  report: ReportToCollect,
): Promise<{ channel: string; contacts: number }[]> {
  const { rows } = await db.query(
    `select k.channel, count(*)::int as contacts from contacts k
    where k.direction = 'outbound' and k.created_at >= $1 and k.created_at < $2
      and ($3::uuid is null or exists (select from contact_cases x join cases s on s.id = x.case_id
        where x.contact_id = k.id and s.agency_id = $3))
    group by k.channel order by k.channel`,
    [report.periodFrom, report.periodTo, report.agencyId],
  );
  return rows;
}
