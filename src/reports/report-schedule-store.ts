import type { Queryable } from "../database/pool.ts";
import type { ReportKind, Rhythm } from "./report.ts";

export type ScheduleLine = {
  kind: ReportKind;
  rhythm: Rhythm;
  /** First day of the period that is reported next: "2026-11-23". */
  nextDay: string;
  enabled: boolean;
  version: number;
};

const columns = `kind, rhythm, to_char(next_day, 'YYYY-MM-DD') as "nextDay", disabled_at is null as enabled, version`;

export async function listSchedules(db: Queryable): Promise<ScheduleLine[]> {
  const { rows } = await db.query<ScheduleLine>(`select ${columns} from report_schedules order by kind, rhythm`);
  return rows;
}

/**
 * Null: nobody has written this version. Switched on anew, or for the first time, it begins with the period that runs
 * now: what was not reported while it was off is not made up for.
 */
export async function writeSchedule(
  db: Queryable,
  wish: { kind: ReportKind; rhythm: Rhythm; enabled: boolean; version: number },
): Promise<ScheduleLine | null> {
  const { rows } = await db.query<ScheduleLine>(
    `insert into report_schedules as s (kind, rhythm, next_day, disabled_at)
    select $1, $2, ${thisPeriod}, case when not $3 then now() end where $4 = 0
    on conflict (kind, rhythm) do nothing returning ${columns}`,
    [wish.kind, wish.rhythm, wish.enabled, wish.version],
  );
  if (rows[0]) return rows[0];
  const changed = await db.query<ScheduleLine>(
    `update report_schedules set disabled_at = case when not $3 then coalesce(disabled_at, now()) end,
      next_day = case when $3 and disabled_at is not null then greatest(next_day, ${thisPeriod}) else next_day end,
      version = version + 1
    where kind = $1 and rhythm = $2 and version = $4 returning ${columns}`,
    [wish.kind, wish.rhythm, wish.enabled, wish.version],
  );
  return changed.rows[0] ?? null;
}

const thisPeriod = `date_trunc(case $2 when 'weekly' then 'week' else 'month' end,
  now() at time zone 'Europe/Rome')::date`;
