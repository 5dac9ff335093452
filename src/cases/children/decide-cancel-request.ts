import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import { refuse } from "../case-errors.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import type { CaseRecord } from "../case-record.ts";
import { updateCase } from "../case-store.ts";
import { endTasks, hasClaimedConfirmation } from "../handling/task-store.ts";
import { moveLocked, moverOf } from "../moves/move-case.ts";
import { taskNews } from "../moves/move-consequences.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";
import { decidePending } from "./cancel-request-store.ts";

export type CancelAnswer = { decision: "granted" | "refused"; note?: string | null };

/**
 * The owner of a case (its office, the rejects desk when rejected) grants or refuses the citizen's wish to drop it;
 * first level does after one working day without a reply, having asked the citizen (REQ 2). Granted: the case and its
 * children are cancelled.
 */
export async function decideCancelRequest(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  version: number,
  answer: CancelAnswer,
): Promise<CaseRecord> {
  return inTransaction(pool, async (client) => {
    const family = await lockVisibleFamily(client, person, caseId, version);
    const asked = await hasClaimedConfirmation(client, caseId, person.id);
    if (answer.decision === "granted") {
      const wish = {
        to: "cancelled",
        cause: "cancelled_by_citizen",
        note: answer.note,
        confirmedByCitizen: asked,
      } as const;
      const moved = await moveLocked(client, moverOf(person), family, wish);
      await tellDesks(client, person.id, moved.news);
      return moved.record;
    }
    if (!asked && !owns(person, family.self)) throw refuse("not_your_office");
    const childId = await decidePending(client, caseId, "refused", person.id, answer.note ?? null);
    if (!childId) throw nothingAsked();
    const data = { childId, decision: "refused", note: answer.note ?? undefined };
    const record = await updateCase(client, caseId, {});
    await appendHistory(client, caseId, actorOf(person), "cancel_decided", data);
    const ended = await endTasks(client, caseId, ["cancel_confirmation"], asked ? "done" : "withdrawn");
    await tellDesks(client, person.id, [
      { kind: "case", caseId, what: "cancel_refused" },
      ...ended.map((task) => taskNews(task, asked ? "done" : "withdrawn")),
    ]);
    return record;
  });
}

function owns(person: SignedInPerson, record: CaseRecord): boolean {
  if (record.status === "rejected") return hasRole(person, "rejects_agent");
  return hasRole(person, "office_agent") && record.officeId !== null && person.officeIds.includes(record.officeId);
}

function nothingAsked(): AppError {
  return new AppError("wrong_state", "No cancel request is pending", {
    rule: "REQ 2",
    it: "Nessuna richiesta di annullamento in attesa.",
  });
}
