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
import { threeParties } from "./three-parties.ts";
import { resultOfCause, ringMs } from "./transfer.ts";
import {
  isOperatorHere,
  moveTo,
  noteOperator,
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
  const run: TransferRun = { call, centre, transfer };
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
  await noteOperator(run);
  if (state === "checking") {
    for (const said of [0, 1, 2]) {
      await stopPlayback(call.link, playbackIdOf(`${said}-${transfer.id}`), { always: true });
    }
  }
  const formerLeg = call.row.offerId === null ? null : legIdOf(call.row.offerId);
  if (transfer.settledAt === null) await arrangeLegs(run, state);
  if (state === "ringing" && call.legs.get(officeLegOf(run)) === "ready") await dialAgain(run);
  // The operator was free already, the leg not yet ended.
  else if (formerLeg !== null) await hangUpKnown(run, formerLeg);
}

/** Until the office lifts the phone; the operator may go meanwhile, unless it is a consultation. */
async function waitForAnswer(run: TransferRun): Promise<TransferEnd | null> {
  const { call, centre, transfer } = run;
  const leg = officeLegOf(run);
  const deadline = centre.clock.monotonicMs() + ringMs - transfer.ringingMs;
  for (;;) {
    if (call.legs.get(leg) === "up") return answered(run);
    if (!["ready", "ringing"].includes(call.legs.get(leg) ?? "gone")) return unanswered(run);
    await noteOperator(run);
    if (transfer.kind === "consult" && !isOperatorHere(run)) return giveBack(run, "operator_left", null);
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") return giveBack(run, "no_answer", null);
    if (signal.kind !== "command") continue;
    if (wantsBack(signal.command)) {
      centre.commands.settle(signal.command, true);
      return giveBack(run, "withdrawn", null);
    }
    settleOther(run, signal.command);
  }
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
    if (!isOperatorHere(run)) return giveBack(run, "operator_left", null);
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
    await noteOperator(run);
    if (signal.kind !== "command") return false;
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
