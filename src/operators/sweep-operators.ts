import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { lostDeskSeconds } from "./operator.ts";
import { endDueWrapUps, isAnythingDue, recordStates, sendLostDesksOffline, wakeQueue } from "./operator-store.ts";

export type OperatorSweep = { wrapUpsEnded: number; sentOffline: number };

/**
 * Once a second in each copy (STYLE 9): ends wrap-ups that are due and sends desks offline whose page has been away
 * for 45 s. Conditional updates, so two copies at once do it once. `now` is for tests; null is the database's clock.
 */
export async function sweepOperators(pool: Pool, now: Date | null = null): Promise<OperatorSweep> {
  if (!(await isAnythingDue(pool, now, lostDeskSeconds))) return { wrapUpsEnded: 0, sentOffline: 0 };
  return inTransaction(pool, async (client) => {
    const ended = await endDueWrapUps(client, now);
    const offline = await sendLostDesksOffline(client, now, lostDeskSeconds);
    await recordStates(client, [...new Set([...ended, ...offline])]);
    if (ended.length > 0) await wakeQueue(client);
    return { wrapUpsEnded: ended.length, sentOffline: offline.length };
  });
}
