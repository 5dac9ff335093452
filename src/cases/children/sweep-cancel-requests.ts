import type { Clock } from "../../clock.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import { lockCase } from "../case-store.ts";
import { openTask } from "../handling/task-store.ts";
import { taskNews } from "../moves/move-consequences.ts";
import { systemActor } from "../visibility/visible-case.ts";
import { overdueParents } from "./cancel-request-store.ts";

/**
 * A cancel request that nobody answered within one working day becomes a task of the first level, which asks the
 * citizen (REQ 2). Any copy may sweep; two at once open one task. @returns how many tasks were opened.
 */
export async function sweepCancelRequests(pool: Pool, clock: Clock): Promise<number> {
  let opened = 0;
  for (const caseId of await overdueParents(pool, clock.now(), 50)) {
    opened += await inTransaction(pool, async (client) => {
      if (!(await lockCase(client, caseId))) return 0;
      const task = await openTask(client, caseId, "cancel_confirmation");
      if (!task) return 0;
      await appendHistory(client, caseId, systemActor("cases"), "task_opened", { taskId: task.id, kind: task.kind });
      await tellDesks(client, null, [taskNews(task, "opened")]);
      return 1;
    });
  }
  return opened;
}
