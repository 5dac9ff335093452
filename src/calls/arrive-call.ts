import { v7 as uuid } from "uuid";
import { AriError } from "../asterisk/ari-error.ts";
import type { AsteriskConnection } from "../asterisk/connection.ts";
import type { Leg } from "../asterisk/event.ts";
import { claimCall, continueInDialplan } from "../asterisk/leg.ts";
import { PARACHUTE } from "../asterisk/wire-names.ts";
import { toE164 } from "../citizens/phone-number.ts";
import { errorText } from "../errors.ts";
import type { CallCentre } from "./call-centre.ts";
import { type Arrival, leaveToParachute } from "./call-store.ts";
import { inboundCall } from "./inbound-call.ts";
import { LiveCall } from "./live-call.ts";

/** A claimed call whose first transaction is not through by then goes to the parachute (DESIGN, Claim). */
const firstWriteMs = 2_000;

/**
 * A call was offered to every copy: the one whose turn it is claims at once, the others a little later in case it
 * could not. A copy whose lease is not fresh can not reach PostgreSQL and does not claim.
 */
export function claimInTurn(link: AsteriskConnection, leg: Leg, centre: CallCentre): void {
  const names = centre.lease.callNodes.map((node) => node.name);
  const delayMs = centre.claimTurn.delayMs(leg, names, link.application);
  const claim = () => {
    claimAndBegin(link, leg, centre).catch((error: unknown) =>
      centre.log.error({ reason: errorText(error) }, "a new call was not taken"),
    );
  };
  if (delayMs === 0) claim();
  else centre.live.claimLater(leg.id, delayMs, claim);
}

async function claimAndBegin(link: AsteriskConnection, leg: Leg, centre: CallCentre): Promise<void> {
  if (!centre.lease.mayAct() || centre.isDraining()) return;
  centre.live.expect(leg.id);
  const won = await claimCall(link, leg.id, link.application).catch((error: unknown) => {
    centre.live.settleExpected(leg.id);
    throw error;
  });
  if (won) await beginCall(link, leg, centre);
  else centre.live.settleExpected(leg.id);
}

/**
 * The call is ours: written first, then answered. The row, its contact and its draft case exist before the citizen
 * hears a word.
 */
export async function beginCall(link: AsteriskConnection, leg: Leg, centre: CallCentre): Promise<void> {
  const arrival = describe(link, leg, centre);
  if (!arrival) return toParachute(link, leg.id, centre);
  const call = new LiveCall(rowOf(arrival, centre), link);
  centre.live.add(call);
  const written = await writtenInTime(arrival, centre);
  if (!written) {
    centre.live.remove(call);
    return toParachute(link, leg.id, centre);
  }
  await centre.live.entered(leg.id);
  centre.live.settleExpected(leg.id);
  await inboundCall(call, [], centre);
}

async function writtenInTime(arrival: Arrival, centre: CallCentre): Promise<boolean> {
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      resolve(false);
    }, firstWriteMs);
  });
  const write = centre.writer.insertArrival(arrival).then(
    () => {
      // Too late: Asterisk's own call records tell how it went on (parachute-calls.ts).
      if (late) void leaveToParachute(centre.pool, arrival.callId).catch(() => centre.log.warn("late call not marked"));
      return true;
    },
    (error: unknown) => {
      centre.log.error({ reason: errorText(error) }, "a new call could not be written");
      return false;
    },
  );
  const written = await Promise.race([write, timeUp]);
  clearTimeout(timer);
  return written;
}

async function toParachute(link: AsteriskConnection, channelId: string, centre: CallCentre): Promise<void> {
  try {
    await centre.live.entered(channelId);
    centre.live.settleExpected(channelId);
    await continueInDialplan(link, channelId, PARACHUTE, { always: true });
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.warn({ status: error.status }, "a call could not be sent to the parachute");
  }
}

/** Null when no flow serves the number (the dialplan lets none such through). */
function describe(link: AsteriskConnection, leg: Leg, centre: CallCentre): Arrival | null {
  const calledNumber = leg.dialplan.extension.replaceAll(/\D/g, "");
  const flow = centre.flows.flowFor(calledNumber);
  if (!flow || link.asteriskId === null) return null;
  const raw = leg.caller.number.replaceAll("\u0000", "").slice(0, 64);
  return {
    callId: uuid(),
    caseId: uuid(),
    asteriskId: link.asteriskId,
    application: link.application,
    channelId: leg.id,
    sipCallId: leg.protocolId.slice(0, 256) || null,
    calledNumber,
    callerE164: toE164(raw),
    callerRaw: raw || null,
    callerName: shownName(leg.caller.name),
    flowId: flow.flowId,
    flowVersion: flow.version,
    language: "it",
    nodeId: centre.lease.id,
    epoch: centre.lease.epoch,
  };
}

/** At most 80 signs, whole ones; controls and signs that turn the writing direction are left out (FAULTS I4, I30). */
function shownName(name: string): string | null {
  const clean = name.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "").trim();
  const signs = [...clean];
  const short = signs.length > 80 ? `${signs.slice(0, 79).join("")}…` : clean;
  return short === "" ? null : short;
}

function rowOf(arrival: Arrival, centre: CallCentre): LiveCall["row"] {
  const { callId: id, asteriskId, application, channelId, language, flowId, flowVersion } = arrival;
  return {
    ...{ id, asteriskId, application, channelId, language, flowId, flowVersion, state: "ivr", agencyId: null },
    direction: "inbound",
    ...{ ivrNode: null, queueId: null, queuedAt: null, priority: 0, offerId: null, personId: null },
    ...{ operatorChannelId: null, held: false, muted: false, startedAt: centre.clock.now() },
    ...{ answeredAt: null, talkAt: null },
  };
}
