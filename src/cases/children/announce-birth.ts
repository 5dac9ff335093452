import type { Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { appendHistory } from "../case-history-store.ts";
import type { Actor, CaseRecord } from "../case-record.ts";
import { insertNote } from "../handling/note-store.ts";
import { insertCancelRequest } from "./cancel-request-store.ts";
import { nextWorkingDay } from "./next-working-day.ts";

/**
 * A child has left draft: its parent's history says so, and an update notice does its work there (REQ 2): additional
 * data become a text on the parent, a cancel request waits for the owner. Citizen data are changed on the record.
 */
export async function announceBirth(db: Queryable, actor: Actor, child: CaseRecord, parent: CaseRecord): Promise<void> {
  await appendHistory(db, parent.id, actor, "child_opened", {
    childId: child.id,
    number: child.number,
    reason: child.reason,
    content: child.noticeContent,
  });
  if (child.noticeContent === "additional_data") {
    await insertNote(db, parent.id, actor, { kind: "addition", text: child.request!, fromCaseId: child.id });
  }
  if (child.noticeContent === "cancel_request") {
    const dueAt = nextWorkingDay(new Date());
    if (!(await insertCancelRequest(db, { childId: child.id, parentId: parent.id, dueAt }))) throw alreadyAsked();
    await appendHistory(db, parent.id, actor, "cancel_requested", { childId: child.id, dueAt });
  }
}

function alreadyAsked(): AppError {
  return new AppError("duplicate", "A cancel request of this case waits for its owner already", {
    rule: "REQ 2",
    it: "C'è già una richiesta di annullamento in attesa di risposta.",
    insteadIt: "Registrare un sollecito.",
  });
}
