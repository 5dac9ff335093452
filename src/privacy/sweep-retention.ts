import { DateTime } from "luxon";
import type { Clock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { writeAudit } from "../people/person-store.ts";
import { forgetCases } from "./erase-citizen.ts";
import { eraseCitizens } from "./erasure-store.ts";
import type { Swept } from "./retention.ts";
import {
  casesPastTime,
  citizensPastTime,
  deleteOldBounces,
  deleteOldOperatorLog,
  deleteOldReportFiles,
} from "./retention-store.ts";

const batch = 200;

/**
 * Takes away what is past its time, in small transactions. Rows that another copy has in hand are skipped, so several
 * copies may do it at once.
 */
export async function sweepRetention(pool: Pool, goOn: () => boolean = () => true): Promise<Swept> {
  const swept: Swept = { cases: 0, citizens: 0, bounces: 0, reports: 0, operatorLog: 0 };
  swept.cases = await inBatches(pool, goOn, async (client) => {
    const ids = await casesPastTime(client, batch);
    await forgetCases(client, ids);
    return ids.length;
  });
  swept.citizens = await inBatches(pool, goOn, async (client) => {
    const ids = await citizensPastTime(client, batch);
    if (ids.length > 0) await eraseCitizens(client, ids);
    return ids.length;
  });
  await inTransaction(pool, async (client) => {
    swept.bounces = await deleteOldBounces(client);
    swept.reports = await deleteOldReportFiles(client);
    swept.operatorLog = await deleteOldOperatorLog(client);
    if (Object.values(swept).every((count) => count === 0)) return;
    await writeAudit(client, { personId: null, actor: "system:privacy", action: "retention.sweep", data: swept });
  });
  return swept;
}

/** Between one and five at night in Rome; asked every hour. */
export async function sweepAtNight(pool: Pool, clock: Clock): Promise<Swept | null> {
  const isNight = () => {
    const { hour } = DateTime.fromJSDate(clock.now(), { zone: "Europe/Rome" });
    return hour >= 1 && hour < 5;
  };
  return isNight() ? sweepRetention(pool, isNight) : null;
}

async function inBatches(
  pool: Pool,
  goOn: () => boolean,
  work: (client: Parameters<Parameters<typeof inTransaction>[1]>[0]) => Promise<number>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const done = goOn() ? await inTransaction(pool, work) : 0;
    total += done;
    if (done < batch) return total;
  }
}
