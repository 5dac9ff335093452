import type { Queryable } from "../database/pool.ts";
import type { WrittenFile } from "./files/file-thread.ts";
import type { Collected, ReportToCollect } from "./files/report-document.ts";
import type { ReportKind, Rhythm } from "./report.ts";
import type { Period } from "./report-period.ts";

export type Schedule = { kind: ReportKind; rhythm: Rhythm; nextDay: string };

/** The rhythms; with `lock` their rows are held, so that of several copies one at a time asks for reports. */
export async function readSchedules(db: Queryable, lock = false): Promise<Schedule[]> {
  const { rows } = await db.query<Schedule>(
    `select kind, rhythm, to_char(next_day, 'YYYY-MM-DD') as "nextDay" from report_schedules
    where disabled_at is null order by kind, rhythm ${lock ? "for update" : ""}`,
  );
  return rows;
}

/**
 * One report an agency (and of the whole centre, where there is one) for each period, with its job, in one statement;
 * the ids of those that were not asked for before. Switchboard reports only for agencies that have the switchboard.
 */
export async function insertScheduled(db: Queryable, schedule: Schedule, periods: Period[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `with made as (
      insert into reports (kind, rhythm, origin, agency_id, first_day, last_day, period_from, period_to)
      select $1, $2, 'schedule', g.id, p.first_day, p.last_day, p.period_from, p.period_to
      from unnest($3::date[], $4::date[], $5::timestamptz[], $6::timestamptz[])
        as p (first_day, last_day, period_from, period_to),
        (select id, disabled_at, switchboard from agencies union all select null, null, false) g
      where (g.id is not null or $1 = 'contact_centre') and ($1 <> 'switchboard' or g.switchboard)
        and (g.disabled_at is null or g.disabled_at > p.period_from)
      on conflict do nothing returning id)
    select id, graphile_worker.add_job('make_report', json_build_object('reportId', id), job_key := 'report:' || id,
      max_attempts := 3) from made`,
    [
      ...[schedule.kind, schedule.rhythm, periods.map((one) => one.firstDay), periods.map((one) => one.lastDay)],
      ...[periods.map((one) => one.from), periods.map((one) => one.to)],
    ],
  );
  return rows.map((row) => row.id);
}

export async function moveSchedule(db: Queryable, { kind, rhythm }: Schedule, nextDay: string): Promise<void> {
  await db.query("update report_schedules set next_day = $3 where kind = $1 and rhythm = $2", [kind, rhythm, nextDay]);
}

export async function insertAsked(
  db: Queryable,
  wish: { kind: ReportKind; agencyId: string | null; period: Period; personId: string },
): Promise<string> {
  const { period } = wish;
  const { rows } = await db.query<{ id: string }>(
    `with made as (
      insert into reports (kind, origin, agency_id, first_day, last_day, period_from, period_to, asked_by_id)
      values ($1, 'person', $2, $3, $4, $5, $6, $7) returning id)
    select id, graphile_worker.add_job('make_report', json_build_object('reportId', id), job_key := 'report:' || id,
      max_attempts := 3) from made`,
    [wish.kind, wish.agencyId, period.firstDay, period.lastDay, period.from, period.to, wish.personId],
  );
  return rows[0]!.id;
}

/** Reports that a person has asked for and that are not made yet. */
export async function countUnmade(db: Queryable, personId: string): Promise<number> {
  const { rows } = await db.query<{ unmade: number }>(
    "select count(*)::int as unmade from reports where asked_by_id = $1 and state in ('queued', 'making')",
    [personId],
  );
  return rows[0]!.unmade;
}

