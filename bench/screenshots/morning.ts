import { createPool, type Pool } from "../../src/database/pool.ts";
import { silentLogger } from "../../src/log.ts";
import type { CaseWorld } from "../../test/support/cases.ts";
import { pastCall } from "../../test/support/reports.ts";

type Services = Awaited<ReturnType<typeof readServices>>;

const reasons = ["information", "information", "information", "complaint", "booking", "case_status"] as const;
const slots = 11;
const perSlot = 9;
const slotMs = 1_800_000;

/** Five hours of calls that are over, each with its contact and case, so that the day's pictures show a day. */
export async function liveMorning(url: string): Promise<void> {
  const pool = createPool(url, "web", 2, silentLogger);
  try {
    const services = await readServices(pool);
    const { rows } = await pool.query("select id from people where login = 'bruno'");
    const began = await beginning(pool);
    for (let n = 0; n < slots * perSlot; n++) {
      const at = new Date(began.getTime() + Math.floor(n / perSlot) * slotMs + (n % perSlot) * 180_000);
      if (at.getTime() > Date.now() - 300_000) break;
      await oneCall(pool, rows[0].id, services, n, at);
    }
  } finally {
    await pool.end();
  }
}

/** Never before midnight in Rome: those would be calls of yesterday. */
async function beginning(pool: Pool): Promise<Date> {
  const { rows } = await pool.query<{ at: Date }>(
    `select greatest(date_trunc('day', now() at time zone 'Europe/Rome') at time zone 'Europe/Rome',
      date_trunc('hour', now()) - interval '5 hours') as at`,
  );
  return rows[0]!.at;
}

async function readServices(pool: Pool) {
  const { rows } = await pool.query<{ id: string; agencyId: string; departmentId: string; officeId: string }>(
    `select id, agency_id as "agencyId", department_id as "departmentId", office_id as "officeId" from services
    where office_id is not null and accepts_information order by id limit 40`,
  );
  return rows;
}

async function oneCall(pool: Pool, operatorId: string, services: Services, n: number, at: Date): Promise<void> {
  const service = services[(n * 7) % services.length]!;
  // A busy hour in the middle: waits grow, some hang up.
  const busy = Math.exp(-(((n / perSlot - 6) / 2) ** 2));
  const left = busy > 0.6 && n % 5 === 0;
  const wait = left ? null : Math.round(4 + ((n * 13) % 9) + busy * 55 * (0.4 + ((n * 29) % 10) / 10));
  const world = { pool, anna: { id: operatorId } } as CaseWorld;
  await pastCall(world, {
    ...{ at: at.toISOString(), service, wait, reason: reasons[n % reasons.length]! },
    ...(left ? { status: "cancelled" } : {}),
  });
}
