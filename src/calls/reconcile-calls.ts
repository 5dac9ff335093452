import { getApplication } from "../asterisk/application.ts";
import { destroyBridge, listBridges } from "../asterisk/bridge.ts";
import type { AsteriskConnection } from "../asterisk/connection.ts";
import type { Leg } from "../asterisk/event.ts";
import { hangUpLeg, listLegs } from "../asterisk/leg.ts";
import { isPlaying, stopPlayback } from "../asterisk/playback.ts";
import { bridgeIdOf, legIdOf, parseBridgeId, parseLegId } from "../asterisk/wire-names.ts";
import { errorText } from "../errors.ts";
import { ringingOffersOfNode } from "../queue/dispatch-store.ts";
import { transfersOfNode } from "../transfers/transfer-store.ts";
import { beginCall, claimInTurn } from "./arrive-call.ts";
import type { CallCentre } from "./call-centre.ts";
import { flowChoices, liveCallsOfNode } from "./call-store.ts";
import { inboundCall } from "./inbound-call.ts";
import { LiveCall } from "./live-call.ts";
import { beginPlacedCalls } from "./outbound/begin-placed-calls.ts";
import { outboundCall } from "./outbound/outbound-call.ts";

/** Cause told for a leg that went while nobody listened: as if its phone had vanished (the citizen is not hung up). */
const unseenCause = 38;
/** An offer to the copies lasts less, whatever the dialplan's time-out and the clocks. */
const broadcastMs = 5_000;

type Snapshot = { legs: Map<string, Leg>; bridges: Map<string, string[]> };

/**
 * Compare and repair, on every connect to a switch and after every take-over (FAULTS 8a). Rows say what should be,
 * the switch says what is:
 *
 *   row live, citizen's leg there    → the call goes on where its row is, here if it was nowhere
 *   row live, citizen's leg gone     → the caller left while nobody listened: the call ends as it would have
 *   row talking, operator's leg gone → the citizen is back at the head of the queue
 *   leg of ours without a row        → hung up; a citizen's leg without a row → begins as a new call
 *   bridge of ours without a leg     → deleted, one at a time
 *
 * Runs while the connection holds its events back; they follow in order.
 */
export async function reconcileCalls(
  link: AsteriskConnection,
  switchRestarted: boolean,
  centre: CallCentre,
): Promise<void> {
  const snapshot = await look(link);
  const known = centre.live.all().filter((call) => call.link === link);
  for (const call of known) bringUpToDate(call, snapshot, switchRestarted);
  await Promise.all(known.map((call) => tellEndedPrompts(call, centre)));
  centre.bridges.catchUp(link, snapshot.legs);
  const adopted = await adopt(link, snapshot, switchRestarted, centre);
  await centre.rooms.open(link, new Set(snapshot.bridges.keys()));
  await passOnOffers(centre);
  for (const { call, choices } of adopted) run(call, choices, centre);
  await centre.commands.collect(centre.lease.id);
  await beginPlacedCalls([link], centre);
  const strays = await clearStrays(link, snapshot, centre);
  if (link.application === centre.lease.name) claimWaiting(link, snapshot, centre);
  centre.log.info({ known: known.length, adopted: adopted.length, strays }, "reconciled with the switch");
}

/** The switch is gone and does not come back: so are the legs of all its calls. */
export function endWithSwitch(link: AsteriskConnection, centre: CallCentre): void {
  const nothing: Snapshot = { legs: new Map(), bridges: new Map() };
  for (const call of centre.live.all().filter((one) => one.link === link && !one.lostWithSwitch)) {
    bringUpToDate(call, nothing, true);
  }
}

async function look(link: AsteriskConnection): Promise<Snapshot> {
  const [legs, bridges] = await Promise.all([listLegs(link), listBridges(link)]);
  return {
    legs: new Map(legs.map((leg) => [leg.id, leg])),
    bridges: new Map(bridges.map((bridge) => [bridge.id, bridge.legIds])),
  };
}

