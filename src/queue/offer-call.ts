import { AriError } from "../asterisk/ari-error.ts";
import { createBridge, moveLegs } from "../asterisk/bridge.ts";
import { createLeg, dialLeg, hangUpLeg } from "../asterisk/leg.ts";
import { type Endpoint, getEndpoint } from "../asterisk/phones.ts";
import { bridgeIdOf, parseLegId } from "../asterisk/wire-names.ts";
import { type Offer, type OfferResult, offerResultOf } from "../calls/call.ts";
import type { CallCentre } from "../calls/call-centre.ts";
import { insist } from "../calls/insist.ts";
import { CallReleased, type LiveCall } from "../calls/live-call.ts";
import { persist } from "../calls/persist.ts";
import { noteOffline } from "../calls/phone-store.ts";
import { failOffer } from "../calls/talk-store.ts";

/** A phone in the page that does not ring within this time is not there (VOICE, "Alive?"). */
const webRingingMs = 1_000;
/** Further than this behind, an offer without a leg is one that a dead copy made and never rang. */
const staleOfferMs = 1_500;
/** On a busy machine a leg that was hung up is seen for so long at most; then somebody talks there. */
const goingLegMs = 1_000;
const goingLegLookMs = 40;

type Ringing = { kind: "up" } | { kind: "failed"; result: OfferResult; cause: number | null };

/**
 * What happens when an operator is chosen: the phone rings, and either the two talk, or the caller is back at the
 * head of the queue and the operator is "not answering" (REQ 1.3). Once the phone is lifted the two are joined while
 * the row is written: they do not wait for the database, and a copy that takes over joins them again.
 * `silence` ends what the caller hears before the two are joined.
 * @throws CallerLeft, CallReleased
 */
export async function offerCall(
  call: LiveCall,
  offer: Offer,
  centre: CallCentre,
  silence: () => Promise<void>,
): Promise<"talking" | "waiting"> {
  call.row = { ...call.row, state: "offered", offerId: offer.id, personId: offer.personId };
  const bridgeId = bridgeIdOf("talk", offer.id);
  try {
    const ringing = await ringPhone(call, offer, bridgeId, centre);
    if (ringing.kind === "failed") return await giveBack(call, offer, ringing, centre);
    const [joined, written] = await Promise.allSettled([
      silence().then(() => join(call, bridgeId, offer.channelId, centre)),
      writeAnswer(call, offer, centre),
    ]);
    if (written.status === "rejected") throw written.reason;
    if (joined.status === "rejected") throw joined.reason;
    call.throwIfLeft();
    if (!written.value) throw new CallReleased();
  } catch (error) {
    // The caller is gone, or the call is another copy's: in the first case the phone must stop ringing.
    if (call.callerGone) await hangUpQuietly(call, offer.channelId, centre);
    throw error;
  }
  return "talking";
}

/** The row says "talking" before the two are joined or after, as it comes; so does what is kept here. */
async function writeAnswer(call: LiveCall, offer: Offer, centre: CallCentre): Promise<boolean> {
  const answered = await persist(centre.log, () => centre.writer.answerOffer({ ...offer, epoch: centre.lease.epoch }));
  if (answered) call.row = talkingWith(call, offer, centre);
  call.onPage = isPage(offer);
  return answered;
}

function talkingWith(call: LiveCall, offer: Offer, centre: CallCentre): LiveCall["row"] {
  const talkAt = call.row.talkAt ?? centre.clock.now();
  return { ...call.row, state: "talking", operatorChannelId: offer.channelId, talkAt };
}

/** Both legs into the talk bridge; a leg that has just gone is told by its own event, not by this command (VOICE). */
export async function join(call: LiveCall, bridgeId: string, operatorLeg: string, centre: CallCentre): Promise<void> {
  try {
    await insist(call, () => moveLegs(call.link, bridgeId, [call.row.channelId, operatorLeg], { always: true }));
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.info({ callId: call.id, status: error.status }, "a leg left while the two were joined");
  }
}

