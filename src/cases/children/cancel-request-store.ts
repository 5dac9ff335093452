import type { Queryable } from "../../database/pool.ts";

export type CancelDecision = "granted" | "refused" | "lapsed";

/** One pending wish a parent. @returns false when one is pending already. */
export async function insertCancelRequest(
  db: Queryable,
  request: { childId: string; parentId: string; dueAt: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into cancel_requests (child_id, parent_id, due_at) values ($1, $2, $3)
    on conflict (parent_id) where state = 'pending' do nothing`,
    [request.childId, request.parentId, request.dueAt],
  );
  return rowCount === 1;
}

/** @returns the child that asked, or null when nothing was pending. */
export async function decidePending(
  db: Queryable,
  parentId: string,
  decision: CancelDecision,
  personId: string | null,
  note: string | null,
): Promise<string | null> {
  const { rows } = await db.query(
    `update cancel_requests set state = $2, decided_by_id = $3, decided_at = clock_timestamp(), note = $4
    where parent_id = $1 and state = 'pending' returning child_id`,
    [parentId, decision, personId, note],
  );
  return rows[0]?.child_id ?? null;
}

/** Parents whose pending request nobody answered in time and that first level has not been told of. */
export async function overdueParents(db: Queryable, now: Date, limit: number): Promise<string[]> {
  const { rows } = await db.query(
    `select q.parent_id from cancel_requests q where q.state = 'pending' and q.due_at <= $1
      and not exists (select from case_tasks t where t.case_id = q.parent_id and t.kind = 'cancel_confirmation'
        and t.created_at >= q.requested_at)
    order by q.due_at limit $2`,
    [now, limit],
  );
  return rows.map((row) => row.parent_id);
}
