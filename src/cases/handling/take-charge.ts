import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import { refuse, takenByOther } from "../case-errors.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import type { CaseRecord } from "../case-record.ts";
import { takeIfFree } from "../case-store.ts";
import { refuseChild } from "../moves/move-consequences.ts";
import { readPersonName } from "../visibility/case-read-store.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";

/**
 * Explicit, timestamped acceptance by a person of the receiving level; not a status (REQ 0, 3.7). Two at once: one
 * wins, the other is told who. Taking again what one has is no error.
 * @throws taken_by_other with `takenBy`, rule_violated for another office's case or a mirroring child.
 */
export async function takeCharge(pool: Pool, person: SignedInPerson, caseId: string): Promise<CaseRecord> {
  return inTransaction(pool, async (client) => {
    const { self } = await lockVisibleFamily(client, person, caseId, null);
    refuseChild(self);
    refuseNotReceiving(self, person);
    if (self.takenById === person.id) return self;
    const taken = await takeIfFree(client, caseId, person.id);
    if (!taken) throw takenByOther(await readPersonName(client, self.takenById), self.takenAt);
    await appendHistory(client, caseId, actorOf(person), "taken", {
      level: self.status === "rejected" ? "rejects" : "office",
    });
    await tellDesks(client, person.id, [{ kind: "case", caseId, what: "taken" }]);
    return taken;
  });
}

function refuseNotReceiving(self: CaseRecord, person: SignedInPerson): void {
  if (self.status === "rejected") {
    if (!hasRole(person, "rejects_agent")) throw refuse("role_not_allowed");
    return;
  }
  if (!["assigned", "transferred", "suspended", "resolved_l2"].includes(self.status) || self.closedAt !== null) {
    throw new AppError("rule_violated", "Nothing is to be taken in charge in this state", {
      rule: "REQ 3.7",
      refusal: "nothing_to_take",
      it: "In questo stato non c'è nulla da prendere in carico.",
    });
  }
  if (!hasRole(person, "office_agent")) throw refuse("role_not_allowed");
  if (self.officeId === null || !person.officeIds.includes(self.officeId)) throw refuse("not_your_office");
}
