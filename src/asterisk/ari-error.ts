/** What Asterisk, or the way to it, answered to a command. The message holds no ids, names or numbers. */
export class AriError extends Error {
  /** HTTP status; 0 when there is none: no answer in time, connection lost, or we may not act. */
  readonly status: number;
  /** Name in Asterisk's catalogue, e.g. `channels.answer`. */
  readonly operation: string;
  /** Asterisk's own words, or one of {@link NO_ANSWER}. */
  readonly reason: string;

  constructor(status: number, operation: string, reason: string) {
    super(`${operation}: ${status} ${reason}`);
    this.name = "AriError";
    this.status = status;
    this.operation = operation;
    this.reason = reason;
  }
}

/** Reasons of an AriError with status 0. After `timeout` and `connection lost` the outcome is unknown: ask by id. */
export const NO_ANSWER = {
  /** Guard: this copy's lease was not renewed lately, so it may not act. Nothing was sent. */
  lease: "lease",
  /** Another socket took this application's name. Nothing was sent. */
  replaced: "replaced",
  /** Nothing was sent. */
  notConnected: "not connected",
  /** Sent, outcome unknown. */
  timeout: "timeout",
  /** Sent, outcome unknown. */
  lost: "connection lost",
} as const;

/**
 * The leg, bridge or playback is not there any more: for most callers the normal end of a race with a hang-up.
 * addChannel says 400 for a gone channel, the others 404.
 */
export function isGone(error: unknown): boolean {
  if (!(error instanceof AriError)) return false;
  return error.status === 404 || (error.status === 400 && error.reason === "Channel not found");
}

/** The command may have been carried out although no answer came (FAULTS F10). */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof AriError && (error.reason === NO_ANSWER.timeout || error.reason === NO_ANSWER.lost);
}