/** Takes a due report for one try by conditional update: of several copies that want it one gets it. */
export async function claimReport(
  db: Queryable,
  id: string,
  claimMs: number,
): Promise<(ReportToCollect & { claimId: string }) | null> {
  const { rows } = await db.query<ReportToCollect & { claimId: string }>(
    `update reports r set state = 'making', claim_id = uuidv7(), attempts = attempts + 1,
      claimed_until = clock_timestamp() + $2 * interval '1 millisecond'
    where id = $1 and state = 'queued' and due_at <= clock_timestamp()
    returning id, kind, agency_id as "agencyId", origin, rhythm, to_char(first_day, 'YYYY-MM-DD') as "firstDay",
      to_char(last_day, 'YYYY-MM-DD') as "lastDay", period_from as "periodFrom", period_to as "periodTo", state,
      attempts, claim_id as "claimId", (select name from agencies a where a.id = agency_id) as "agencyName"`,
    [id, claimMs],
  );
  return rows[0] ?? null;
}

/** False: the claim ran out meanwhile and somebody else has the report; nothing of this try may be kept. */
export async function finishReport(
  db: Queryable,
  claim: { id: string; claimId: string },
  result: Pick<Collected, "totals"> & { reconciliation: unknown; reconciled: boolean; madeMs: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reports set state = 'made', claim_id = null, claimed_until = null, error = null,
      made_at = clock_timestamp(), made_ms = $3, totals = $4, reconciliation = $5, reconciled = $6
    where id = $1 and claim_id = $2 and state = 'making'`,
    [
      ...[claim.id, claim.claimId, result.madeMs, result.totals],
      ...[JSON.stringify(result.reconciliation), result.reconciled],
    ],
  );
  return rowCount === 1;
}

/** Another try after a pause, or the end after the last one. */
export async function failReport(
  db: Queryable,
  claim: { id: string; claimId: string },
  error: string,
  retryMs: number | null,
): Promise<void> {
  await db.query(
    `with f as (
      update reports set state = case when $4::float is null then 'failed' else 'queued' end, claim_id = null,
        claimed_until = null, error = left($3, 500),
        due_at = clock_timestamp() + coalesce($4, 0) * interval '1 millisecond'
      where id = $1 and claim_id = $2 and state = 'making' returning id, state, due_at)
    select graphile_worker.add_job('make_report', json_build_object('reportId', id), job_key := 'report:' || id,
      run_at := due_at, max_attempts := 3) from f where state = 'queued'`,
    [claim.id, claim.claimId, error, retryMs],
  );
}

/** Every few seconds, in every copy: reports whose copy died, and those whose job was lost, go on. */
export async function sweepReports(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `with lost as (
      update reports set state = 'queued', claim_id = null, claimed_until = null, due_at = clock_timestamp()
      where state = 'making' and claimed_until < clock_timestamp() returning id
    ), overdue as (
      select id from reports where state = 'queued' and due_at < clock_timestamp() - interval '10 seconds'
        and not exists (select from graphile_worker.jobs j where j.key = 'report:' || reports.id and j.locked_at is null)
    )
    select graphile_worker.add_job('make_report', json_build_object('reportId', id), job_key := 'report:' || id,
      max_attempts := 3) from (select id from lost union select id from overdue) again`,
  );
  return rowCount ?? 0;
}

export async function insertFiles(
  db: Queryable,
  report: { id: string; agencyId: string | null },
  officeId: string | null,
  files: (WrittenFile & { name: string; mediaType: string })[],
): Promise<void> {
  for (const file of files) {
    await db.query(
      `insert into report_files (report_id, agency_id, office_id, format, name, media_type, size_bytes, sha256, content)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[report.id, report.agencyId, officeId, file.format, file.name, file.mediaType, file.content.length],
        ...[file.sha256, Buffer.from(file.content)],
      ],
    );
  }
}

/** The texts in them are citizens' words: reports go when their rule's time is over, with files and post. */
export async function forgetOldReports(db: Queryable): Promise<void> {
  await db.query(
    `delete from reports where requested_at < now() - (select make_interval(days => keep_days) from retention_rules
      where kind = 'report')`,
  );
}
