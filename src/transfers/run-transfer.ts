import { stopPlayback } from "../asterisk/playback.ts";
import { legIdOf, playbackIdOf } from "../asterisk/wire-names.ts";
import type { CallCentre } from "../calls/call-centre.ts";
import { type CallCommand, CallerLeft, CallReleased, type LiveCall } from "../calls/live-call.ts";
import { persist } from "../calls/persist.ts";
import { setTalkFlags } from "../calls/talk-store.ts";
import { errorText } from "../errors.ts";
import { citizenLeft, giveBack } from "./give-back.ts";
import { handOver } from "./hand-over.ts";
import { killPoint } from "./kill-points.ts";
import { arrangeLegs, endHold, hangUpKnown } from "./legs/arrange-legs.ts";
import { detectHuman } from "./legs/detect-human.ts";
import { dialAgain, makeBridgesAgain, ringOffice, watchLegs } from "./legs/ring-office.ts";
import { talkWithOffice } from "./office-talk.ts";
import { nextSignal, obeyPage, watchPages } from "./page-return.ts";
import { threeParties } from "./three-parties.ts";
import { resultOfCause, ringMs } from "./transfer.ts";
import {
  bridgesOf,
  isAwaited,
  isOperatorHere,
  moveTo,
  officeLegOf,
  settleOther,
  type TransferEnd,
  type TransferRun,
} from "./transfer-run.ts";
import { readTransfer } from "./transfer-store.ts";

/**
 * Passes a call on, from the operator's command to the end drawn in transfer.ts. It can begin at any state: a copy
 * that takes over goes on with the row as the dead one left it. Whatever fails, the citizen is back with a human.
 * @throws CallerLeft, CallReleased
 */
export async function runTransfer(call: LiveCall, transferId: string, centre: CallCentre): Promise<TransferEnd> {
  const transfer = await persist(centre.log, () => readTransfer(centre.pool, transferId));
  if (!transfer || transfer.callId !== call.id || transfer.state === "ended") return { kind: "with_operator" };
  const run: TransferRun = {
    ...{ call, centre, transfer },
    ...{ away: { operator: null, office: null }, musicIn: new Set(), onHold: null },
  };
  try {
    return await stages(run);
  } catch (error) {
    if (error instanceof CallerLeft) {
      await citizenLeft(run);
      throw error;
    }
    if (error instanceof CallReleased) throw error;
    centre.log.error({ callId: call.id, reason: errorText(error) }, "a transfer failed");
    return giveBack(run, "unreachable", null);
  }
}

/** What happens to the three, as a person would tell it. */
async function stages(run: TransferRun): Promise<TransferEnd> {
  if (run.transfer.state === "asked") {
    const failed = await begin(run);
    if (failed) return failed;
  } else await resume(run);
  if (run.transfer.state === "ringing") {
    const failed = await waitForAnswer(run);
    if (failed) return failed;
  }
  if (run.transfer.state === "checking") {
    const failed = await checkHuman(run);
    if (failed) return failed;
  }
  if (run.transfer.state === "joined") return talkWithOffice(run);
  return threeParties(run);
}

async function begin(run: TransferRun): Promise<TransferEnd | null> {
  const { call, centre } = run;
  killPoint("asked");
  await moveTo(run, "ringing");
  if (call.row.held) {
    await endHold(run);
    call.row = { ...call.row, held: false };
    const { muted } = call.row;
    await persist(centre.log, () => setTalkFlags(centre.pool, call.id, centre.lease.epoch, { held: false, muted }));
  }
  const problem = await ringOffice(run);
  return problem ? giveBack(run, problem, null) : null;
}