/** A call that this copy held all along: what happened while the connection was away is told to it now. */
function bringUpToDate(call: LiveCall, snapshot: Snapshot, switchRestarted: boolean): void {
  call.lostWithSwitch ||= switchRestarted;
  const callerLeft = !call.awaitsCitizen && !snapshot.legs.has(call.row.channelId);
  // Said first: an operator's leg that went together with the caller's is not a phone that vanished.
  if (callerLeft) call.callerLeft();
  for (const [channelId, progress] of call.legs) {
    if (progress === "gone") continue;
    const leg = snapshot.legs.get(channelId);
    if (!leg) call.signal({ kind: "leg_gone", channelId, cause: unseenCause });
    else if (leg.state === "Up" && progress !== "up") call.signal({ kind: "leg_up", channelId });
    else if (leg.state === "Ringing") call.signal({ kind: "leg_ringing", channelId });
  }
  if (!callerLeft) call.signal({ kind: "reconnected" });
}

/** A prompt that ended while nobody listened must not hold the caller until its longest time. */
async function tellEndedPrompts(call: LiveCall, centre: CallCentre): Promise<void> {
  for (const playbackId of centre.live.playbacksOf(call)) {
    if (!(await isPlaying(call.link, playbackId))) call.signal({ kind: "playback_finished", playbackId });
  }
}

/** Rows of this copy's calls on this name that are nowhere in its memory: a dead copy's. */
async function adopt(
  link: AsteriskConnection,
  snapshot: Snapshot,
  switchRestarted: boolean,
  centre: CallCentre,
): Promise<{ call: LiveCall; choices: unknown[] }[]> {
  const rows = await liveCallsOfNode(centre.pool, centre.lease.id);
  const transfers = await transfersOfNode(centre.pool, centre.lease.id);
  const adopted = [];
  for (const row of rows) {
    const here = row.application === link.application && row.asteriskId === link.asteriskId;
    if (!here || centre.live.ofId(row.id)) continue;
    const call = new LiveCall(row, link);
    call.lostWithSwitch = switchRestarted || startedBefore(row.startedAt, link.asteriskStartedAt);
    centre.live.add(call);
    if (row.state !== "talking") await stopPrompts(call);
    call.adopted = true;
    adoptLeg(call, row.offerId === null ? null : legIdOf(row.offerId), snapshot, centre);
    const passedOn = transfers.get(row.id) ?? [];
    const talksOn = row.operatorChannelId !== null && !passedOn.some(({ leg }) => leg === row.operatorChannelId);
    // The leg that took the place of the offer's (page-away.ts).
    if (talksOn && row.operatorChannelId !== legIdOf(row.offerId ?? "")) {
      adoptLeg(call, row.operatorChannelId, snapshot, centre);
    }
    for (const transfer of passedOn) adoptTransfer(call, transfer, snapshot, centre);
    if (call.awaitsCitizen) adoptLeg(call, row.channelId, snapshot, centre);
    else if (!snapshot.legs.has(row.channelId)) call.callerLeft();
    adopted.push({ call, choices: await flowChoices(centre.pool, row.id) });
  }
  return adopted;
}

/** Whatever the dead copy was saying: until it ends, nothing else could be done with the leg. */
async function stopPrompts(call: LiveCall): Promise<void> {
  await Promise.all(call.playbackIds().map((id) => stopPlayback(call.link, id)));
}

function adoptLeg(call: LiveCall, channelId: string | null, snapshot: Snapshot, centre: CallCentre): void {
  if (channelId === null || call.row.offerId === null) return;
  const leg = snapshot.legs.get(channelId);
  if (!leg) {
    if (call.row.state === "talking") call.legs.set(channelId, "gone");
    return;
  }
  centre.live.addLeg(channelId, call);
  call.legs.set(channelId, leg.state === "Up" ? "up" : leg.state === "Ringing" ? "ringing" : "ready");
  // A leg that is gone already will not tell its end.
  const there = [call.row.channelId, legIdOf(call.row.offerId), channelId].filter((id) => snapshot.legs.has(id));
  centre.bridges.watch(call.link, bridgeIdOf("talk", call.row.offerId), there);
}

/**
 * A transfer that has not ended goes on in talk.ts; its office's leg is ours, or was never made. The bridges of one that
 * has ended are left where the dead copy did not come to move the legs out of them.
 */
