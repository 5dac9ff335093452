import { bridgeIdOf, legIdOf } from "../asterisk/wire-names.ts";
import type { CallCentre } from "../calls/call-centre.ts";
import { settleCommand } from "../calls/command-store.ts";
import { type CallCommand, CallReleased, type LiveCall } from "../calls/live-call.ts";
import { persist } from "../calls/persist.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Queryable } from "../database/pool.ts";
import { killPoint } from "./kill-points.ts";
import { operatorEndOf, type Transfer, type TransferState } from "./transfer.ts";
import { moveTransfer, noteOperatorEnd, standsAt } from "./transfer-store.ts";

/** A transfer under way in this copy: the call, its row as last written, and who is on which leg. */
export type TransferRun = {
  call: LiveCall;
  centre: CallCentre;
  transfer: Transfer;
  away: Record<Party, Away | null>;
  /** Bridges that may play music to somebody who waits in them for a page. */
  musicIn: Set<string>;
  /** Who hears music in the hold bridge: put there again, it would begin anew. */
  onHold: string | null;
};

/** Whose phone may be a page. */
export type Party = "operator" | "office";
/**
 * A page that is not there (page-return.ts): how long it is waited for (monotonic ms), the leg it left behind, and the
 * command of the page that is called again.
 */
export type Away = { until: number; former: string | null; asked: CallCommand | null; dialled: boolean };

/** How the machine leaves the call. */
export type TransferEnd =
  /** Citizen and operator talk as before; `away`: the operator's page is still awaited, or wants to be called. */
  | { kind: "with_operator"; away?: { asked: CallCommand | null } }
  /** Citizen and office talked to the end. */
  | { kind: "ended" }
  /** The citizen was told why, and the row is offered to the operator again, or waits at the head of the queue. */
  | { kind: "back" };

export function officeLegOf(run: TransferRun): string {
  return run.transfer.officeLeg ?? legIdOf(run.transfer.id);
}

/** The operator's leg; null once the office has taken its place in the row. */
export function operatorLegOf({ call, transfer }: TransferRun): string | null {
  return transfer.settledAt === null ? call.row.operatorChannelId : null;
}

export function isUp(run: TransferRun, leg: string | null): leg is string {
  return leg !== null && run.call.legs.get(leg) === "up";
}

export function legOf(run: TransferRun, party: Party): string | null {
  return party === "operator" ? operatorLegOf(run) : officeLegOf(run);
}

/** On the line, and not by a leg that its page has left behind. */
export function isOperatorHere(run: TransferRun): boolean {
  return run.transfer.operatorEnd === null && run.away.operator === null && isUp(run, operatorLegOf(run));
}

export function isOfficeHere(run: TransferRun): boolean {
  return run.away.office === null && isUp(run, officeLegOf(run));
}

/** The page of this phone was left a moment ago: as good as on the line. */
export function isAwaited(run: TransferRun, party: Party): boolean {
  const away = run.away[party];
  return away !== null && run.centre.clock.monotonicMs() < away.until;
}

export const bridgesOf = ({ call, transfer }: TransferRun) => ({
  /** Citizen and operator, as before the transfer. */
  talk: bridgeIdOf("talk", call.row.offerId ?? call.id),
  /** Music for whoever waits. */
  hold: bridgeIdOf("hold", transfer.id),
  /** With the office. */
  consult: bridgeIdOf("consult", transfer.id),
});

/** One transaction; waits while PostgreSQL is away, since what is written has happened or must not be done twice. */
export async function write<T>(run: TransferRun, work: (db: Queryable) => Promise<T>): Promise<T> {
  return persist(run.centre.log, () => inTransaction(run.centre.pool, work));
}

/**
 * The row first, then the switch. A command is done with the row, or a copy that takes over would carry it out a second
 * time and swap back. @throws CallReleased when the row is another copy's
 */
export async function moveTo(
  run: TransferRun,
  to: Exclude<TransferState, "ended" | "asked">,
  command: CallCommand | null = null,
): Promise<void> {
  const { id } = run.transfer;
  const { epoch } = run.centre.lease;
  const moved = await write(run, async (db) => {
    if (!(await moveTransfer(db, id, epoch, to)) && !(await standsAt(db, id, epoch, to))) return false;
    if (command) await settleCommand(db, command.id, true);
    return true;
  });
  if (!moved) throw new CallReleased();
  run.transfer = { ...run.transfer, state: to };
  if (to !== "joined") killPoint(`${to}_written`);
  run.call.throwIfLeft();
}

/** Notes once how the operator's leg ended, if it did: by a person's hand, or by accident, also when nobody saw it. */
export async function noteOperator(run: TransferRun): Promise<void> {
  const leg = operatorLegOf(run);
  if (run.transfer.operatorEnd !== null || leg === null || isUp(run, leg) || isAwaited(run, "operator")) return;
  const cause = run.call.legCauses.get(leg);
  const end = cause === undefined ? "lost" : operatorEndOf(cause);
  run.transfer = { ...run.transfer, operatorEnd: end };
  await write(run, (db) => noteOperatorEnd(db, run.transfer.id, run.centre.lease.epoch, end));
}

/** A command that has no meaning now; the one that asked for this very transfer was done by taking it up. */
export function settleOther(run: TransferRun, command: CallCommand): void {
  run.centre.commands.settle(command, command.args.transferId === run.transfer.id);
}
