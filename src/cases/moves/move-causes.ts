import type { Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { ASSIGNMENT_REASONS, CANCEL_REASONS, REJECT_CAUSES } from "../case.ts";
import { unknownWord } from "../case-errors.ts";
import type { CaseRecord } from "../case-record.ts";
import { type TripleTarget, tripleOfService } from "../case-store.ts";
import { hasClaimedConfirmation } from "../handling/task-store.ts";
import { filled, type Surroundings } from "./case-facts-store.ts";
import type { MoveWish } from "./move-case.ts";

export type MoveCauses = {
  cause: string | null;
  /** The new triple of a reassignment. */
  target: TripleTarget | null;
  surroundings: Surroundings;
};

/**
 * The wish's one `cause` read in the sense of its target state, and the service of a reassignment looked up.
 * @throws rule_violated for a word outside the list or an office that does not answer for the service.
 */
export async function readCauses(
  db: Queryable,
  self: CaseRecord,
  wish: MoveWish,
  given: Surroundings,
  personId: string | null,
): Promise<MoveCauses> {
  const cause = wish.cause ?? null;
  const none: MoveCauses = { cause, target: null, surroundings: { nextAttemptSet: nextSet(self, wish) } };
  if (wish.to === "cancelled") return withSurroundings(none, await cancelCauses(db, self, wish, personId));
  if (wish.to === "rejected") {
    const rejectCause = cause === null ? null : wordOf("cause", cause, REJECT_CAUSES);
    return withSurroundings(none, { rejectCause, hasRejectNote: filled(wish.note ?? null) });
  }
  if (wish.to !== "assigned") return none;
  if (self.status === "rejected") return reassignCauses(db, self, wish, none);
  await refuseOtherOffice(db, self, wish);
  const assignmentReason =
    cause === null ? (given.assignmentReason ?? null) : wordOf("cause", cause, ASSIGNMENT_REASONS);
  return withSurroundings(none, { assignmentReason });
}

function withSurroundings(causes: MoveCauses, surroundings: Surroundings): MoveCauses {
  return { ...causes, surroundings: { ...causes.surroundings, ...surroundings } };
}

function nextSet(self: CaseRecord, wish: MoveWish): boolean {
  return Boolean(wish.nextAttemptAt ?? self.nextAttemptAt);
}

async function cancelCauses(
  db: Queryable,
  self: CaseRecord,
  wish: MoveWish,
  personId: string | null,
): Promise<Surroundings> {
  const cancelReason = wish.cause ? wordOf("cause", wish.cause, CANCEL_REASONS) : null;
  // Only who took the confirmation upon themselves can say that the citizen confirmed (REQ 2).
  const confirmed = wish.confirmedByCitizen === true && (await hasClaimedConfirmation(db, self.id, personId));
  return { cancelReason, cancelConfirmedByCitizen: confirmed };
}

async function reassignCauses(db: Queryable, self: CaseRecord, wish: MoveWish, none: MoveCauses): Promise<MoveCauses> {
  const target = wish.serviceId ? await tripleOfService(db, wish.serviceId, self.reason) : null;
  if (!target) return withSurroundings(none, { reassignTo: null });
  if (wish.officeId && wish.officeId !== target.officeId) throw otherOffice();
  const acceptsReason = self.reason === "complaint" ? target.acceptsComplaints : target.acceptsInformation;
  return withSurroundings({ ...none, target }, { reassignTo: { profile: target.profile, acceptsReason } });
}

async function refuseOtherOffice(db: Queryable, self: CaseRecord, wish: MoveWish): Promise<void> {
  if (!wish.officeId || !self.serviceId) return;
  const target = await tripleOfService(db, self.serviceId, self.reason);
  if (target && target.officeId !== wish.officeId) throw otherOffice();
}

function otherOffice(): AppError {
  return new AppError("rule_violated", "Another office answers for this service", {
    rule: "REQ 3.7",
    refusal: "not_the_competent_office",
    it: "Per questo servizio è competente un altro ufficio.",
    insteadIt: "Scegliere il servizio giusto: l'ufficio ne segue.",
  });
}

function wordOf<Word extends string>(path: string, given: string, allowed: readonly Word[]): Word {
  const word = allowed.find((one) => one === given);
  if (word === undefined) throw unknownWord(path, allowed);
  return word;
}