/** After a take-over: the legs are put where the row says; what ended unseen is looked at below as if seen now. */
async function resume(run: TransferRun): Promise<void> {
  const { call, transfer } = run;
  const { state } = transfer;
  if (state === "ended" || state === "asked") return;
  await makeBridgesAgain(run);
  watchLegs(run);
  // Nobody knows whether the copy before this one had somebody wait with music.
  for (const bridge of [bridgesOf(run).talk, bridgesOf(run).consult]) run.musicIn.add(bridge);
  await watchPages(run);
  if (state === "checking") {
    for (const said of [0, 1, 2]) {
      await stopPlayback(call.link, playbackIdOf(`${said}-${transfer.id}`), { always: true });
    }
  }
  const formerLeg = call.row.offerId === null ? null : legIdOf(call.row.offerId);
  if (transfer.settledAt === null) await arrangeLegs(run, state);
  // The operator was free already, the leg not yet ended.
  else if (formerLeg !== null) await hangUpKnown(run, formerLeg);
  if (state === "ringing" && call.legs.get(officeLegOf(run)) === "ready") await dialAgain(run);
}

/** Until the office lifts the phone; the operator may go meanwhile, unless it is a consultation. */
async function waitForAnswer(run: TransferRun): Promise<TransferEnd | null> {
  const { call, centre, transfer } = run;
  const deadline = centre.clock.monotonicMs() + ringMs - transfer.ringingMs;
  for (;;) {
    await watchPages(run);
    const office = call.legs.get(officeLegOf(run)) ?? "gone";
    if (office === "up" && !isAwaited(run, "office")) return answered(run);
    if (!["ready", "ringing"].includes(office) && !isAwaited(run, "office")) return unanswered(run);
    if (isOperatorMissed(run)) return giveBack(run, "operator_left", null);
    const signal = await nextSignal(run, deadline - centre.clock.monotonicMs());
    if (signal === "timeout" && centre.clock.monotonicMs() >= deadline) return giveBack(run, "no_answer", null);
    if (signal === "timeout" || signal.kind !== "command" || (await obeyPage(run, signal.command))) continue;
    if (wantsBack(signal.command)) {
      centre.commands.settle(signal.command, true);
      return giveBack(run, "withdrawn", null);
    }
    settleOther(run, signal.command);
  }
}

/** A consultation is nothing without the operator. */
function isOperatorMissed(run: TransferRun): boolean {
  return run.transfer.kind === "consult" && !isOperatorHere(run) && !isAwaited(run, "operator");
}

/** Gone without an answer; without a cause it was never made, or went while nobody listened. */
function unanswered(run: TransferRun): Promise<TransferEnd> {
  const cause = run.call.legCauses.get(officeLegOf(run));
  return cause === undefined ? giveBack(run, "unreachable", null) : giveBack(run, resultOfCause(cause), cause);
}

async function answered(run: TransferRun): Promise<TransferEnd | null> {
  killPoint("answered");
  const { transfer } = run;
  if (transfer.kind === "consult") {
    if (isOperatorMissed(run)) return giveBack(run, "operator_left", null);
    await moveTo(run, "consulting");
    await arrangeLegs(run, "consulting");
    killPoint("consulting_arranged");
    return null;
  }
  if (transfer.kind === "blind" && transfer.voicemail !== "trust") {
    await moveTo(run, "checking");
    return null;
  }
  return join(run);
}

/** A human, or a machine that must not get the citizen (REQ 7.3)? */
async function checkHuman(run: TransferRun): Promise<TransferEnd | null> {
  const { call, centre } = run;
  const leg = officeLegOf(run);
  const human = await detectHuman(run, async (signal) => {
    await watchPages(run);
    if (signal.kind !== "command" || (await obeyPage(run, signal.command))) return false;
    const back = wantsBack(signal.command);
    if (back) centre.commands.settle(signal.command, true);
    else settleOther(run, signal.command);
    return back;
  });
  if (human === "stopped") return giveBack(run, "withdrawn", null);
  if (call.legs.get(leg) !== "up") return giveBack(run, "office_left", call.legCauses.get(leg) ?? null);
  if (human === "machine") return giveBack(run, "voicemail", null);
  // It was out of the application while AMD listened.
  watchLegs(run);
  return join(run);
}

function wantsBack(command: CallCommand): boolean {
  return command.kind === "return" || command.kind === "drop";
}

async function join(run: TransferRun): Promise<TransferEnd | null> {
  return (await handOver(run)) ? null : giveBack(run, "not_ready", null);
}
