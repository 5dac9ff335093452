import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { duePeriods } from "./report-period.ts";
import { insertScheduled, moveSchedule, readSchedules } from "./report-store.ts";

/**
 * Asks for every report that is due at `now` and was not asked for, those of periods missed while nothing ran too
 * (REQ 11). Each comes with its job in one transaction; a unique row for kind, agency and period makes it once,
 * whatever the number of copies and however often this is called.
 * @returns ids of the reports that this call asked for
 */
export async function enqueueDue(pool: Pool, now: Date): Promise<string[]> {
  const isDue = (schedule: Parameters<typeof moveSchedule>[1]) =>
    duePeriods(schedule.nextDay, schedule.rhythm, now).periods.length > 0;
  // Most ticks find nothing: they take no lock.
  if (!(await readSchedules(pool)).some(isDue)) return [];
  return inTransaction(pool, async (client) => {
    const asked: string[] = [];
    for (const schedule of await readSchedules(client, true)) {
      const { periods, nextDay } = duePeriods(schedule.nextDay, schedule.rhythm, now);
      if (periods.length === 0) continue;
      asked.push(...(await insertScheduled(client, schedule, periods)));
      await moveSchedule(client, schedule, nextDay);
    }
    return asked;
  });
}
