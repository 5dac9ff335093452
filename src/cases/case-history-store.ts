import type { Queryable } from "../database/pool.ts";
import type { Actor, CaseRecord } from "./case-record.ts";

/** What happened; `moved` carries the states, `edited` the names of the fields and the coded values. */
export type HistoryKind =
  | "opened"
  | "edited"
  | "moved"
  | "mirrored"
  | "taken"
  | "note"
  | "attempt"
  | "call_linked"
  | "specialist_invited"
  | "specialist_ended"
  | "child_opened"
  | "identity_checked"
  | "cancel_requested"
  | "cancel_decided"
  | "task_opened"
  | "task_claimed"
  | "task_released"
  | "task_ended"
  | "number_erased"
  | "availability_check"
  | "transfer_failed"
  | "message_queued"
  | "message_returned"
  | "booked"
  | "booking_moved"
  | "booking_cancelled";

export type HistoryRow = {
  seq: number;
  at: Date;
  personId: string | null;
  personName: string | null;
  actor: string;
  kind: string;
  fromStatus: string | null;
  fromAttribute: string | null;
  toStatus: string | null;
  toAttribute: string | null;
  data: Record<string, unknown>;
  version: number | null;
};

type Position = Pick<CaseRecord, "status" | "attribute">;

/** One row, numbered next; the caller holds the case's lock (the database refuses a gap). */
export async function appendHistory(
  db: Queryable,
  caseId: string,
  actor: Actor,
  kind: HistoryKind,
  data: Record<string, unknown> = {},
  move: { from: Position | null; to: Position } | null = null,
): Promise<void> {
  await db.query(
    `insert into case_history (case_id, seq, person_id, actor, kind, from_status, from_attribute, to_status,
      to_attribute, data)
    select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 from case_history where case_id = $1`,
    [
      caseId,
      actor.personId,
      actor.name,
      kind,
      move?.from?.status ?? null,
      move?.from?.attribute ?? null,
      move?.to.status ?? null,
      move?.to.attribute ?? null,
      JSON.stringify(data),
    ],
  );
}

/**
 * Joins an autosave to the draft's last row when that is an edit by the same hand: the field names add up, the first
 * old value and the last new one stay. @returns false when the last row is another.
 */
export async function extendLastEdit(
  db: Queryable,
  caseId: string,
  personId: string,
  fields: readonly string[],
  changes: Record<string, { from: unknown; to: unknown }>,
): Promise<boolean> {
  const { rows } = await db.query<HistoryRow>(
    `select h.seq, h.kind, h.person_id as "personId", h.data from case_history h
    where h.case_id = $1 order by h.seq desc limit 1`,
    [caseId],
  );
  const last = rows[0];
  if (last?.kind !== "edited" || last.personId !== personId) return false;
  const merged = { ...(last.data.changes as typeof changes) };
  for (const [name, change] of Object.entries(changes)) {
    merged[name] = { from: merged[name] === undefined ? change.from : merged[name].from, to: change.to };
  }
  const names = [...new Set([...(last.data.fields as string[]), ...fields])];
  await db.query(
    `update case_history h set data = $3, case_version = s.version from cases s
    where h.case_id = $1 and h.seq = $2 and s.id = $1`,
    [caseId, last.seq, JSON.stringify({ fields: names, changes: merged, until: new Date() })],
  );
  return true;
}

const historyColumns = `h.seq, h.at, h.person_id as "personId", p.display_name as "personName", h.actor, h.kind,
  h.from_status as "fromStatus", h.from_attribute as "fromAttribute", h.to_status as "toStatus",
  h.to_attribute as "toAttribute", h.data, h.case_version as version`;

export async function historyOfCase(db: Queryable, caseId: string): Promise<HistoryRow[]> {
  const { rows } = await db.query<HistoryRow>(
    `select ${historyColumns} from case_history h left join people p on p.id = h.person_id
    where h.case_id = $1 order by h.seq`,
    [caseId],
  );
  return rows;
}

/** What a reader of `version` has not seen yet: the body of a 412. */
export async function historySince(db: Queryable, caseId: string, version: number): Promise<HistoryRow[]> {
  const { rows } = await db.query<HistoryRow>(
    `select ${historyColumns} from case_history h left join people p on p.id = h.person_id
    where h.case_id = $1 and h.case_version > $2 order by h.seq limit 100`,
    [caseId, version],
  );
  return rows;
}
