/**
 * A citizen's call and where it is.
 *
 *   (arrives) ──► ivr ──► waiting ──► offered ──► talking ──► ended
 *                  │         ▲  ▲         │           │
 *                  │         │  └─ no answer, refused ┘ operator vanished: back, at the old place
 *                  └─────────┴── the caller may leave from anywhere: ended
 *
 * One function a move in `call-store.ts`; each names the state it saw and the epoch of the copy that may write.
 */
export type CallState = "ivr" | "waiting" | "offered" | "talking" | "ended";

export const callMoves: Record<CallState, readonly CallState[]> = {
  ivr: ["waiting", "ended"],
  waiting: ["offered", "ended"],
  offered: ["waiting", "talking", "ended"],
  talking: ["waiting", "ended"],
  ended: [],
};

export type CallOutcome =
  | "answered"
  | "abandoned_ivr"
  | "abandoned_queue"
  | "outside_hours"
  | "overflow"
  | "wrong_number"
  | "system_failure"
  | "ended_by_flow"
  | "parachute_answered"
  | "parachute_unanswered"
  | "lost_with_switch"
  | "not_reached";

export type CancelReason = "abandoned" | "outside_hours" | "error";

/** The reason of Annullato for a call nobody talked to (REQ 1.4). Null: a person completes the case. */
export function cancelReasonOf(outcome: CallOutcome): CancelReason | null {
  switch (outcome) {
    case "answered":
    case "parachute_answered":
      return null;
    case "outside_hours":
      return "outside_hours";
    case "wrong_number":
    case "system_failure":
    case "lost_with_switch":
      return "error";
    default:
      return "abandoned";
  }
}

export type Language = "it" | "en";

/** What the controller keeps of a live call; everything in it is in the row too. */
export type CallRow = {
  id: string;
  direction: "inbound" | "outbound";
  asteriskId: string;
  application: string;
  channelId: string;
  state: CallState;
  language: Language;
  agencyId: string | null;
  flowId: string | null;
  flowVersion: number | null;
  ivrNode: string | null;
  queueId: string | null;
  queuedAt: Date | null;
  priority: number;
  offerId: string | null;
  personId: string | null;
  operatorChannelId: string | null;
  held: boolean;
  muted: boolean;
  startedAt: Date;
  answeredAt: Date | null;
  talkAt: Date | null;
};

export type Offer = {
  id: string;
  callId: string;
  personId: string;
  /** Phone account that rings: "201" or "201-web". */
  account: string;
  channelId: string;
  /** How old it was when it was read, on PostgreSQL's clock. */
  ageMs: number;
  ringSeconds: number;
  autoAnswer: boolean;
  /** What the phone shows; null when the citizen withheld the number. */
  callerE164: string | null;
};

export type OfferResult = "refused" | "no_answer" | "busy" | "unreachable" | "withdrawn";

/**
 * Which end of a leg is a person's and which an accident (Q.850 cause of ChannelDestroyed, VOICE). A phone that
 * vanished must not end the citizen's call.
 */
export function isLegLost(cause: number): boolean {
  return ![0, 16, 17, 19, 21, 31, 32].includes(cause);
}

/** Why a phone did not answer (VOICE, "Why a target did not answer"). */
export function offerResultOf(cause: number): OfferResult {
  if (cause === 17) return "busy";
  if (cause === 21) return "refused";
  if (cause === 19 || cause === 16 || cause === 127) return "no_answer";
  return "unreachable";
}
