import { v7 as uuid } from "uuid";
import { bridgeIdOf } from "../asterisk/wire-names.ts";
import type { CallCentre } from "../calls/call-centre.ts";
import { speak } from "../calls/flow-caller.ts";
import { CallReleased, type LiveCall } from "../calls/live-call.ts";
import { appendHistory } from "../cases/case-history-store.ts";
import { lockCase } from "../cases/case-store.ts";
import { cancelDraftBySystem } from "../cases/moves/cancel-draft-store.ts";
import { systemActor } from "../cases/visibility/visible-case.ts";
import type { Queryable } from "../database/pool.ts";
import { promptMedia } from "../ivr/prompts.ts";
import { noteOfficeAnswer } from "./availability/availability-store.ts";
import { killPoint } from "./kill-points.ts";
import { arrangeTalk, hangUpOffice, takeCitizenOut } from "./legs/arrange-legs.ts";
import { forgetPage, watchPages } from "./page-return.ts";
import { backToQueueHead, recallOperator } from "./return-store.ts";
import { isFailure, officeAnswerOf, promptOf, type TransferResult } from "./transfer.ts";
import { bridgesOf, isAwaited, isOperatorHere, type TransferEnd, type TransferRun, write } from "./transfer-run.ts";
import { endTransfer } from "./transfer-store.ts";

/**
 * It did not come to a talk with the office: the citizen is back with the operator, who is told why on the page; with
 * an operator who hung up by hand, by a call to the same phone; else at the head of the queue. Whoever is not told by
 * the operator is told by a prompt (REQ 3.4).
 * @throws CallerLeft, CallReleased
 */
export async function giveBack(run: TransferRun, result: TransferResult, cause: number | null): Promise<TransferEnd> {
  await hangUpOffice(run);
  await watchPages(run);
  forgetPage(run, "office");
  // A page that is being reloaded is waited for where the two talk (page-away.ts).
  const here = isOperatorHere(run) || isAwaited(run, "operator");
  const recalled = here ? null : await endAndReturn(run, result, cause);
  if (!here) return tellAndReturn(run, result, recalled);
  await end(run, result, cause);
  killPoint("ended_written");
  run.call.throwIfLeft();
  await arrangeTalk(run);
  const { operator: away } = run.away;
  if (away) return { kind: "with_operator", away };
  // Who hangs up in this very moment did not know that the citizen is back (talk.ts).
  run.call.returnedAt = run.centre.clock.monotonicMs();
  return { kind: "with_operator" };
}

/** The citizen hung up: the office's leg ends; the rest of the call is ended where it always is. */
export async function citizenLeft(run: TransferRun): Promise<void> {
  await hangUpOffice(run);
  const joined = run.transfer.state === "joined";
  await write(run, async (db) => {
    await endRows(db, run, joined ? "completed" : "citizen_left", null);
    // REQ 7.2: who hangs up while it rings abandoned the request.
    if (run.transfer.kind === "blind" && !joined) {
      await cancelDraftBySystem(db, run.transfer.caseId, "abandoned", "system:transfers");
    }
  });
}

/** Citizen and office hung up after their talk. */
export async function complete(run: TransferRun): Promise<TransferEnd> {
  await end(run, "completed", null);
  return { kind: "ended" };
}

/** The operator hung up right after the citizen came back: the phone rings again. Null: nobody to ring. */
export async function recallAfterReturn(call: LiveCall, centre: CallCentre): Promise<TransferEnd | null> {
  const { personId } = call.row;
  if (personId === null) return null;
  const wish = { callId: call.id, epoch: centre.lease.epoch, offerId: uuid(), personId, reason: "returned" };
  const talkBridge = bridgeIdOf("talk", call.row.offerId ?? call.id);
  const offer = await recallOperator(centre.pool, wish);
  if (!offer) return null;
  call.row = { ...call.row, state: "offered", offerId: offer.id, operatorChannelId: null, held: false, muted: false };
  await takeCitizenOut({ call, centre }, [talkBridge]);
  await speak(call, promptMedia("back-to-operator", call.row.language), centre);
  call.offer(offer);
  return { kind: "back" };
}

type Recalled = Awaited<ReturnType<typeof recallOperator>>;

/** One transaction: there is no moment in which the call is in nobody's hands. */
async function endAndReturn(run: TransferRun, result: TransferResult, cause: number | null): Promise<Recalled> {
  const { call, centre, transfer } = run;
  const { epoch } = centre.lease;
  const wish = { callId: call.id, epoch, offerId: uuid(), personId: transfer.operatorId, reason: result };
  return write(run, async (db) => {
    await endRows(db, run, result, cause);
    const byHand = transfer.operatorEnd === "hung_up" && transfer.settledAt === null;
    const offer = byHand ? await recallOperator(db, wish) : null;
    if (!offer && !(await backToQueueHead(db, call.id, epoch, result))) throw new CallReleased();
    return offer;
  });
}

async function tellAndReturn(run: TransferRun, result: TransferResult, offer: Recalled): Promise<TransferEnd> {
  const { call, centre } = run;
  const { hold, consult, talk } = bridgesOf(run);
  const freed = { operatorChannelId: null, held: false, muted: false };
  call.row = offer
    ? { ...call.row, ...freed, state: "offered", offerId: offer.id }
    : { ...call.row, ...freed, state: "waiting", offerId: null, personId: null };
  killPoint("recalled_written");
  call.throwIfLeft();
  await takeCitizenOut(run, [hold, consult, talk]);
  const { language } = call.row;
  const first = run.transfer.operatorEnd === "lost" && result === "operator_left" ? "operator-lost" : promptOf(result);
  const second = offer ? "back-to-operator" : first === "operator-lost" ? null : "back-to-queue";
  const media = [first, second].flatMap((prompt) => (prompt ? promptMedia(prompt, language) : []));
  await speak(call, media, centre);
  if (offer) call.offer(offer);
  return { kind: "back" };
}

async function end(run: TransferRun, result: TransferResult, cause: number | null): Promise<void> {
  await write(run, (db) => endRows(db, run, result, cause));
}

/** Row, case history and the office's statistics as one. */
async function endRows(db: Queryable, run: TransferRun, result: TransferResult, cause: number | null): Promise<void> {
  const { transfer, centre } = run;
  const { caseId, officeId, personId, callId, kind } = transfer;
  if (!(await endTransfer(db, transfer.id, centre.lease.epoch, result, cause))) return;
  if (kind !== "blind" && isFailure(result) && (await lockCase(db, caseId))) {
    const data = { transferId: transfer.id, kind, result, cause, officeId };
    await appendHistory(db, caseId, systemActor("transfers"), "transfer_failed", data);
  }
  const answer = officeAnswerOf(result, transfer.state === "joined");
  if (officeId !== null && answer) await noteOfficeAnswer(db, { officeId, personId, callId, outcome: answer });
}
