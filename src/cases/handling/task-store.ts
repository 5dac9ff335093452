import type { Queryable } from "../../database/pool.ts";

export type TaskKind = "contact_back" | "cancel_confirmation" | "undeliverable";
export type TaskState = "open" | "claimed" | "done" | "withdrawn";

export type CaseTask = {
  id: string;
  caseId: string;
  kind: TaskKind;
  state: TaskState;
  claimedById: string | null;
  claimedAt: Date | null;
  createdAt: Date;
};

const taskColumns = `t.id, t.case_id as "caseId", t.kind, t.state, t.claimed_by_id as "claimedById",
  t.claimed_at as "claimedAt", t.created_at as "createdAt"`;

/** @returns null when such a task is live already: two sweeps may meet. */
export async function openTask(db: Queryable, caseId: string, kind: TaskKind): Promise<CaseTask | null> {
  const { rows } = await db.query<CaseTask>(
    `insert into case_tasks as t (case_id, kind) values ($1, $2)
    on conflict (case_id, kind) where state in ('open', 'claimed') do nothing returning ${taskColumns}`,
    [caseId, kind],
  );
  return rows[0] ?? null;
}

/** Conditional on nobody having it; null: someone else won, or it is over. */
export async function claimTask(db: Queryable, taskId: string, personId: string): Promise<CaseTask | null> {
  const { rows } = await db.query<CaseTask>(
    `update case_tasks t set state = 'claimed', claimed_by_id = $2, claimed_at = clock_timestamp()
    where t.id = $1 and t.state = 'open' returning ${taskColumns}`,
    [taskId, personId],
  );
  return rows[0] ?? null;
}

/** Back to the pile: the citizen was not reached and the case stays as it is. */
export async function releaseTask(db: Queryable, taskId: string, personId: string): Promise<CaseTask | null> {
  const { rows } = await db.query<CaseTask>(
    `update case_tasks t set state = 'open', claimed_by_id = null, claimed_at = null
    where t.id = $1 and t.state = 'claimed' and t.claimed_by_id = $2 returning ${taskColumns}`,
    [taskId, personId],
  );
  return rows[0] ?? null;
}

/** Ends the live tasks of a kind on a case; `by`: who did it, when it was done rather than withdrawn. */
export async function endTasks(
  db: Queryable,
  caseId: string,
  kinds: readonly TaskKind[],
  state: "done" | "withdrawn",
): Promise<CaseTask[]> {
  const { rows } = await db.query<CaseTask>(
    `update case_tasks t set state = $3, ended_at = clock_timestamp()
    where t.case_id = $1 and t.kind = any($2::text[]) and t.state in ('open', 'claimed') returning ${taskColumns}`,
    [caseId, kinds, state],
  );
  return rows;
}

/** Whether someone at first level has taken it upon themselves to ask the citizen about a cancel request. */
export async function hasClaimedConfirmation(db: Queryable, caseId: string, personId: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from case_tasks t where t.case_id = $1 and t.kind = 'cancel_confirmation' and t.state = 'claimed'
      and t.claimed_by_id = $2`,
    [caseId, personId],
  );
  return rowCount === 1;
}

export async function readTask(
  db: Queryable,
  caseId: string,
  taskId: string,
): Promise<(CaseTask & { claimedByName: string | null }) | null> {
  const { rows } = await db.query(
    `select ${taskColumns}, p.display_name as "claimedByName"
    from case_tasks t left join people p on p.id = t.claimed_by_id where t.id = $2 and t.case_id = $1`,
    [caseId, taskId],
  );
  return rows[0] ?? null;
}

/** Live tasks of the first level, oldest first, with what an operator needs to choose one. */
export async function liveTasks(db: Queryable, limit: number): Promise<Record<string, unknown>[]> {
  const { rows } = await db.query(
    `select ${taskColumns}, s.number as "caseNumber", s.reason, s.version as "caseVersion", v.name as "serviceName",
      p.display_name as "claimedByName", s.next_attempt_at as "nextAttemptAt"
    from case_tasks t join cases s on s.id = t.case_id left join services v on v.id = s.service_id
      left join people p on p.id = t.claimed_by_id
    where t.state in ('open', 'claimed') order by t.created_at, t.id limit $1`,
    [limit],
  );
  return rows;
}
