import { AriError } from "../asterisk/ari-error.ts";
import { getBridge, moveLegs, musicOnBridge, stopMusicOnBridge, takeLegsOut } from "../asterisk/bridge.ts";
import { muteLeg, unmuteLeg } from "../asterisk/leg.ts";
import { bridgeIdOf } from "../asterisk/wire-names.ts";
import { join } from "../queue/offer-call.ts";
import { recallAfterReturn } from "../transfers/give-back.ts";
import { runTransfer } from "../transfers/run-transfer.ts";
import { settleMs } from "../transfers/transfer.ts";
import { isLegLost } from "./call.ts";
import type { CallCentre } from "./call-centre.ts";
import { type CallCommand, isAboutPage, type LiveCall } from "./live-call.ts";
import { isPagePhone, waitForPage } from "./page-away.ts";
import { persist } from "./persist.ts";
import { setTalkFlags } from "./talk-store.ts";

const anHourMs = 3_600_000;

export type TalkEnd =
  | { kind: "ended" }
  | { kind: "operator_lost"; cause: number }
  /** The citizen was told, and the row is offered or waits already. */
  | { kind: "back" };

/**
 * Citizen and operator talk until one of them hangs up (the citizen's leaving is CallerLeft, as everywhere). A phone
 * that vanished without hanging up is another end: the citizen keeps the call.
 * @throws CallerLeft, CallReleased
 */
export async function talk(call: LiveCall, centre: CallCentre): Promise<TalkEnd> {
  if (call.transferId !== null) {
    const end = await passOn(call, call.transferId, centre);
    if (end) return end;
  } else if (call.adopted) await joinAgain(call, centre);
  if (operatorGone(call)) {
    const end = await pageLeft(call, null, 0, centre);
    if (end) return end;
  }
  // Made by the copy before this one, which called a page again (page-away.ts).
  let ringsYet = !operatorGone(call) && call.legs.get(call.row.operatorChannelId ?? "") !== "up";
  for (;;) {
    const operatorLeg = call.row.operatorChannelId ?? "";
    const signal = await call.next(anHourMs);
    if (signal === "timeout") continue;
    if (signal.kind === "leg_gone" && signal.channelId === operatorLeg) {
      const end = await operatorLeft(call, signal.cause, centre);
      if (end) return end;
    }
    if (ringsYet && signal.kind === "leg_up" && signal.channelId === operatorLeg) {
      ringsYet = false;
      await arrangeAgain(call, operatorLeg, centre);
    }
    if (signal.kind === "reconnected") await arrangeAgain(call, operatorLeg, centre);
    if (signal.kind !== "command") continue;
    if (signal.command.kind === "hangup" && signal.command.personId === call.row.personId) {
      centre.commands.settle(signal.command, true);
      return { kind: "ended" };
    }
    if (isAboutPage(signal.command) && signal.command.personId === call.row.personId) {
      const end = await pageLeft(call, signal.command, 0, centre);
      if (end) return end;
    } else if (signal.command.args.transferId !== undefined && signal.command.personId === call.row.personId) {
      centre.commands.settle(signal.command, true);
      const end = await passOn(call, signal.command.args.transferId, centre);
      if (end) return end;
      const left = operatorGone(call) && (await operatorLeft(call, call.legCauses.get(operatorLeg) ?? 0, centre));
      if (left) return left;
    } else await obey(call, signal.command, operatorLeg, centre);
  }
}

/** A transfer, from wherever it stands; null when citizen and operator talk on. */
async function passOn(call: LiveCall, transferId: string, centre: CallCentre): Promise<TalkEnd | null> {
  call.transferId = null;
  const end = await runTransfer(call, transferId, centre);
  if (end.kind !== "with_operator") return end;
  return end.away ? pageLeft(call, end.away.asked, 0, centre) : null;
}

function operatorGone(call: LiveCall): boolean {
  const { operatorChannelId } = call.row;
  return operatorChannelId === null || call.legs.get(operatorChannelId) === "gone";
}

