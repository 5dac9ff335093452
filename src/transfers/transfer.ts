import { isLegLost } from "../calls/call.ts";
import { type OfficeAnswer, officeAnswers } from "./availability/availability-store.ts";

/**
 * A call being passed on. C the citizen, O the operator, F the office (or the directory's entry). In brackets who
 * hears whom; ♪ is music, ☎ the ring-back tone.
 *
 *   asked ──► ringing ──────► consulting ⇄ swapped      kind consult: the operator speaks first
 *            [C♪] [O☎]        [C♪] [O F]   [C O] [F♪]
 *              │                 │  ╲        ╱ │
 *              │                 │   conference│         all three hear each other
 *              │                 │   [C O F]   │
 *              ├──► checking ────┼──────┬──────┘         blind: a human, or a machine?
 *              │    [C♪] [O☎]    ▼      ▼
 *              └───────────────► joined [C F]            contextual: at once; Trasferito in the same transaction
 *                                  │   the operator stays on the line a moment longer ("settling"), then is free
 *                                  ▼
 *   from every state ──────────► ended, with its result:
 *
 *     completed                 citizen and office talked, one of them hung up
 *     busy, no_answer, refused, unreachable, voicemail, closed, office_left, not_ready, returned, withdrawn
 *                               the citizen is back with the operator; if the operator hung up meanwhile the phone
 *                               rings again and the citizen hears why; if that fails, head of the queue
 *     operator_left             the operator hung up in a consultation: as above. Vanished: head of the queue
 *     voice_lost                the office's leg died: back with the operator while settling, else head of the queue
 *     citizen_left              the citizen hung up first
 *
 * Who hangs up when:
 *     citizen    any state: the office's leg ends, the operator goes to wrap-up
 *     office     before joined, or while settling: the citizen goes back; later: a normal end of the talk
 *     operator   ringing, checking (contextual, blind): the transfer goes on without; consultation: see operator_left;
 *                conference: leaves the two together if the case can be handed over, else operator_left
 *     a page     reloaded, or its browser gone: awaited for ten seconds, the others hear music (page-return.ts);
 *                not back by then, it counts as vanished
 *
 * Each move is one conditional update that names the state it saw and the epoch of the copy that may write
 * (transfer-store.ts), made before the switch is told: another copy arranges the legs again from the row alone.
 */
export type TransferState =
  | "asked"
  | "ringing"
  | "checking"
  | "consulting"
  | "swapped"
  | "conference"
  | "joined"
  | "ended";

export const transferMoves: Record<TransferState, readonly TransferState[]> = {
  asked: ["ringing", "ended"],
  ringing: ["checking", "consulting", "joined", "ended"],
  checking: ["joined", "ended"],
  consulting: ["swapped", "conference", "joined", "ended"],
  swapped: ["consulting", "conference", "joined", "ended"],
  conference: ["consulting", "swapped", "joined", "ended"],
  joined: ["ended"],
  ended: [],
};

/** States from which one may come to `to`. */
export function statesBefore(to: TransferState): TransferState[] {
  return (Object.keys(transferMoves) as TransferState[]).filter((from) => transferMoves[from].includes(to));
}

export type TransferKind = "consult" | "contextual" | "blind";
export type VoicemailPolicy = "press_one" | "detect" | "trust";

export type TransferResult =
  | "completed"
  | "returned"
  | "busy"
  | "no_answer"
  | "refused"
  | "closed"
  | "unreachable"
  | "voicemail"
  | "office_left"
  | "voice_lost"
  | "operator_left"
  | "citizen_left"
  | "not_ready"
  | "withdrawn";

/** A transfer as the copy that owns the call holds it; everything in it is in the row too. */
export type Transfer = {
  id: string;
  callId: string;
  caseId: string;
  kind: TransferKind;
  state: TransferState;
  operatorId: string;
  operatorEnd: "hung_up" | "lost" | null;
  officeId: string | null;
  personId: string | null;
  checkAgeSeconds: number | null;
  endpoint: string;
  /** The office's leg, when it is not the first one (page-return.ts). */
  officeLeg: string | null;
  targetName: string;
  voicemail: VoicemailPolicy;
  settledAt: Date | null;
  /** Milliseconds since the state that has a limit began (ringing, joined), on PostgreSQL's clock; 0 before. */
  ringingMs: number;
  joinedMs: number;
  callerE164: string | null;
  callerName: string | null;
};

/** The office's phone rings so long (DESIGN, Time-outs; REQ 3.4). */
export const ringMs = 20_000;
/**
 * An office that hangs up within this time after the join has not talked: answered and dropped at once. Until then the
 * operator's leg is kept, so that the citizen is back at once.
 */
export const settleMs = 1_500;

/** Why the office's leg ended before it was answered (VOICE, "Why a target did not answer"). */
export function resultOfCause(cause: number): TransferResult {
  if (cause === 17) return "busy";
  if (cause === 21) return "refused";
  if (cause === 19 || cause === 16 || cause === 127) return "no_answer";
  return "unreachable";
}

/** How the operator's leg ended: by a person's hand, or by accident. */
export function operatorEndOf(cause: number): "hung_up" | "lost" {
  return isLegLost(cause) ? "lost" : "hung_up";
}

/** Logged on the case as the reason why it may be assigned instead (REQ 3.2). */
export function isFailure(result: TransferResult): boolean {
  return !["completed", "citizen_left", "withdrawn", "not_ready"].includes(result);
}

const promptOfResult: Partial<Record<TransferResult, string>> = {
  busy: "transfer-office-busy",
  no_answer: "transfer-office-no-answer",
  refused: "transfer-office-refused",
  closed: "transfer-office-closed",
  unreachable: "transfer-office-unreachable",
  voicemail: "transfer-office-voicemail",
  office_left: "transfer-office-lost",
  voice_lost: "transfer-office-lost",
};

/** What the citizen hears when the operator is no longer on the line to say it. */
export function promptOf(result: TransferResult): string {
  return promptOfResult[result] ?? "transfer-failed";
}

/** How the directory's statistics of an office's answers call it (office_answers). */
export function officeAnswerOf(result: TransferResult, joined: boolean): OfficeAnswer | null {
  if (joined || result === "completed" || result === "returned") return "answered";
  if (result === "citizen_left") return "caller_left";
  if (result === "office_left") return "answered";
  return officeAnswers.find((answer) => answer === result) ?? null;
}
