import type { Queryable } from "../../database/pool.ts";
import { openDraftNeed } from "../../information-needs/open-draft-need.ts";
import type { Role } from "../case.ts";
import { refuse } from "../case-errors.ts";
import { appendHistory } from "../case-history-store.ts";
import type { CaseNews } from "../case-news-store.ts";
import type { CaseRecord } from "../case-record.ts";
import { announceBirth } from "../children/announce-birth.ts";
import { decidePending } from "../children/cancel-request-store.ts";
import { endInvitations } from "../handling/specialist-store.ts";
import { type CaseTask, endTasks, openTask } from "../handling/task-store.ts";
import { eraseCallerNumber } from "./caller-number-store.ts";
import type { Mover, MoveWish } from "./move-case.ts";

export type Move = { before: CaseRecord; after: CaseRecord; parent: CaseRecord | null; role: Role; wish: MoveWish };

/** What follows from a move elsewhere, in its transaction: tasks, cancel requests, invitations, an erased number. */
export async function applyConsequences(db: Queryable, mover: Mover, move: Move): Promise<CaseNews[]> {
  const { before, after, parent } = move;
  const news: CaseNews[] = [
    {
      kind: "case",
      caseId: after.id,
      what: "moved",
      formerOfficeId: before.officeId === after.officeId ? null : before.officeId,
    },
  ];
  if (parent) {
    if (before.status === "draft" && after.status !== "cancelled") {
      await announceBirth(db, mover.actor, after, parent);
      news.push({ kind: "case", caseId: parent.id, what: "child_opened" });
    }
    return news;
  }
  news.push(...(await contactBackTasks(db, mover, move)));
  news.push(...(await cancelRequests(db, mover, move)));
  if (after.status === "rejected" && after.rejectCause === "missing_knowledge" && after.agencyId) {
    const of = { caseId: after.id, agencyId: after.agencyId, serviceId: after.serviceId };
    await openDraftNeed(db, of, mover.actor);
  }
  if (after.agencyId !== before.agencyId || after.officeId !== before.officeId)
    await endForeignInvitations(db, mover, move);
  if (isAnonymousGrievance(after)) {
    const calls = await eraseCallerNumber(db, after.id);
    await appendHistory(db, after.id, mover.actor, "number_erased", { calls });
  }
  return news;
}

/** REQ 2: without a citizen record nothing says who called, and nothing may. */
function isAnonymousGrievance(record: CaseRecord): boolean {
  return record.reason === "grievance" && record.status === "resolved_l1" && record.citizenId === null;
}

async function contactBackTasks(db: Queryable, mover: Mover, { before, after, role }: Move): Promise<CaseNews[]> {
  const was = before.attribute === "to_communicate";
  const is = after.attribute === "to_communicate";
  if (was === is) return [];
  if (is) {
    const task = await openTask(db, after.id, "contact_back");
    if (!task) return [];
    await appendHistory(db, after.id, mover.actor, "task_opened", { taskId: task.id, kind: task.kind });
    return [taskNews(task, "opened")];
  }
  // The office that tells the citizen itself withdraws the task (REQ 4).
  return endedTasks(db, mover, after, ["contact_back"], role === "operator" ? "done" : "withdrawn");
}

/** Cancelling a case grants the pending request; resolving it makes the request pointless (REQ 2). */
async function cancelRequests(db: Queryable, mover: Mover, { before, after, role, wish }: Move): Promise<CaseNews[]> {
  if (before.status === "draft" || (after.status !== "cancelled" && after.status !== "resolved_l2")) return [];
  const decision = after.cancelReason === "cancelled_by_citizen" ? "granted" : "lapsed";
  const childId = await decidePending(db, after.id, decision, mover.actor.personId, wish.note ?? null);
  if (childId) await appendHistory(db, after.id, mover.actor, "cancel_decided", { childId, decision });
  const state = decision === "granted" && role === "operator" ? "done" : "withdrawn";
  return endedTasks(db, mover, after, ["cancel_confirmation"], state);
}

async function endedTasks(
  db: Queryable,
  mover: Mover,
  record: CaseRecord,
  kinds: readonly CaseTask["kind"][],
  state: "done" | "withdrawn",
): Promise<CaseNews[]> {
  const ended = await endTasks(db, record.id, kinds, state);
  for (const task of ended) {
    await appendHistory(db, record.id, mover.actor, "task_ended", { taskId: task.id, kind: task.kind, state });
  }
  return ended.map((task) => taskNews(task, state));
}

export function taskNews(task: CaseTask, what: string): CaseNews {
  return { kind: "task", caseId: task.caseId, what, taskId: task.id, task: task.kind };
}

/** The new office involves its own specialists (REQ 3.6: of the same agency). */
async function endForeignInvitations(db: Queryable, mover: Mover, { before, after }: Move): Promise<void> {
  if (before.status === "draft") return;
  const ended = await endInvitations(db, after.id, null);
  for (const personId of ended) await appendHistory(db, after.id, mover.actor, "specialist_ended", { personId });
}

/** A mirroring child is moved by its parent only (REQ 2). */
export function refuseChild(record: CaseRecord): void {
  if (record.parentId !== null) throw refuse("child_follows_parent");
}
