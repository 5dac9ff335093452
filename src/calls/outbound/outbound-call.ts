import { AriError } from "../../asterisk/ari-error.ts";
import { createBridge } from "../../asterisk/bridge.ts";
import { createLeg, dialLeg, ringing, stopRinging } from "../../asterisk/leg.ts";
import { getEndpoint } from "../../asterisk/phones.ts";
import { bridgeIdOf, legIdOf } from "../../asterisk/wire-names.ts";
import { promptMedia } from "../../ivr/prompts.ts";
import { hangUpQuietly, join, legVariables, waitForLeg } from "../../queue/offer-call.ts";
import type { CallCentre } from "../call-centre.ts";
import { speak } from "../flow-caller.ts";
import { insist } from "../insist.ts";
import { CallerLeft, CallReleased, type LiveCall } from "../live-call.ts";
import { persist } from "../persist.ts";
import { talk } from "../talk.ts";
import { endOutbound } from "./end-outbound-call.ts";
import {
  type Dialled,
  noteRinging,
  type OutboundResult,
  operatorAnswered,
  readDialled,
  talkBegins,
} from "./outbound-call-store.ts";

/** The operator has just clicked: the phone is at hand. */
const operatorRingMs = 20_000;
const otherRingMs = 45_000;
const legReadyMs = 2_000;

type Ended = { result: OutboundResult; cause: number | null };
const withdrawn: Ended = { result: "withdrawn", cause: null };

/**
 * A call that an operator began by a click: the operator's phone, then the other side's, then the talk. It can begin at
 * any state: a copy that takes over goes on with the row as the dead one left it (reconcile-calls.ts). Whatever happens
 * the row ends with its result, and a try to reach the citizen is on the case (REQ 1.6, 4).
 */
export async function outboundCall(call: LiveCall, centre: CallCentre): Promise<void> {
  try {
    await endOutbound(call, await conversation(call, centre), centre);
  } catch (error) {
    if (error instanceof CallReleased) centre.log.info({ callId: call.id }, "call goes on elsewhere");
    else if (error instanceof CallerLeft) await endOutbound(call, { result: "answered", cause: null }, centre);
    else {
      centre.log.error({ callId: call.id, error }, "an outbound call failed");
      await endOutbound(call, { result: "interrupted", cause: null }, centre);
    }
  } finally {
    centre.live.remove(call);
  }
}

async function conversation(call: LiveCall, centre: CallCentre): Promise<Ended> {
  const dialled = await persist(centre.log, () => readDialled(centre.pool, call.id));
  if (!dialled) return { result: "interrupted", cause: null };
  if (call.row.state === "offered") {
    const failed = await ringOperator(call, dialled, centre);
    if (failed) return failed;
  }
  if (call.row.talkAt === null) {
    const failed = await ringOther(call, dialled, centre);
    if (failed) return failed;
  }
  const end = await talk(call, centre);
  // The operator's phone vanished: nobody is left to talk to, and the other side is told so.
  if (end.kind === "operator_lost") await speak(call, promptMedia("system-failure", call.row.language), centre);
  return { result: "answered", cause: null };
}

/** Null when the operator's phone is up and the row says so. */
async function ringOperator(call: LiveCall, dialled: Dialled, centre: CallCentre): Promise<Ended | null> {
  const leg = operatorLegOf(call);
  const bridgeId = talkBridgeOf(call);
  // Taken over without a leg: the operator waits no longer.
  if (call.legs.get(leg) === undefined && call.adopted) return { result: "interrupted", cause: null };
  if (call.legs.get(leg) === undefined) {
    const made = await makeLeg(call, centre, bridgeId, [leg], {
      ...{ endpoint: `PJSIP/${dialled.operatorAccount}`, channelId: leg },
      callerId: { name: "055055", number: dialled.shown },
      // The operator clicked to call: a phone that can lifts by itself.
      variables: legVariables(call.id, true),
    });
    if (!made) return { result: "operator_unreachable", cause: null };
  }
  await dialAgain(call, leg, centre);
  const end = await untilUp(call, leg, operatorRingMs, centre);
  if (end !== "up") return end.result === "withdrawn" ? end : { ...end, result: "operator_unreachable" };
  const { epoch } = centre.lease;
  if (!(await persist(centre.log, () => operatorAnswered(centre.pool, call.id, epoch)))) throw new CallReleased();
  call.row = { ...call.row, state: "talking", operatorChannelId: leg };
  // Whoever had the call before this copy has not dialled the other side.
  call.adopted = false;
  return null;
}