async function giveBack(
  call: LiveCall,
  offer: Offer,
  failed: { result: OfferResult; cause: number | null },
  centre: CallCentre,
): Promise<"waiting"> {
  const back = await persist(centre.log, () =>
    failOffer(centre.pool, offer, centre.lease.epoch, failed.result, failed.cause),
  );
  call.throwIfLeft();
  if (!back) throw new CallReleased();
  call.row = { ...call.row, state: "waiting", offerId: null, personId: null };
  centre.dispatcher.nudge();
  return "waiting";
}

async function ringPhone(call: LiveCall, offer: Offer, bridgeId: string, centre: CallCentre): Promise<Ringing> {
  const deadline = centre.clock.monotonicMs() + offer.ringSeconds * 1_000 - offer.ageMs;
  const known = call.legs.get(offer.channelId);
  if (known === "up") return { kind: "up" };
  if (known === undefined) {
    if (offer.ageMs > staleOfferMs) return { kind: "failed", result: "withdrawn", cause: null };
    const problem = await phoneProblem(call, offer, centre);
    if (problem) return { kind: "failed", result: problem, cause: null };
    if (offer.autoAnswer) {
      const clicked = await waitForClick(call, offer, deadline, centre);
      if (clicked) return clicked;
    }
    const failure = await startRinging(call, offer, bridgeId, centre);
    if (failure) return failure;
  }
  if (known === "ready") await dialAgain(call, offer, centre);
  return waitForAnswer(call, offer, deadline, centre);
}

/** A leg taken over may have been made and not dialled, or dialled and not yet ringing: a second dial is refused. */
async function dialAgain(call: LiveCall, offer: Offer, centre: CallCentre): Promise<void> {
  try {
    await dialLeg(call.link, offer.channelId, offer.ringSeconds);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.info({ callId: call.id, status: error.status }, "the phone was dialled already");
  }
}

/**
 * A seat's phone must be there, and a channel on it that is not ours counts as on call (DESIGN, parachute). A phone that
 * is not there, e.g. while a switch that was started anew has not asked it yet, says nothing against its operator, who
 * stays free and is passed over until it is.
 */
async function phoneProblem(call: LiveCall, offer: Offer, centre: CallCentre): Promise<OfferResult | null> {
  const endpoint = await phoneAtRest(call, offer, centre);
  if (!endpoint || endpoint.state === "offline") {
    await persist(centre.log, () => noteOffline(centre.pool, offer.account));
    return "withdrawn";
  }
  return endpoint.channelIds.length > 0 ? "busy" : null;
}

/** The leg of the operator's last talk may still be going when the rows say that the operator is free: waited for. */
async function phoneAtRest(call: LiveCall, offer: Offer, centre: CallCentre): Promise<Endpoint | null> {
  const limit = centre.clock.monotonicMs() + goingLegMs;
  for (;;) {
    const endpoint = await insist(call, () => getEndpoint(call.link, offer.account));
    const legs = endpoint?.channelIds ?? [];
    const onlyOurs = legs.length > 0 && legs.every((id) => parseLegId(id) !== null);
    if (!onlyOurs || centre.clock.monotonicMs() > limit) return endpoint;
    await new Promise((resolve) => setTimeout(resolve, goingLegLookMs));
    call.throwIfLeft();
  }
}

/** Seats that answer by themselves: the page rings, the leg is made at the click. Null: clicked, go on. */
async function waitForClick(
  call: LiveCall,
  offer: Offer,
  deadline: number,
  centre: CallCentre,
): Promise<Ringing | null> {
  for (;;) {
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") return { kind: "failed", result: "no_answer", cause: null };
    if (signal.kind !== "command" || signal.command.personId !== offer.personId) continue;
    const { command } = signal;
    centre.commands.settle(command, command.kind === "answer" || command.kind === "hangup");
    if (command.kind === "answer") return null;
    if (command.kind === "hangup") return { kind: "failed", result: "refused", cause: null };
  }
}

