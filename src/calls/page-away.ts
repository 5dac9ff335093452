import { v7 as uuid } from "uuid";
import { AriError } from "../asterisk/ari-error.ts";
import { musicOnBridge, stopMusicOnBridge } from "../asterisk/bridge.ts";
import { createLeg, dialLeg } from "../asterisk/leg.ts";
import { bridgeIdOf, legIdOf } from "../asterisk/wire-names.ts";
import { hangUpQuietly, join, legVariables, waitForLeg } from "../queue/offer-call.ts";
import { pagePhoneOf, replaceOperatorLeg } from "./away-store.ts";
import type { CallCentre } from "./call-centre.ts";
import type { CallCommand, LiveCall, Signal } from "./live-call.ts";
import { persist } from "./persist.ts";

/** A page that is not back by then is taken for lost: the citizen goes to another operator. */
export const pageGraceMs = 10_000;
/** The page answers by itself: longer than that, it was not there. */
const answerMs = 4_000;

/** How the wait for the page ended. */
export type PageReturn = "back" | "lost" | "ended";

/** The operator of this talk works with the phone in the page. */
export async function isPagePhone(call: LiveCall, centre: CallCentre): Promise<boolean> {
  const { personId } = call.row;
  if (personId === null || call.onPage !== null) return call.onPage ?? false;
  return (await persist(centre.log, () => pagePhoneOf(centre.pool, call.id, personId))) !== null;
}

/**
 * The page with the operator's phone is gone, told by itself ("away", or "rejoin" from the page that took its place)
 * or by its silence (null). The citizen hears music; a page that is there again is called and answers by itself, and
 * the talk goes on under the same offer (VOICE, Reload in a call).
 * @throws CallerLeft, CallReleased
 */
export async function waitForPage(call: LiveCall, told: CallCommand | null, centre: CallCentre): Promise<PageReturn> {
  const until = centre.clock.monotonicMs() + pageGraceMs;
  let again = told?.kind === "rejoin" ? told : null;
  if (told?.kind === "away") centre.commands.settle(told, true);
  await music(call, true, centre);
  for (;;) {
    if (again && (await callPage(call, again, centre))) return "back";
    again = null;
    const signal = await call.next(until - centre.clock.monotonicMs());
    if (signal === "timeout") break;
    if (signal.kind === "reconnected") await music(call, true, centre);
    if (signal.kind !== "command") continue;
    const { command } = signal;
    const mine = command.personId === call.row.personId;
    if (mine && command.kind === "rejoin") again = command;
    else centre.commands.settle(command, mine && (command.kind === "away" || command.kind === "hangup"));
    if (mine && command.kind === "hangup") return "ended";
  }
  await music(call, false, centre);
  if (call.row.operatorChannelId !== null) await hangUpQuietly(call, call.row.operatorChannelId, centre);
  return "lost";
}

/** True when the page answered and the two talk again. */
async function callPage(call: LiveCall, command: CallCommand, centre: CallCentre): Promise<boolean> {
  const account = await persist(centre.log, () => pagePhoneOf(centre.pool, call.id, command.personId));
  if (account === null) {
    centre.commands.settle(command, false);
    return false;
  }
  const [leg, former] = [legIdOf(uuid()), call.row.operatorChannelId];
  if (former !== null) await hangUpQuietly(call, former, centre);
  const { epoch } = centre.lease;
  if (!(await persist(centre.log, () => replaceOperatorLeg(centre.pool, call.id, epoch, leg)))) {
    centre.commands.settle(command, false);
    return false;
  }
  call.row = { ...call.row, operatorChannelId: leg };
  const answered = await ring(call, account, leg, centre);
  if (answered) await music(call, call.row.held, centre);
  if (answered && !call.row.held) await join(call, talkBridge(call), leg, centre);
  if (!answered) await hangUpQuietly(call, leg, centre);
  centre.commands.settle(command, answered);
  return answered;
}

async function ring(call: LiveCall, account: string, leg: string, centre: CallCentre): Promise<boolean> {
  centre.live.addLeg(leg, call);
  centre.bridges.watch(call.link, talkBridge(call), [call.row.channelId, leg]);
  const variables = legVariables(call.id, true);
  const endpoint = `PJSIP/${account}`;
  try {
    await createLeg(call.link, { endpoint, channelId: leg, originator: call.row.channelId, variables });
    if (!(await waitForLeg(call, leg, 2_000, centre))) return false;
    await dialLeg(call.link, leg, answerMs / 1_000 + 1);
    return await waitForAnswer(call, leg, centre);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.info({ callId: call.id, status: error.status }, "the page's phone was not called again");
    return false;
  }
}

async function waitForAnswer(call: LiveCall, leg: string, centre: CallCentre): Promise<boolean> {
  const deadline = centre.clock.monotonicMs() + answerMs;
  const later: Signal[] = [];
  while (call.legs.get(leg) !== "up" && call.legs.get(leg) !== "gone") {
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") break;
    if (signal.kind === "command") later.push(signal);
  }
  for (const signal of later.reverse()) call.putBack(signal);
  return call.legs.get(leg) === "up";
}

async function music(call: LiveCall, on: boolean, centre: CallCentre): Promise<void> {
  try {
    await (on ? musicOnBridge : stopMusicOnBridge)(call.link, talkBridge(call), { always: true });
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.info({ callId: call.id, status: error.status }, "the music was not changed");
  }
}

function talkBridge(call: LiveCall): string {
  return bridgeIdOf("talk", call.row.offerId ?? call.id);
}
