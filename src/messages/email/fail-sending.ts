import { appendHistory } from "../../cases/case-history-store.ts";
import type { CaseNews } from "../../cases/case-news-store.ts";
import type { CaseRecord } from "../../cases/case-record.ts";
import { type LockedFamily, lockFamily } from "../../cases/case-store.ts";
import { insertAttempt } from "../../cases/handling/attempt-store.ts";
import { endTasks, openTask } from "../../cases/handling/task-store.ts";
import { type Mover, moveLocked } from "../../cases/moves/move-case.ts";
import { taskNews } from "../../cases/moves/move-consequences.ts";
import { systemActor } from "../../cases/visibility/visible-case.ts";
import type { Queryable } from "../../database/pool.ts";
import { hasEnded, isLater, type Sending } from "../message.ts";
import { readSending, writeState } from "../outbox/outbox-store.ts";
import { countFailures, sendingsOf } from "./email-store.ts";

export type Failure = { state: "failed" | "undelivered"; code: string; detail: string };

/**
 * A sending did not reach the citizen: a bounce, or the mail server refused it (REQ 4, 6.4, 6.5). When it was the
 * message's last one, the case becomes Non comunicato and a task pops up; after three failures Non comunicabile.
 * Locks the case before the sending, as every writer of both does.
 * @returns news for the desks, told by the caller as its last statement; empty when the end was known already.
 */
export async function failSending(
  db: Queryable,
  sendingId: string,
  failure: Failure,
  bounce: "by_system" | "by_hand",
  mover: Mover,
): Promise<CaseNews[]> {
  const seen = await readSending(db, sendingId);
  const family = seen && (await lockFamily(db, seen.caseId));
  const sending = family && (await readSending(db, sendingId, true));
  if (!sending || !family) return [];
  // Mail is "delivered" only in the words of a server on the way: a later bounce is the truth.
  const mailReturned = sending.kind === "email" && failure.state === "undelivered" && !hasEnded(sending.state);
  if (!mailReturned && !isLater(sending.state, failure.state)) return [];
  await writeState(db, sendingId, failure.state, failure);
  const told: CaseNews = { kind: "case", caseId: sending.caseId, what: "message" };
  if (sending.kind === "sms") return [told];
  return [told, ...(await followFailure(db, family, sending, failure, bounce, mover))];
}

async function followFailure(
  db: Queryable,
  family: LockedFamily,
  sending: Sending,
  failure: Failure,
  bounce: "by_system" | "by_hand",
  mover: Mover,
): Promise<CaseNews[]> {
  const { self } = family;
  const news: CaseNews[] = [];
  await appendHistory(db, self.id, mover.actor, "message_returned", { try: sending.try, code: failure.code });
  if (self.parentId === null) {
    await insertAttempt(db, self.id, mover.actor, {
      ...{ channel: "email", outcome: "undelivered", note: null, nextAttemptAt: null, callId: null },
    });
  }
  const sendings = await sendingsOf(db, sending.messageId);
  // A late bounce of an earlier sending says nothing about the address that was used since.
  const isLast = sending.try === sendings;
  if (isLast && isTold(self)) {
    const wish = { to: "resolved_l1", attribute: "not_communicated" } as const;
    const moved = await moveLocked(db, mover, family, wish, { bounce, sendings });
    family.self = moved.record;
    news.push(...moved.news);
  }
  if ((await countFailures(db, sending.messageId)) >= 3 && family.self.attribute === "not_communicated") {
    return [...news, ...(await giveUpTelling(db, family, sendings))];
  }
  if (!isLast) return news;
  const task = await openTask(db, self.id, "undeliverable");
  if (!task) return news;
  await appendHistory(db, self.id, mover.actor, "task_opened", { taskId: task.id, kind: task.kind });
  return [...news, taskNews(task, "opened")];
}

const isTold = (record: CaseRecord) => record.status === "resolved_l1" && record.attribute === "communicated";

/** Three sendings by people failed: the system itself says so (REQ 4, 6.5). */
async function giveUpTelling(db: Queryable, family: LockedFamily, sendings: number): Promise<CaseNews[]> {
  const system: Mover = { actor: systemActor("messages"), roles: ["system"], officeIds: [] };
  const wish = { to: "resolved_l1", attribute: "not_communicable" } as const;
  const moved = await moveLocked(db, system, family, wish, { bounce: "by_system", sendings });
  return [...moved.news, ...(await endUndeliverableTask(db, family.self.id, system))];
}

/** The task is over once somebody sent again, or nothing may be sent any more. */
export async function endUndeliverableTask(db: Queryable, caseId: string, mover: Mover): Promise<CaseNews[]> {
  const state = mover.actor.personId === null ? "withdrawn" : "done";
  const ended = await endTasks(db, caseId, ["undeliverable"], state);
  for (const task of ended) {
    await appendHistory(db, caseId, mover.actor, "task_ended", { taskId: task.id, kind: task.kind, state });
  }
  return ended.map((task) => taskNews(task, state));
}
