import { CallReleased } from "../calls/live-call.ts";
import { appendHistory } from "../cases/case-history-store.ts";
import { tellDesks } from "../cases/case-news-store.ts";
import { lockFamily, takeIfFree } from "../cases/case-store.ts";
import { moveLocked } from "../cases/moves/move-case.ts";
import type { Queryable } from "../database/pool.ts";
import { isAppError } from "../errors.ts";
import { loginOf } from "../people/person-store.ts";
import { killPoint } from "./kill-points.ts";
import { arrangeLegs } from "./legs/arrange-legs.ts";
import { type TransferRun, write } from "./transfer-run.ts";
import { moveTransfer, standsAt } from "./transfer-store.ts";

/**
 * Citizen and office together. Voice and case move in one transaction or neither does (REQ 3.4): the case becomes
 * Trasferito, and answering is taking charge. False when the case's rules refuse: then nobody is joined.
 * The switchboard's direct transfer moves no case (REQ 7.2).
 * @throws CallReleased, CallerLeft
 */
export async function handOver(run: TransferRun): Promise<boolean> {
  const { transfer, centre, call } = run;
  try {
    await write(run, async (db) => {
      const joined = await moveTransfer(db, transfer.id, centre.lease.epoch, "joined");
      if (!joined && (await standsAt(db, transfer.id, centre.lease.epoch, "joined"))) return;
      if (!joined) throw new CallReleased();
      if (transfer.kind !== "blind") await moveToOffice(db, run);
    });
  } catch (error) {
    if (!isAppError(error, "rule_violated")) throw error;
    centre.log.info({ callId: call.id, rule: error.details.refusal }, "the case may not be transferred now");
    return false;
  }
  run.transfer = { ...transfer, state: "joined", joinedMs: 0 };
  killPoint("joined_written");
  call.throwIfLeft();
  await arrangeLegs(run, "joined");
  killPoint("joined_arranged");
  return true;
}

async function moveToOffice(db: Queryable, { transfer }: TransferRun): Promise<void> {
  const { caseId, operatorId, personId, checkAgeSeconds } = transfer;
  const family = await lockFamily(db, caseId);
  if (!family) throw new CallReleased();
  const operator = { personId: operatorId, name: (await loginOf(db, operatorId)) ?? "operator" };
  const moved = await moveLocked(
    db,
    { actor: operator, roles: ["operator"], officeIds: [] },
    family,
    { to: "transferred" },
    { citizenWithOffice: true, positiveAvailabilityCheckAgeSeconds: checkAgeSeconds },
  );
  if (personId !== null && (await takeIfFree(db, caseId, personId))) {
    const taker = { personId, name: (await loginOf(db, personId)) ?? "office" };
    await appendHistory(db, caseId, taker, "taken", { level: "office", transferId: transfer.id });
  }
  await tellDesks(db, operatorId, moved.news);
}
