import type { CallOutcome, CallState } from "../calls/call.ts";
import type { SystemState } from "../operators/operator.ts";

/** Everything that can be found wrong, a closed list: each is a label of the metrics and a line in README. */
export const violationKinds = [
  /** Talking, and the citizen's or the operator's leg is not there. */
  "talk_leg_missing",
  /** Talking, both legs are there, and they are not in one bridge (hold and transfers apart). */
  "talk_not_bridged",
  /** In the flow, waiting or offered, and the citizen's leg is gone. */
  "caller_leg_gone",
  /** What the system is doing with an operator is not what calls and offers say. */
  "operator_state_wrong",
  /** Two live calls for one operator. */
  "operator_two_calls",
  /** An offer rings in the rows and on no phone. */
  "offer_without_leg",
  /** A ringing offer of a call that is not offered, or has ended. */
  "offer_of_other_call",
  /** A leg of ours that no live row knows. */
  "leg_without_call",
  /** A bridge of ours, not a waiting room, empty for 10 s. */
  "bridge_without_legs",
  /** An inbound call without exactly one contact and the one case it opened. */
  "call_without_case",
  /** Somebody talked to the citizen, and nobody has the draft. */
  "draft_without_owner",
  /** The call ended without a talk, and its draft was not cancelled. */
  "draft_not_cancelled",
  /** A live call of a copy that is dead or left. */
  "call_on_dead_node",
  /** The place in the queue is not the moment at which the call entered it. */
  "queue_place_changed",
  /** A transfer lives on and its call has ended. */
  "transfer_without_call",
  /** Wrap-up is over for more than 10 s. */
  "wrap_up_overdue",
] as const;
export type ViolationKind = (typeof violationKinds)[number];

/** `subject` is the id of the row, leg or bridge it is about: no number, no name of a person. */
export type Violation = { kind: ViolationKind; subject: string; detail: string };

export type CallLine = {
  id: string;
  direction: "inbound" | "outbound";
  state: CallState;
  outcome: CallOutcome | null;
  parachute: boolean;
  asteriskId: string | null;
  application: string | null;
  channelId: string | null;
  operatorChannelId: string | null;
  personId: string | null;
  offerId: string | null;
  held: boolean;
  queuedAt: Date | null;
  /** When the history of the call says that it entered the queue first. */
  firstQueuedAt: Date | null;
  talkAt: Date | null;
  /** State of the copy that owns it; null without one. */
  nodeState: "alive" | "draining" | "dead" | "stopped" | null;
  contacts: number;
  openedCases: number;
  linkedCases: number;
  caseStatus: string | null;
  caseOwnerId: string | null;
  /** Id of its live transfer. */
  transferId: string | null;
};

export type OfferLine = {
  id: string;
  callId: string;
  personId: string;
  channelId: string;
  /** The leg is made at a click on the page, not before. */
  autoAnswer: boolean;
  createdAt: Date;
};

export type OperatorLine = {
  personId: string;
  system: SystemState;
  callId: string | null;
  offerId: string | null;
  wrapUpUntil: Date | null;
};

export type TransferLine = {
  id: string;
  callId: string;
  callState: CallState;
  personId: string | null;
  /** The leg that took the place of the office's first one. */
  officeLeg?: string | null;
};

/** Rows as one transaction saw them; `calls` are the live ones and those that ended lately. */
export type RowsSeen = {
  now: Date;
  calls: CallLine[];
  offers: OfferLine[];
  operators: OperatorLine[];
  transfers: TransferLine[];
};

/** One switch as it answered; a switch that did not answer is left out, and nothing is said about its legs. */
export type SwitchSeen = {
  asteriskId: string;
  legs: { id: string; createdAt: Date }[];
  bridges: { id: string; legIds: string[]; createdAt: Date }[];
  /** Applications of ours and the legs they hold. */
  applications: { name: string; legIds: string[] }[];
};

export type Snapshot = { rows: RowsSeen; switches: SwitchSeen[] };

/**
 * What two looks, some seconds apart, both found: rows and switch are never read in the same instant, so that a
 * single look may see a call half-way through a move.
 */
export function confirmed(first: readonly Violation[], second: readonly Violation[]): Violation[] {
  const seen = new Set(first.map(keyOf));
  return second.filter((violation) => seen.has(keyOf(violation)));
}

function keyOf({ kind, subject }: Violation): string {
  return `${kind} ${subject}`;
}
