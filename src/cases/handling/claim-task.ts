import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { takenByOther } from "../case-errors.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import { taskNews } from "../moves/move-consequences.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";
import { type CaseTask, claimTask, readTask, releaseTask } from "./task-store.ts";

/**
 * One operator takes a task that popped up at all (REQ 4); the others see it go. Claiming one's own again is no error.
 * @throws taken_by_other with `takenBy`, wrong_state when the task is over.
 */
export async function claimCaseTask(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  taskId: string,
): Promise<CaseTask> {
  return inTransaction(pool, async (client) => {
    await lockVisibleFamily(client, person, caseId, null);
    const before = await taskOf(client, caseId, taskId);
    if (before.state === "claimed" && before.claimedById === person.id) return before;
    const task = await claimTask(client, taskId, person.id);
    if (!task) throw notClaimable(before);
    await appendHistory(client, caseId, actorOf(person), "task_claimed", { taskId, kind: task.kind });
    await tellDesks(client, person.id, [taskNews(task, "claimed")]);
    return task;
  });
}

/** Gives the task back to all: the citizen was not reached and the case stays as it is (REQ 4). */
export async function releaseCaseTask(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  taskId: string,
): Promise<CaseTask> {
  return inTransaction(pool, async (client) => {
    await lockVisibleFamily(client, person, caseId, null);
    const before = await taskOf(client, caseId, taskId);
    const task = await releaseTask(client, taskId, person.id);
    if (!task) throw notClaimable(before);
    await appendHistory(client, caseId, actorOf(person), "task_released", { taskId, kind: task.kind });
    await tellDesks(client, person.id, [taskNews(task, "opened")]);
    return task;
  });
}

type TaskWithName = CaseTask & { claimedByName: string | null };

async function taskOf(db: Queryable, caseId: string, taskId: string): Promise<TaskWithName> {
  const task = await readTask(db, caseId, taskId);
  if (!task) throw new AppError("not_found", "There is no such task", { it: "Attività inesistente." });
  return task;
}

function notClaimable(task: TaskWithName): AppError {
  if (task.state === "claimed") {
    return takenByOther({ id: task.claimedById!, name: task.claimedByName ?? "" }, task.claimedAt);
  }
  return new AppError("wrong_state", "The task is not in this state", { it: "L'attività non è in questo stato." });
}
