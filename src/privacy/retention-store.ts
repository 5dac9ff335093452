import type { Queryable } from "../database/pool.ts";
import type { RetentionKind, RetentionRule } from "./retention.ts";

export async function listRules(db: Queryable): Promise<RetentionRule[]> {
  const { rows } = await db.query<RetentionRule>(
    `select kind, reason, keep_days as "keepDays", version from retention_rules order by kind, reason nulls first`,
  );
  return rows;
}

/** False: changed meanwhile, or there is no such rule. */
export async function changeRule(db: Queryable, rule: RetentionRule): Promise<boolean> {
  const { rowCount } = await db.query(
    `update retention_rules set keep_days = $3, version = version + 1
    where kind = $1 and reason is not distinct from $2 and version = $4`,
    [rule.kind, rule.reason, rule.keepDays, rule.version],
  );
  return rowCount === 1;
}

/** Closed cases past their time, oldest first. A family goes together: a child waits for its parent's end. */
export async function casesPastTime(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select s.id from cases s join retention_rules r on r.kind = 'case' and r.reason is not distinct from s.reason
    where s.closed_at is not null and s.anonymised_at is null and not s.legal_hold
      and s.closed_at < now() - make_interval(days => r.keep_days)
      and not exists (select from cases f where (f.id = s.parent_id or f.parent_id = s.id or f.related_case_id = s.id)
        and (f.closed_at is null or f.legal_hold))
    order by s.closed_at limit $1 for update of s skip locked`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Records of citizens of whom nothing has been heard for the time, and who are on no case any more. */
export async function citizensPastTime(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select z.id from citizens z
    where z.erased_at is null and z.created_at < now() - (select make_interval(days => keep_days) from retention_rules
        where kind = 'citizen')
      and not exists (select from cases s where s.citizen_id = z.id)
      and not exists (select from citizens m where m.id = z.merged_into_id and m.erased_at is null)
    order by z.created_at limit $1 for update of z skip locked`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

const older = (kind: RetentionKind, column: string) =>
  `${column} < now() - (select make_interval(days => keep_days) from retention_rules where kind = '${kind}')`;

export async function deleteOldBounces(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(`delete from bounce_notices where ${older("bounce", "received_at")}`);
  return rowCount ?? 0;
}

/** The files, which name people; the report's own row with its totals stays. */
export async function deleteOldReportFiles(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `delete from report_files f using reports r where r.id = f.report_id and ${older("report", "r.made_at")}`,
  );
  return rowCount ?? 0;
}

export async function deleteOldOperatorLog(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(`delete from operator_state_log where ${older("operator_log", "at")}`);
  return rowCount ?? 0;
}
