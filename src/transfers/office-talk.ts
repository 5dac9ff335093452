import { isLegLost } from "../calls/call.ts";
import { CallReleased } from "../calls/live-call.ts";
import { complete, giveBack } from "./give-back.ts";
import { killPoint } from "./kill-points.ts";
import { hangUpKnown } from "./legs/arrange-legs.ts";
import { settleMs } from "./transfer.ts";
import {
  noteOperator,
  officeLegOf,
  operatorLegOf,
  settleOther,
  type TransferEnd,
  type TransferRun,
  write,
} from "./transfer-run.ts";
import { settleTransfer } from "./transfer-store.ts";

const anHourMs = 3_600_000;

/**
 * Citizen and office talk. For a moment the operator's leg is still there, in case the office hangs up at once; then
 * the operator is free, and the call ends when either hangs up. An office whose voice is lost gives the citizen back
 * to first level (REQ 3.4).
 * @throws CallerLeft, CallReleased
 */
export async function talkWithOffice(run: TransferRun): Promise<TransferEnd> {
  const { call, centre } = run;
  const office = officeLegOf(run);
  const settlesAt = centre.clock.monotonicMs() + settleMs - run.transfer.joinedMs;
  for (;;) {
    const settling = run.transfer.settledAt === null;
    if (call.legs.get(office) !== "up") {
      const cause = call.legCauses.get(office) ?? null;
      if (settling || cause === null || isLegLost(cause)) return giveBack(run, "voice_lost", cause);
      return complete(run);
    }
    const signal = await call.next(settling ? settlesAt - centre.clock.monotonicMs() : anHourMs);
    if (signal === "timeout") {
      if (settling) await settle(run);
    } else if (signal.kind === "leg_gone") {
      await noteOperator(run);
    } else if (signal.kind === "command") {
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
  if (operator !== null) await hangUpKnown(run, operator);
  killPoint("settled");
  centre.dispatcher.nudge();
}
