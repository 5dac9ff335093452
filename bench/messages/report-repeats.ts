import { systemClock } from "../../src/clock.ts";
import { createPool } from "../../src/database/pool.ts";
import { silentLogger } from "../../src/log.ts";
import { enqueueDue } from "../../src/reports/enqueue-due.ts";
import { startReports } from "../../src/reports/start-reports.ts";
import type { MessageScene } from "./message-scene.ts";
import type { MessageTally } from "./message-tally.ts";

const dayMs = 86_400_000;
const makeMs = 120_000;

/** Twenty ticks at once, twice, and three copies that make what is due: each period once. @returns checks */
export async function repeatedReports(scene: MessageScene, tally: MessageTally): Promise<number> {
  const pools = [1, 2, 3].map(() => createPool(scene.database.url, "reports", 6, silentLogger));
  const later = new Date(Date.now() + 8 * dayMs);
  const options = { mail: null, publicUrl: null, clock: systemClock, log: silentLogger, sweepMs: 500 };
  const ticks = () => Promise.all(Array.from({ length: 20 }, (_, n) => enqueueDue(pools[n % 3]!, later)));
  await ticks();
  const copies = await Promise.all(pools.map((pool) => startReports({ ...options, pool })));
  try {
    await ticks();
    for (const limit = Date.now() + makeMs; Date.now() < limit; ) {
      const { rows } = await scene.sql("select count(*)::int as n from reports where state in ('queued', 'making')");
      if (rows[0]?.n === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { rows } = await scene.sql(
      `select count(*)::int as made, (select coalesce(sum(n - 1), 0)::int from (select count(*) as n from reports
          group by kind, agency_id, period_from, period_to) g)
        + (select coalesce(sum(n - 1), 0)::int from (select count(*) as n from report_files
          group by report_id, agency_id, office_id, format) f) as twice
      from reports where state = 'made'`,
    );
    tally.reports_made_twice += Number(rows[0]?.twice);
    return Number(rows[0]?.made);
  } finally {
    await Promise.all(copies.map((copy) => copy.stop()));
    await Promise.all(pools.map((pool) => pool.end()));
  }
}
