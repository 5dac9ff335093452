import { AriError, isGone } from "./ari-error.ts";
import { variableValue } from "./asterisk-variables.ts";
import type { AsteriskConnection, CommandOptions } from "./connection.ts";
import { decodeLeg, type Leg } from "./event.ts";
import { isReported } from "./wire-names.ts";

export { isGone, isOutcomeUnknown } from "./ari-error.ts";
export type { Leg, LegState } from "./event.ts";

/** Variables to set; those whose name begins with `C055_` come back with every event and list (wire-names). */
export type LegVariables = Record<string, string>;

export type HangUpReason =
  | "normal"
  | "busy"
  | "congestion"
  | "no_answer"
  | "timeout"
  | "rejected"
  | "unallocated"
  | "normal_unspecified"
  | "number_incomplete"
  | "codec_mismatch"
  | "interworking"
  | "failure"
  /** Spares a missed call on a phone that rang for somebody else. */
  | "answered_elsewhere";

export type NewLeg = {
  /** e.g. `PJSIP/201`. */
  endpoint: string;
  /** Our id, never used before. */
  channelId: string;
  /** What the called phone shows. */
  callerId?: { name?: string; number: string };
  variables?: LegVariables;
  /** Leg on whose behalf it is made; gives it its formats. */
  originator?: string;
  /** e.g. `alaw`; Asterisk does not take it together with `originator`, which then wins. */
  formats?: string;
  /** Stasis arguments of its StasisStart. */
  arguments?: string[];
};

/** Answers the caller. Answering twice is no error. @throws AriError */
export async function answerLeg(connection: AsteriskConnection, id: string, options?: CommandOptions): Promise<void> {
  await connection.command("channels", "answer", { channelId: id }, options);
}

/** Hangs up; a leg that is gone already is what was asked for. @throws AriError */
export async function hangUpLeg(
  connection: AsteriskConnection,
  id: string,
  options: CommandOptions & { reason?: HangUpReason } = {},
): Promise<void> {
  const { reason = "normal", ...command } = options;
  try {
    await connection.command("channels", "hangup", { channelId: id, reason }, command);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Gives the leg back to the dialplan at a place, e.g. PARACHUTE. @throws AriError */
export async function continueInDialplan(
  connection: AsteriskConnection,
  id: string,
  place: { context: string; extension: string; priority: number },
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "continueInDialplan", { channelId: id, ...place }, options);
}

/**
 * Makes a leg without calling yet: wait for its StasisStart, then {@link dialLeg}.
 * @throws AriError 500 "Allocation failed" when the endpoint is unknown or not registered, 409 when the id is in use
 */
export async function createLeg(connection: AsteriskConnection, leg: NewLeg, options?: CommandOptions): Promise<Leg> {
  const variables = { ...leg.variables };
  if (leg.callerId) variables["CONNECTEDLINE(all)"] = callerText(leg.callerId);
  const created = await connection.command(
    "channels",
    "create",
    {
      endpoint: leg.endpoint,
      app: connection.application,
      appArgs: leg.arguments?.join(","),
      channelId: leg.channelId,
      originator: leg.originator,
      formats: leg.originator === undefined ? leg.formats : undefined,
      variables: onWire(variables),
    },
    options,
  );
  return decodeLeg(created);
}

/** Calls the endpoint of a created leg, for at most `timeoutSeconds`. @throws AriError 409 before its StasisStart */
export async function dialLeg(
  connection: AsteriskConnection,
  id: string,
  timeoutSeconds: number,
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "dial", { channelId: id, timeout: Math.ceil(timeoutSeconds) }, options);
}

