import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { refuse } from "../case-errors.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import type { CaseRecord } from "../case-record.ts";
import { refuseChild } from "../moves/move-consequences.ts";
import { actorOf, lockVisibleFamily, visibleCase } from "../visibility/visible-case.ts";
import { endInvitations, inviteSpecialistTo, type Specialist, specialistsOfAgency } from "./specialist-store.ts";

/**
 * The office that has the case in charge lets a specialist of the same agency read it and add notes (REQ 3.6).
 * @throws rule_violated for a person who is no specialist of that agency.
 */
export async function inviteSpecialist(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  specialistId: string,
): Promise<{ specialists: Specialist[] }> {
  return inTransaction(pool, async (client) => {
    const { self } = await lockVisibleFamily(client, person, caseId, null);
    refuseNotInCharge(self, person);
    const candidates = await specialistsOfAgency(client, self.agencyId!);
    const chosen = candidates.find((one) => one.id === specialistId);
    if (!chosen) throw notOfAgency();
    if (await inviteSpecialistTo(client, caseId, specialistId, person.id)) {
      await appendHistory(client, caseId, actorOf(person), "specialist_invited", { personId: specialistId });
      await tellDesks(client, person.id, [{ kind: "case", caseId, what: "specialist_invited" }]);
    }
    return { specialists: [chosen] };
  });
}

/** The office ends an invitation: from then on the specialist no longer sees the case. */
export async function dismissSpecialist(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  specialistId: string,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { self } = await lockVisibleFamily(client, person, caseId, null);
    refuseNotInCharge(self, person);
    const ended = await endInvitations(client, caseId, specialistId);
    for (const personId of ended) {
      await appendHistory(client, caseId, actorOf(person), "specialist_ended", { personId });
    }
  });
}

/** Whom the office may invite. */
export async function listSpecialists(db: Queryable, person: SignedInPerson, caseId: string): Promise<Specialist[]> {
  const record = await visibleCase(db, person, caseId);
  return record.agencyId === null ? [] : specialistsOfAgency(db, record.agencyId);
}

function refuseNotInCharge(self: CaseRecord, person: SignedInPerson): void {
  refuseChild(self);
  if (self.officeId === null || !person.officeIds.includes(self.officeId)) throw refuse("not_your_office");
  if (self.takenById === null) throw refuse("not_taken_in_charge");
}

function notOfAgency(): AppError {
  return new AppError("rule_violated", "Only a specialist of the case's agency can be involved", {
    rule: "REQ 3.6 (§4.2)",
    refusal: "specialist_of_other_agency",
    it: "Si può coinvolgere solo uno specialista dello stesso ente.",
    insteadIt: "Scegliere uno specialista dall'elenco dell'ente.",
  });
}
