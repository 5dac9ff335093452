/**
 * Every name that travels between Asterisk and us, in one place: applications, Stasis arguments, channel variables,
 * bridge and leg ids. The dialplan (dialplan/extensions.conf) uses the same words.
 */

/** Every copy's ARI application begins so; the dialplan's StasisBroadcast looks for `^055055-.*`. */
export const APPLICATION_PREFIX = "055055-";

/** First Stasis argument of a citizen's call offered by StasisBroadcast; only digits and our own words follow it. */
export const STASIS_INBOUND = "in";

/** Where `continueInDialplan` sends a call that no copy can serve: spoken apology and a plain queue. */
export const PARACHUTE = { context: "parachute", extension: "s", priority: 1 } as const;

/** A called office's leg goes here to be listened to, and comes back with STASIS_DETECTED and AMD's word. */
export const MACHINE_DETECTION = {
  place: { context: "detect-machine", extension: "s", priority: 1 },
  /** Channel variable: the application that it comes back to. */
  application: "C055_APPLICATION",
} as const;
export const STASIS_DETECTED = "detected";

/**
 * Variables that begin so are set with `report_events`: each event and `GET /channels` then carry them, so that one
 * list call rebuilds the map from legs to calls after a crash.
 */
export const REPORTED_VARIABLE_PREFIX = "C055_";

export const LEG_VARIABLES = {
  /** Our call id (uuid). */
  call: "C055_CALL",
  /** What the leg is in that call: citizen, operator, office. */
  role: "C055_ROLE",
  /** Our offer id on a leg that rings an operator. */
  offer: "C055_OFFER",
  /** Our transfer id on a leg that a transfer made. */
  transfer: "C055_TRANSFER",
} as const;

export const GLOBAL_VARIABLES = {
  /** Hash of all phone accounts pushed to this Asterisk since it started. */
  phones: "C055_PHONE_HASH",
} as const;

const BRIDGE_PREFIX = "055055-";
const LEG_PREFIX = "055055-leg-";
const PLAYBACK_PREFIX = "055055-play-";

/** Waiting room, talk, hold, consultation. */
export type BridgeKind = "wait" | "talk" | "hold" | "consult";

/**
 * The id of a call's bridge. A bridge id must never be used again after its bridge was destroyed (Asterisk issue 211),
 * so a call that comes back to the same kind of bridge counts `round` up.
 */
export function bridgeIdOf(kind: BridgeKind, callId: string, round = 0): string {
  return `${BRIDGE_PREFIX}${kind}-${round}-${callId}`;
}

/** The parts of one of our bridge ids, or null for a bridge that is not ours. */
export function parseBridgeId(bridgeId: string): { kind: BridgeKind; callId: string; round: number } | null {
  const match = /^055055-(wait|talk|hold|consult)-(\d{1,9})-(.+)$/.exec(bridgeId);
  if (!match) return null;
  return { kind: match[1] as BridgeKind, round: Number(match[2]), callId: match[3] as string };
}

/** The id of a leg that we make, from the id of our row (offer, transfer, availability check). */
export function legIdOf(rowId: string): string {
  return LEG_PREFIX + rowId;
}

/** Our row's id in a leg id, or null for a leg that Asterisk named (a citizen's, a phone's own call). */
export function parseLegId(legId: string): string | null {
  return legId.startsWith(LEG_PREFIX) ? legId.slice(LEG_PREFIX.length) : null;
}

export function playbackIdOf(id: string): string {
  return PLAYBACK_PREFIX + id;
}

/** Variables attached to every event and list, as Asterisk reports them. */
export function isReported(variable: string): boolean {
  return variable.startsWith(REPORTED_VARIABLE_PREFIX);
}