/** Null when the two talk and the row says so. */
async function ringOther(call: LiveCall, dialled: Dialled, centre: CallCentre): Promise<Ended | null> {
  const operator = operatorLegOf(call);
  const { channelId } = call.row;
  if (call.legs.get(operator) === "gone") return withdrawn;
  // Taken over, and the leg ended or was never made while nobody looked: not dialled a second time.
  if (call.legs.get(channelId) === undefined && call.adopted) return { result: "interrupted", cause: null };
  if (call.legs.get(channelId) === undefined) {
    const busy = await isBusy(call, dialled);
    if (busy) return busy;
    const made = await makeLeg(call, centre, talkBridgeOf(call), [operator, channelId], {
      ...{ endpoint: dialled.endpoint, channelId, originator: operator },
      callerId: { name: "055055", number: "055055" },
      variables: { "PJSIP_HEADER(add,X-055055-Call)": call.id },
    });
    if (!made) return { result: "unreachable", cause: null };
  }
  await dialAgain(call, channelId, centre);
  await quietly(call, centre, () => ringing(call.link, operator));
  const end = await untilUp(call, channelId, otherRingMs, centre, operator);
  if (end !== "up") return end;
  const { epoch } = centre.lease;
  if (!(await persist(centre.log, () => talkBegins(centre.pool, call.id, epoch)))) throw new CallReleased();
  call.row = { ...call.row, talkAt: centre.clock.now() };
  // Answered and gone while the row was written: from here on its end is told as the citizen's leaving.
  if (call.legs.get(channelId) === "gone") return { result: "answered", cause: null };
  await quietly(call, centre, () => stopRinging(call.link, operator));
  await join(call, talkBridgeOf(call), operator, centre);
  call.adopted = false;
  return null;
}

type NewLeg = Parameters<typeof createLeg>[1];

/** Made and dialled; false when the switch can not reach that phone. */
async function makeLeg(
  call: LiveCall,
  centre: CallCentre,
  bridgeId: string,
  legs: string[],
  leg: NewLeg,
): Promise<boolean> {
  centre.live.addLeg(leg.channelId, call);
  centre.bridges.watch(call.link, bridgeId, legs);
  try {
    // The bridge is there from the operator's leg on.
    if (legs.length === 1) await createBridge(call.link, bridgeId, "mixing,dtmf_events");
    await createLeg(call.link, leg);
    if (!(await waitForLeg(call, leg.channelId, legReadyMs, centre))) return false;
    await dialLeg(call.link, leg.channelId, otherRingMs / 1_000 + 5);
    return true;
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    call.throwIfLeft();
    return false;
  }
}

/** A leg taken over may have been made and not dialled; a second dial is refused. */
async function dialAgain(call: LiveCall, leg: string, centre: CallCentre): Promise<void> {
  if (!call.adopted || call.legs.get(leg) !== "ready") return;
  await quietly(call, centre, () => dialLeg(call.link, leg, otherRingMs / 1_000 + 5));
}

/** A phone of ours in a call already; what the trunk reaches tells so itself. */
async function isBusy(call: LiveCall, dialled: Dialled): Promise<Ended | null> {
  const account = /^PJSIP\/([^@]+)$/.exec(dialled.endpoint)?.[1];
  if (account === undefined) return null;
  const endpoint = await insist(call, () => getEndpoint(call.link, account));
  if (!endpoint || endpoint.state === "offline") return { result: "unreachable", cause: null };
  return endpoint.channelIds.length > 0 ? { result: "busy", cause: 17 } : null;
}

/** Until the leg is up; a hang-up by the operator, on the phone or on the page, ends it. */
async function untilUp(
  call: LiveCall,
  leg: string,
  limitMs: number,
  centre: CallCentre,
  operator: string | null = null,
): Promise<"up" | Ended> {
  const deadline = centre.clock.monotonicMs() + limitMs;
  for (;;) {
    const state = call.legs.get(leg);
    if (state === "up") return "up";
    if (state === "gone") return endOf(call.legCauses.get(leg) ?? null);
    if (operator !== null && call.legs.get(operator) === "gone") return withdrawn;
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") {
      await hangUpQuietly(call, leg, centre);
      return { result: "no_answer", cause: null };
    }
    if (signal.kind === "leg_ringing" && signal.channelId === call.row.channelId) {
      await persist(centre.log, () => noteRinging(centre.pool, call.id));
    }
    if (signal.kind !== "command") continue;
    const hangsUp = signal.command.kind === "hangup" && signal.command.personId === call.row.personId;
    centre.commands.settle(signal.command, hangsUp);
    if (hangsUp) return withdrawn;
  }
}

/** Why the other side did not answer (VOICE, "Why a target did not answer"). */
export function endOf(cause: number | null): Ended {
  const results: Record<number, OutboundResult> = { 1: "wrong_number", 28: "wrong_number", 17: "busy", 21: "refused" };
  if (cause === null) return { result: "interrupted", cause };
  if (cause === 19 || cause === 16 || cause === 18 || cause === 127) return { result: "no_answer", cause };
  return { result: results[cause] ?? "unreachable", cause };
}

async function quietly(call: LiveCall, centre: CallCentre, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.info({ callId: call.id, status: error.status }, "a leg has gone");
  }
}

function operatorLegOf(call: LiveCall): string {
  return legIdOf(call.row.offerId ?? call.id);
}

function talkBridgeOf(call: LiveCall): string {
  return bridgeIdOf("talk", call.row.offerId ?? call.id);
}
