import type { Queryable } from "../database/pool.ts";
import { SERVICE_LEVEL_SECONDS } from "../reports/report.ts";
import type { DayCounts, WallboardFigure } from "./wallboard.ts";

/** Rome's midnight before now, as a moment. */
const midnight = "(date_trunc('day', now() at time zone 'Europe/Rome') at time zone 'Europe/Rome')";
const offered = "(c.queued_at is not null or c.talk_at is not null or c.parachute)";
const waited = "extract(epoch from c.talk_at - c.queued_at)";
const counts = `count(*) filter (where c.talk_at is not null)::int as answered,
  count(*) filter (where c.talk_at is null and c.outcome = 'abandoned_queue')::int as abandoned,
  count(*) filter (where c.talk_at is null and c.state = 'ended' and c.outcome <> 'abandoned_queue')::int
    as "otherEnds",
  count(*) filter (where ${waited} <= ${SERVICE_LEVEL_SECONDS})::int as "inTime"`;

export type Now = DayCounts & {
  at: Date;
  waiting: number;
  /** Who waits longest has been in the queue since then. */
  waitingSince: Date | null;
  talking: number;
  available: number;
  toComplete: number;
};

export async function readNow(db: Queryable): Promise<Now> {
  const { rows } = await db.query<Now>(
    `select now() as at, d.*, q.*,
      (select count(*)::int from calls where state = 'talking') as talking,
      (select count(*)::int from operators where chosen = 'available' and system = 'idle'
        and stream_lost_at is null) as available,
      (select count(*)::int from cases s where s.status = 'draft' and s.owner_id is not null
        and not exists (select from calls c where c.id = s.opened_by_call_id and c.state <> 'ended')) as "toComplete"
    from (select ${counts} from calls c
        where c.direction = 'inbound' and c.started_at >= ${midnight} and ${offered}) d,
      (select count(*)::int as waiting, min(queued_at) as "waitingSince" from calls
        where state in ('waiting', 'offered') and direction = 'inbound') q`,
  );
  return rows[0]!;
}

export type Target = { figure: WallboardFigure; target: number; version: number };

export async function readTargets(db: Queryable): Promise<Target[]> {
  const { rows } = await db.query<Target>("select figure, target, version from wallboard_targets");
  return rows;
}

export async function writeTarget(db: Queryable, { figure, target, version }: Target): Promise<Target | null> {
  const { rows } = await db.query<Target>(
    `update wallboard_targets set target = $2, version = version + 1 where figure = $1 and version = $3
    returning figure, target, version`,
    [figure, target, version],
  );
  return rows[0] ?? null;
}

export type HalfHour = DayCounts & { from: Date; meanWait: number | null; longestWait: number | null };

/** Today's half hours from the first call on; those without a call are there with zeros. */
export async function readHalfHours(db: Queryable): Promise<HalfHour[]> {
  const { rows } = await db.query<HalfHour>(
    `with today as (select c.*, to_timestamp(floor(extract(epoch from c.started_at) / 1800) * 1800) as slot
      from calls c where c.direction = 'inbound' and c.started_at >= ${midnight} and ${offered})
    select t.slot as "from", ${counts}, round(avg(${waited}), 1)::float as "meanWait",
      max(extract(epoch from coalesce(c.talk_at, c.ended_at, now()) - c.queued_at))::float as "longestWait"
    from generate_series((select min(slot) from today), now(), interval '30 minutes') t (slot)
      left join today c on c.slot = t.slot
    group by t.slot order by t.slot`,
  );
  return rows;
}

export type ReasonCount = { agencyId: string | null; agencyName: string | null; reason: string | null; cases: number };

/** Cases opened today, by agency and reason; null: not chosen yet. */
export async function readReasons(db: Queryable): Promise<ReasonCount[]> {
  const { rows } = await db.query<ReasonCount>(
    `select s.agency_id as "agencyId", a.short_name as "agencyName", s.reason, count(*)::int as cases
    from cases s left join agencies a on a.id = s.agency_id
    where s.opened_at >= ${midnight} group by 1, 2, 3 order by 2 nulls last, 4 desc, 3`,
  );
  return rows;
}
