import { appendHistory } from "../../cases/case-history-store.ts";
import { tellDesks } from "../../cases/case-news-store.ts";
import { lockCase, updateCase } from "../../cases/case-store.ts";
import { type AttemptOutcome, insertAttempt } from "../../cases/handling/attempt-store.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Queryable } from "../../database/pool.ts";
import { hangUpQuietly } from "../../queue/offer-call.ts";
import type { CallCentre } from "../call-centre.ts";
import type { LiveCall } from "../live-call.ts";
import { persist } from "../persist.ts";
import { endOutboundCall, type OutboundResult, readDialled } from "./outbound-call-store.ts";

/** An operator who gives up later than this has let it ring: nobody answered. */
const tryMs = 10_000;

/** Both legs down, then the row; the try to reach the citizen is logged in the same transaction (REQ 4). */
export async function endOutbound(
  call: LiveCall,
  { result, cause }: { result: OutboundResult; cause: number | null },
  centre: CallCentre,
): Promise<void> {
  for (const leg of [...call.legs.keys()]) {
    if (call.legs.get(leg) !== "gone") await hangUpQuietly(call, leg, centre);
  }
  const { epoch } = centre.lease;
  const talked = call.row.talkAt !== null;
  const outcome = talked ? "answered" : result === "interrupted" ? "system_failure" : "not_reached";
  await persist(centre.log, () =>
    inTransaction(centre.pool, async (db) => {
      const dialled = await readDialled(db, call.id);
      const by = await endOutboundCall(db, call.id, epoch, { outcome, result, cause, wrapUp: talked });
      if (!by || !dialled?.caseId) return;
      const attempt = attemptOf(result, by.rangMs);
      if (attempt) await logAttempt(db, call.id, dialled.caseId, { personId: by.personId, name: by.login }, attempt);
    }),
  );
  centre.dispatcher.nudge();
}

/** Null: nobody was tried. A person who hangs up at once has not tried (REQ 4: a failed attempt counts). */
export function attemptOf(result: OutboundResult, rangMs: number): AttemptOutcome | null {
  switch (result) {
    case "answered":
      return "reached";
    case "withdrawn":
      return rangMs >= tryMs ? "no_answer" : null;
    case "operator_unreachable":
    case "interrupted":
      return null;
    default:
      return result;
  }
}

/** Attempts live on the parent only (REQ 2). */
async function logAttempt(
  db: Queryable,
  callId: string,
  caseId: string,
  actor: { personId: string; name: string },
  outcome: AttemptOutcome,
): Promise<void> {
  const called = await lockCase(db, caseId);
  if (!called) return;
  const self = called.parentId === null ? called : await lockCase(db, called.parentId);
  if (!self) return;
  const attempt = { channel: "phone" as const, outcome, note: null, nextAttemptAt: null, callId };
  const { id } = await insertAttempt(db, self.id, actor, attempt);
  if (self.closedAt === null) await updateCase(db, self.id, { nextAttemptAt: self.nextAttemptAt });
  await appendHistory(db, self.id, actor, "attempt", { id, outcome, channel: "phone", callId });
  // The one who called sees it too: the page did not write it.
  await tellDesks(db, null, [{ kind: "case", caseId: self.id, what: "attempt" }]);
}
