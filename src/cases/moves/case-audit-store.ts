import type { Queryable } from "../../database/pool.ts";
import type { AppError } from "../../errors.ts";
import type { Actor } from "../case-record.ts";
import type { MoveWish } from "./move-case.ts";

/** A refused move leaves the case as it was and a trace of who tried (FAULTS I35). */
export async function auditRefusedMove(
  db: Queryable,
  actor: Actor,
  caseId: string,
  wish: MoveWish,
  error: AppError,
): Promise<void> {
  const data = {
    to: wish.to,
    attribute: wish.attribute ?? null,
    cause: wish.cause ?? null,
    code: error.details.refusal,
  };
  await audit(db, actor, "case.move_refused", caseId, data);
}

/** Whether a caller proved to be the parent's citizen; no data of the citizen, only which kinds matched (REQ 2). */
export async function auditIdentityCheck(
  db: Queryable,
  actor: Actor,
  caseId: string,
  result: { matched: boolean; by: readonly string[] },
): Promise<void> {
  await audit(db, actor, "case.identity_check", caseId, result);
}

async function audit(db: Queryable, actor: Actor, action: string, caseId: string, data: unknown): Promise<void> {
  await db.query(
    "insert into audit (person_id, actor, action, subject_kind, subject_id, data) values ($1, $2, $3, 'case', $4, $5)",
    [actor.personId, actor.name, action, caseId, JSON.stringify(data)],
  );
}
