import { CANCEL_REASONS, type CancelReason, type CaseStatus, type CommunicationAttribute, POSITIONS } from "./case.ts";
import type { CaseFacts, MoveFacts } from "./case-facts.ts";
import { moveRefusalCode } from "./check-move.ts";
import { type Refusal, type RefusalCode, refusal } from "./refusal-texts.ts";

/** What the person still chooses in the move's own form: lacking it blocks the move, not the offer of it. */
const ASKED_BY = {
  assignment_reason_missing: "assignmentReason",
  next_attempt_missing: "nextAttemptAt",
  reject_cause_missing: "rejectCause",
  reject_note_missing: "rejectNote",
  reassign_target_missing: "service",
  communicated_only_by_resend: "resend",
} as const satisfies Partial<Record<RefusalCode, string>>;
export type MoveChoice = (typeof ASKED_BY)[keyof typeof ASKED_BY] | "cancelReason";

export interface LegalMove {
  readonly to: CaseStatus;
  readonly attribute: CommunicationAttribute | null;
  /** Null: the move may be offered. */
  readonly refusal: Refusal | null;
  /** What the form of an offered move must still ask. */
  readonly asks: readonly MoveChoice[];
  /** For cancelled: the reasons that are legal now. */
  readonly cancelReasons: readonly CancelReason[];
}

/** Every state a case can move to, each offered or with its refusal; choices that the form asks for do not block. */
export function legalMoves(facts: CaseFacts): LegalMove[] {
  const targets = POSITIONS.filter(
    ({ status, attribute }) => status !== "draft" && !(status === facts.status && attribute === facts.attribute),
  );
  return targets.map(({ status, attribute }) => {
    const wanted: MoveFacts = { ...facts, to: status, toAttribute: attribute };
    return status === "cancelled" ? offeredCancellation(wanted) : offeredMove(wanted);
  });
}

function offeredMove(facts: MoveFacts): LegalMove {
  const asks: MoveChoice[] = [];
  let asked = facts;
  let code = moveRefusalCode(asked);
  while (code !== null && code in ASKED_BY) {
    const choice = ASKED_BY[code as keyof typeof ASKED_BY];
    asks.push(choice);
    asked = withChoice(asked, choice);
    code = moveRefusalCode(asked);
  }
  return {
    to: facts.to,
    attribute: facts.toAttribute,
    refusal: code === null ? null : refusal(code),
    asks: code === null ? asks : [],
    cancelReasons: [],
  };
}

/** The same move with the choice made in its most permissive way: is it worth asking for? */
function withChoice(facts: MoveFacts, choice: MoveChoice): MoveFacts {
  switch (choice) {
    case "assignmentReason":
      return { ...facts, assignmentReason: "declines_hold" };
    case "nextAttemptAt":
      return { ...facts, contactAttempts: { ...facts.contactAttempts, nextAttemptSet: true } };
    case "rejectCause":
      return { ...facts, rejectCause: "operator_error" };
    case "rejectNote":
      return { ...facts, hasRejectNote: true };
    case "service":
      return { ...facts, reassignTo: { profile: "advanced", acceptsReason: true } };
    case "resend":
      return { ...facts, resending: true };
    case "cancelReason":
      return facts;
  }
}

function offeredCancellation(facts: MoveFacts): LegalMove {
  const codes = CANCEL_REASONS.map((cancelReason) => moveRefusalCode({ ...facts, cancelReason }));
  const cancelReasons = CANCEL_REASONS.filter((_, index) => codes[index] === null);
  const legal = cancelReasons.length > 0;
  // the citizen's own wish is the one way that is open from any state of the second level: its refusal says most
  const code = codes[CANCEL_REASONS.indexOf("cancelled_by_citizen")];
  return {
    to: "cancelled",
    attribute: null,
    refusal: legal || code === null || code === undefined ? null : refusal(code),
    asks: legal && facts.cancelReason === null ? ["cancelReason"] : [],
    cancelReasons,
  };
}
