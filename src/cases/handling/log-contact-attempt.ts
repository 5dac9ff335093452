import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import { refuse } from "../case-errors.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import type { CaseRecord } from "../case-record.ts";
import { updateCase } from "../case-store.ts";
import { gatherFacts } from "../moves/case-facts-store.ts";
import { refuseChild } from "../moves/move-consequences.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";
import { type AttemptInput, type ContactAttempt, insertAttempt } from "./attempt-store.ts";

/**
 * A try to reach the citizen, logged by the office that works on the case or by the operator who claimed its contact
 * back; its next date becomes the case's (REQ 4).
 */
export async function logContactAttempt(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  attempt: AttemptInput,
): Promise<ContactAttempt & { version: number }> {
  return inTransaction(pool, async (client) => {
    const { self } = await lockVisibleFamily(client, person, caseId, null);
    refuseChild(self);
    await refuseOutsider(client, self, person);
    const logged = await insertAttempt(client, caseId, actorOf(person), attempt);
    const { version } = await updateCase(client, caseId, {
      nextAttemptAt: attempt.nextAttemptAt ?? self.nextAttemptAt,
    });
    const { outcome, channel, nextAttemptAt } = attempt;
    await appendHistory(client, caseId, actorOf(person), "attempt", { id: logged.id, outcome, channel, nextAttemptAt });
    await tellDesks(client, person.id, [{ kind: "case", caseId, what: "attempt" }]);
    return { ...logged, version };
  });
}

async function refuseOutsider(db: Queryable, self: CaseRecord, person: SignedInPerson): Promise<void> {
  const atOffice = ["assigned", "transferred", "suspended", "resolved_l2"].includes(self.status);
  if (!atOffice || self.closedAt !== null) {
    throw new AppError("rule_violated", "No answer is owed in this state", {
      rule: "REQ 4",
      refusal: "no_attempt_here",
      it: "In questo stato non si registrano tentativi di contatto.",
      insteadIt: "Aggiungere una nota al caso.",
    });
  }
  const own = self.officeId !== null && person.officeIds.includes(self.officeId);
  if (hasRole(person, "office_agent") && own) {
    if (self.takenById === null) throw refuse("not_taken_in_charge");
    return;
  }
  if (!hasRole(person, "operator")) throw refuse("not_your_office");
  if (self.attribute !== "to_communicate") throw refuse("role_not_allowed");
  const facts = await gatherFacts(db, self, null, { personId: person.id, officeIds: [] });
  if (!facts.takenCharge && !facts.sameCall) throw refuse("contact_back_not_claimed");
}
