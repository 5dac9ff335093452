import { isLegLost } from "../calls/call.ts";
import { CallReleased } from "../calls/live-call.ts";
import { complete, giveBack } from "./give-back.ts";
import { killPoint } from "./kill-points.ts";
import { hangUpKnown } from "./legs/arrange-legs.ts";
import { forgetPage, nextSignal, obeyPage, watchPages } from "./page-return.ts";
import { settleMs } from "./transfer.ts";
import {
  isAwaited,
  isOfficeHere,
  officeLegOf,
  operatorLegOf,
  settleOther,
  type TransferEnd,
  type TransferRun,
  write,
} from "./transfer-run.ts";
import { settleTransfer } from "./transfer-store.ts";

/**
 * Citizen and office talk. For a moment the operator's leg is still there, in case the office hangs up at once; then
 * the operator is free, and the call ends when either hangs up. An office whose voice is lost gives the citizen back
 * to first level (REQ 3.4).
 * @throws CallerLeft, CallReleased
 */
export async function talkWithOffice(run: TransferRun): Promise<TransferEnd> {
  const { call, centre } = run;
  const settlesAt = centre.clock.monotonicMs() + settleMs - run.transfer.joinedMs;
  for (;;) {
    await watchPages(run);
    const settling = run.transfer.settledAt === null;
    const office = officeLegOf(run);
    if (!isOfficeHere(run) && !isAwaited(run, "office")) {
      const cause = call.legCauses.get(office) ?? null;
      if (settling || cause === null || isLegLost(cause)) return giveBack(run, "voice_lost", cause);
      return complete(run);
    }
    const signal = await nextSignal(run, settling ? settlesAt - centre.clock.monotonicMs() : undefined);
    if (signal === "timeout") {
      if (settling && centre.clock.monotonicMs() >= settlesAt) await settle(run);
    } else if (signal.kind === "command" && !(await obeyPage(run, signal.command))) {
      // Only whoever has the citizen may end the talk.
      const ends = !settling && signal.command.kind === "hangup" && signal.command.personId === run.transfer.personId;
      if (!ends) settleOther(run, signal.command);
      else {
        centre.commands.settle(signal.command, true);
        return complete(run);
      }
    }
  }
}

/** The operator goes to wrap-up; from now on the office's leg is the call's second one. */
async function settle(run: TransferRun): Promise<void> {
  const { call, centre, transfer } = run;
  const operator = operatorLegOf(run);
  const office = officeLegOf(run);
  const done = await write(run, (db) => settleTransfer(db, transfer.id, centre.lease.epoch, office));
  call.throwIfLeft();
  if (!done) throw new CallReleased();
  killPoint("settled_written");
  run.transfer = { ...transfer, settledAt: centre.clock.now() };
  const personId = transfer.personId ?? call.row.personId;
  call.row = { ...call.row, operatorChannelId: office, personId, held: false, muted: false };
  forgetPage(run, "operator");
  if (operator !== null) await hangUpKnown(run, operator);
  killPoint("settled");
  centre.dispatcher.nudge();
}