/** Null when the page is there again and the two talk on. */
async function pageLeft(
  call: LiveCall,
  told: CallCommand | null,
  cause: number,
  centre: CallCentre,
): Promise<TalkEnd | null> {
  if (!(await isPagePhone(call, centre))) {
    if (told) centre.commands.settle(told, false);
    return told ? null : { kind: "operator_lost", cause };
  }
  const end = await waitForPage(call, told, centre);
  if (end === "back") return null;
  return end === "ended" ? { kind: "ended" } : { kind: "operator_lost", cause };
}

/**
 * A hang-up ends the call, unless the citizen came back from a transfer in that very moment: then the phone rings. A
 * page never hangs up itself, it asks us to: what ended its leg was an accident, and null when it is there again.
 */
async function operatorLeft(call: LiveCall, cause: number, centre: CallCentre): Promise<TalkEnd | null> {
  if (isLegLost(cause) || (await isPagePhone(call, centre))) return pageLeft(call, null, cause, centre);
  if (centre.clock.monotonicMs() - call.returnedAt > settleMs) return { kind: "ended" };
  const recalled = await recallAfterReturn(call, centre);
  return recalled ? { kind: "back" } : { kind: "operator_lost", cause };
}

/** The copy before this one wrote the talk and may have died before it joined the two. */
async function joinAgain(call: LiveCall, centre: CallCentre): Promise<void> {
  call.adopted = false;
  const { operatorChannelId, held, offerId } = call.row;
  if (operatorChannelId === null || held || call.legs.get(operatorChannelId) !== "up") return;
  await join(call, bridgeIdOf("talk", offerId ?? call.id), operatorChannelId, centre);
}

/** A join, hold or its end may have been cut off with the connection: the two are put where the row says. */
async function arrangeAgain(call: LiveCall, operatorLeg: string, centre: CallCentre): Promise<void> {
  const bridgeId = bridgeIdOf("talk", call.row.offerId ?? call.id);
  try {
    const bridge = await getBridge(call.link, bridgeId);
    const inside = bridge?.legIds.includes(operatorLeg) ?? false;
    if (!call.row.held && inside && bridge?.legIds.includes(call.row.channelId)) return;
    if (!call.row.held) {
      await stopMusicOnBridge(call.link, bridgeId);
      await join(call, bridgeId, operatorLeg, centre);
    } else if (inside) await setHold(call, operatorLeg, true);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    // The next connection says it again.
    centre.log.warn({ callId: call.id, status: error.status }, "a talk was not arranged again");
  }
}

/** A command of the operator's page on the real call; a repeated one changes nothing. */
async function obey(call: LiveCall, command: CallCommand, operatorLeg: string, centre: CallCentre): Promise<void> {
  const flags = { held: call.row.held, muted: call.row.muted };
  if (command.kind === "hold") flags.held = true;
  if (command.kind === "unhold") flags.held = false;
  if (command.kind === "mute") flags.muted = true;
  if (command.kind === "unmute") flags.muted = false;
  if (command.personId !== call.row.personId || command.kind === "answer") {
    return centre.commands.settle(command, false);
  }
  try {
    if (flags.held !== call.row.held) await setHold(call, operatorLeg, flags.held);
    if (flags.muted !== call.row.muted) await (flags.muted ? muteLeg : unmuteLeg)(call.link, operatorLeg);
    call.row = { ...call.row, ...flags };
    await persist(centre.log, () => setTalkFlags(centre.pool, call.id, centre.lease.epoch, flags));
    centre.commands.settle(command, true);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.warn({ callId: call.id, command: command.kind, status: error.status }, "command not carried out");
    centre.commands.settle(command, false);
  }
}

/** Taking the operator out and playing music to the bridge silences both ways (VOICE, Moving legs). */
async function setHold(call: LiveCall, operatorLeg: string, held: boolean): Promise<void> {
  const bridgeId = bridgeIdOf("talk", call.row.offerId ?? call.id);
  if (held) {
    await takeLegsOut(call.link, bridgeId, operatorLeg);
    await musicOnBridge(call.link, bridgeId);
  } else {
    await stopMusicOnBridge(call.link, bridgeId);
    await moveLegs(call.link, bridgeId, operatorLeg);
  }
}