/** What the INVITE tells the phone: whose call it is, and whether to answer by itself. */
export function legVariables(callId: string, autoAnswer: boolean): Record<string, string> {
  const call = { "PJSIP_HEADER(add,X-055055-Call)": callId };
  if (!autoAnswer) return call;
  return {
    ...call,
    "PJSIP_HEADER(add,Call-Info)": "<sip:055055>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://055055>;info=alert-autoanswer;delay=0",
  };
}

async function startRinging(
  call: LiveCall,
  offer: Offer,
  bridgeId: string,
  centre: CallCentre,
): Promise<Ringing | null> {
  centre.live.addLeg(offer.channelId, call);
  centre.bridges.watch(call.link, bridgeId, [call.row.channelId, offer.channelId]);
  const variables = legVariables(call.id, offer.autoAnswer);
  try {
    await Promise.all([
      createBridge(call.link, bridgeId, "mixing,dtmf_events"),
      createLeg(call.link, {
        endpoint: `PJSIP/${offer.account}`,
        channelId: offer.channelId,
        originator: call.row.channelId,
        callerId: { number: offer.callerE164 ?? "055055" },
        variables,
      }),
    ]);
    const ready = await waitForLeg(call, offer.channelId, 2_000, centre);
    if (!ready) return await abandonLeg(call, offer, "unreachable", centre);
    await dialLeg(call.link, offer.channelId, offer.ringSeconds + 5);
    return null;
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    call.throwIfLeft();
    // Not the phone's fault when the way to Asterisk was cut: the operator stays free.
    return abandonLeg(call, offer, error.status === 0 ? "withdrawn" : "unreachable", centre);
  }
}

/** A created leg may be dialled once it has entered the application (VOICE: sooner gives 409 or 422). */
export async function waitForLeg(
  call: LiveCall,
  channelId: string,
  timeoutMs: number,
  centre: CallCentre,
): Promise<boolean> {
  const deadline = centre.clock.monotonicMs() + timeoutMs;
  while (call.legs.get(channelId) === "down") {
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") return false;
  }
  return call.legs.get(channelId) !== "gone";
}

async function waitForAnswer(call: LiveCall, offer: Offer, deadline: number, centre: CallCentre): Promise<Ringing> {
  const startedAt = centre.clock.monotonicMs();
  for (;;) {
    const state = call.legs.get(offer.channelId);
    if (state === "up") return { kind: "up" };
    const now = centre.clock.monotonicMs();
    const silent = isPage(offer) && state !== "ringing";
    const until = silent ? Math.min(deadline, startedAt + webRingingMs) : deadline;
    const signal = await call.next(until - now);
    if (signal === "timeout") return abandonLeg(call, offer, silent ? "unreachable" : "no_answer", centre);
    if (signal.kind === "leg_gone" && signal.channelId === offer.channelId) {
      return { kind: "failed", result: offerResultOf(signal.cause), cause: signal.cause };
    }
    if (signal.kind === "command" && signal.command.personId === offer.personId) {
      const { kind } = signal.command;
      const refused = kind === "hangup";
      centre.commands.settle(signal.command, refused || kind === "away");
      // The page that rings is being left: nobody will answer there.
      if (kind === "away") return abandonLeg(call, offer, "unreachable", centre);
      if (refused) return abandonLeg(call, offer, "refused", centre);
    }
  }
}

function isPage(offer: Offer): boolean {
  return offer.account.endsWith("-web");
}

async function abandonLeg(call: LiveCall, offer: Offer, result: OfferResult, centre: CallCentre): Promise<Ringing> {
  await hangUpQuietly(call, offer.channelId, centre);
  return { kind: "failed", result, cause: null };
}

/** A leg that may be gone or out of reach; what is left of it the next reconciliation finds. */
export async function hangUpQuietly(call: LiveCall, channelId: string, centre: CallCentre): Promise<void> {
  if (!call.legs.has(channelId)) return;
  try {
    await insist(call, () => hangUpLeg(call.link, channelId, { always: true }), true);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    // The next reconciliation finds it again.
    centre.log.warn({ callId: call.id }, "a leg was not hung up");
  }
}