function adoptTransfer(
  call: LiveCall,
  { id, leg: channelId, ended }: { id: string; leg: string; ended: boolean },
  snapshot: Snapshot,
  centre: CallCentre,
): void {
  const leg = snapshot.legs.get(channelId);
  if (!ended) call.transferId = id;
  if (!ended && leg) {
    centre.live.addLeg(leg.id, call);
    call.legs.set(leg.id, leg.state === "Up" ? "up" : leg.state === "Ringing" ? "ringing" : "ready");
  }
  // Empty ones too: an application is told of the bridges that its legs are in, and of no other.
  for (const kind of ["hold", "consult"] as const) {
    const bridgeId = bridgeIdOf(kind, id);
    const there = snapshot.bridges.has(bridgeId) && snapshot.legs.has(call.row.channelId);
    if (there) centre.bridges.watch(call.link, bridgeId, [call.row.channelId]);
  }
}

function startedBefore(startedAt: Date, switchStartedAt: string | null): boolean {
  return switchStartedAt !== null && startedAt.getTime() < Date.parse(switchStartedAt);
}

/** Offers that another copy wrote for our calls, or that a dead one did not ring to the end. Idempotent by offer. */
export async function passOnOffers(centre: CallCentre): Promise<void> {
  for (const offer of await ringingOffersOfNode(centre.pool, centre.lease.id)) {
    const call = centre.live.ofId(offer.callId);
    if (call) call.offer(offer);
  }
}

function run(call: LiveCall, choices: unknown[], centre: CallCentre): void {
  const goOn = call.row.direction === "outbound" ? outboundCall(call, centre) : inboundCall(call, choices, centre);
  goOn.catch((error: unknown) =>
    centre.log.error({ callId: call.id, reason: errorText(error) }, "a call taken over failed"),
  );
}

async function clearStrays(link: AsteriskConnection, snapshot: Snapshot, centre: CallCentre): Promise<number> {
  const application = await getApplication(link);
  const ours = new Set(application?.legIds);
  const ourBridges = new Set(application?.bridgeIds);
  let strays = 0;
  for (const leg of snapshot.legs.values()) {
    if (!ours.has(leg.id) || centre.live.ofLeg(leg.id) || centre.live.isExpected(leg.id)) continue;
    strays++;
    if (parseLegId(leg.id) !== null) await hangUpStray(link, leg.id, centre);
    else missedStart(link, leg, centre);
  }
  for (const [bridgeId, legIds] of snapshot.bridges) {
    if (!ourBridges.has(bridgeId) || parseBridgeId(bridgeId) === null) continue;
    if (centre.rooms.isOpen(bridgeId) || centre.bridges.isWatched(bridgeId)) continue;
    if (legIds.length > 0) centre.bridges.watch(link, bridgeId, legIds);
    else await destroyStray(link, bridgeId, centre);
  }
  return strays;
}

/** StasisStart came while nobody listened: the claim was ours, so is the call (FAULTS 8a.5). */
function missedStart(link: AsteriskConnection, leg: Leg, centre: CallCentre): void {
  if (leg.dialplan.application !== "StasisBroadcast") return;
  centre.live.noteEntered(leg.id);
  beginCall(link, leg, centre).catch((error: unknown) =>
    centre.log.error({ reason: errorText(error) }, "a missed call was not taken"),
  );
}

/** Calls offered while no copy listened: still to be had for a moment; a claim of a taken one changes nothing. */
function claimWaiting(link: AsteriskConnection, snapshot: Snapshot, centre: CallCentre): void {
  const oldest = centre.clock.now().getTime() - broadcastMs;
  for (const leg of snapshot.legs.values()) {
    if (leg.dialplan.application !== "StasisBroadcast" || Date.parse(leg.createdAt) < oldest) continue;
    if (!centre.live.ofLeg(leg.id) && !centre.live.isExpected(leg.id)) claimInTurn(link, leg, centre);
  }
}

async function hangUpStray(link: AsteriskConnection, channelId: string, centre: CallCentre): Promise<void> {
  try {
    await hangUpLeg(link, channelId);
  } catch (error) {
    centre.log.warn({ reason: errorText(error) }, "a stray leg was not hung up");
  }
}

async function destroyStray(link: AsteriskConnection, bridgeId: string, centre: CallCentre): Promise<void> {
  try {
    await destroyBridge(link, bridgeId);
  } catch (error) {
    centre.log.warn({ reason: errorText(error) }, "a stray bridge was not deleted");
  }
}