/** The leg as it is now, or null when it is gone. @throws AriError */
export async function getLeg(
  connection: AsteriskConnection,
  id: string,
  options?: CommandOptions,
): Promise<Leg | null> {
  try {
    return decodeLeg(await connection.command("channels", "get", { channelId: id }, options));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** All legs of this Asterisk, whoever's they are. @throws AriError */
export async function listLegs(connection: AsteriskConnection, options?: CommandOptions): Promise<Leg[]> {
  const list = await connection.command("channels", "list", {}, options);
  return (list as unknown[]).map(decodeLeg);
}

/** @throws AriError */
export async function setLegVariables(
  connection: AsteriskConnection,
  id: string,
  variables: LegVariables,
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "setChannelVars", { channelId: id, variables: onWire(variables) }, options);
}

/** Value of a variable or function of the leg, empty when not set. @throws AriError */
export async function getLegVariable(
  connection: AsteriskConnection,
  id: string,
  variable: string,
  options?: CommandOptions,
): Promise<string> {
  const parameters = { channelId: id, variable };
  return variableValue(await connection.command("channels", "getChannelVar", parameters, options));
}

/** Rings towards the caller until answered or stopped. @throws AriError */
export async function ringing(connection: AsteriskConnection, id: string, options?: CommandOptions): Promise<void> {
  await connection.command("channels", "ring", { channelId: id }, options);
}

/** Ends the ring-back that a leg which died ringing in a bridge leaves on its peer. @throws AriError */
export async function stopRinging(connection: AsteriskConnection, id: string, options?: CommandOptions): Promise<void> {
  await connection.command("channels", "ringStop", { channelId: id }, options);
}

/** Music to one leg; it survives moves between bridges until stopped. @throws AriError */
export async function musicOnLeg(connection: AsteriskConnection, id: string, options?: CommandOptions): Promise<void> {
  await connection.command("channels", "startMoh", { channelId: id }, options);
}

/** @throws AriError */
export async function stopMusicOnLeg(
  connection: AsteriskConnection,
  id: string,
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "stopMoh", { channelId: id }, options);
}

/** Sends keys towards the phone of this leg. @throws AriError */
export async function sendDtmf(
  connection: AsteriskConnection,
  id: string,
  digits: string,
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "sendDTMF", { channelId: id, dtmf: digits }, options);
}

/** `in`: what the phone says is not heard; `out`: the phone hears nothing. */
export type MuteDirection = "in" | "out" | "both";

/** @throws AriError */
export async function muteLeg(
  connection: AsteriskConnection,
  id: string,
  direction: MuteDirection = "in",
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "mute", { channelId: id, direction }, options);
}

/** @throws AriError */
export async function unmuteLeg(
  connection: AsteriskConnection,
  id: string,
  direction: MuteDirection = "in",
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "unmute", { channelId: id, direction }, options);
}

/**
 * Claims a broadcast call for an application. False: another copy was first, or the caller has left.
 * The call's StasisStart follows at once. @throws AriError
 */
export async function claimCall(
  connection: AsteriskConnection,
  channelId: string,
  application: string = connection.application,
  options?: CommandOptions,
): Promise<boolean> {
  try {
    await connection.command("events", "claimChannel", { channelId, application }, options);
    return true;
  } catch (error) {
    if (isGone(error) || isConflict(error)) return false;
    throw error;
  }
}

/** Tells a phone that asked for a transfer how it went. @throws AriError */
export async function transferProgress(
  connection: AsteriskConnection,
  id: string,
  state: "channel_progress" | "channel_answered" | "channel_unavailable" | "channel_declined",
  options?: CommandOptions,
): Promise<void> {
  await connection.command("channels", "transfer_progress", { channelId: id, states: state }, options);
}

function isConflict(error: unknown): boolean {
  return error instanceof AriError && error.status === 409;
}

function onWire(variables: LegVariables): Record<string, string | { value: string; report_events: boolean }> {
  const wire: Record<string, string | { value: string; report_events: boolean }> = {};
  for (const [name, value] of Object.entries(variables)) {
    wire[name] = isReported(name) ? { value, report_events: true } : value;
  }
  return wire;
}

/** `"Name" <number>`; quotes, brackets and control characters would end the name early. */
function callerText(callerId: { name?: string; number: string }): string {
  const name = (callerId.name ?? "").replaceAll(/["\\<>\p{Cc}]/gu, "").slice(0, 80);
  return `"${name}" <${callerId.number.replaceAll(/[^\d+*#]/g, "")}>`;
}
