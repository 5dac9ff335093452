import type { CallCommand } from "../calls/live-call.ts";
import { giveBack } from "./give-back.ts";
import { handOver } from "./hand-over.ts";
import { arrangeLegs } from "./legs/arrange-legs.ts";
import { talkWithOffice } from "./office-talk.ts";
import { nextSignal, obeyPage, watchPages } from "./page-return.ts";
import {
  isAwaited,
  isOfficeHere,
  isOperatorHere,
  moveTo,
  noteOperator,
  officeLegOf,
  settleOther,
  type TransferEnd,
  type TransferRun,
} from "./transfer-run.ts";

/**
 * Consultation: the operator speaks with the office, with the citizen, or with both, until the operator decides or
 * somebody hangs up (list in transfer.ts).
 * @throws CallerLeft, CallReleased
 */
export async function threeParties(run: TransferRun): Promise<TransferEnd> {
  const { call } = run;
  for (;;) {
    await watchPages(run);
    const office = officeLegOf(run);
    if (!isOfficeHere(run) && !isAwaited(run, "office")) {
      return giveBack(run, "office_left", call.legCauses.get(office) ?? null);
    }
    if (!isOperatorHere(run) && !isAwaited(run, "operator")) return withoutOperator(run);
    const signal = await nextSignal(run);
    if (signal === "timeout" || signal.kind !== "command" || (await obeyPage(run, signal.command))) continue;
    const end = await obey(run, signal.command);
    if (end) return end;
  }
}

/** In a conference citizen and office go on, if voice and case can move together; else the citizen is not handed over. */
async function withoutOperator(run: TransferRun): Promise<TransferEnd> {
  await noteOperator(run);
  if (run.transfer.state === "conference" && (await handOver(run))) return talkWithOffice(run);
  return giveBack(run, "operator_left", null);
}

async function obey(run: TransferRun, command: CallCommand): Promise<TransferEnd | null> {
  const { commands } = run.centre;
  if (command.personId !== run.transfer.operatorId) return settled(run, command, false);
  const { state } = run.transfer;
  switch (command.kind) {
    case "return":
    case "drop":
      commands.settle(command, true);
      return giveBack(run, "returned", null);
    case "swap":
      await arrangeAs(run, state === "swapped" ? "consulting" : "swapped", command);
      return settled(run, command, true);
    case "conference":
      await arrangeAs(run, "conference", command);
      return settled(run, command, true);
    case "complete": {
      const joined = await handOver(run);
      commands.settle(command, joined);
      return joined ? talkWithOffice(run) : null;
    }
    default:
      settleOther(run, command);
      return null;
  }
}

function settled(run: TransferRun, command: CallCommand, ok: boolean): null {
  run.centre.commands.settle(command, ok);
  return null;
}

async function arrangeAs(
  run: TransferRun,
  state: "consulting" | "swapped" | "conference",
  command: CallCommand,
): Promise<void> {
  if (run.transfer.state === state) return;
  await moveTo(run, state, command);
  await arrangeLegs(run, state);
}
