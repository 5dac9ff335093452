import { expireForgottenHolds } from "./bookings/booking-store.ts";
import { endUnownedBefore } from "./calls/call-record-store.ts";
import { importCallRecords } from "./calls/import-call-records.ts";
import type { PhoneWatch } from "./calls/phone-watch.ts";
import type { SwitchLinks } from "./calls/switch-links.ts";
import { sweepCancelRequests } from "./cases/children/sweep-cancel-requests.ts";
import type { Clock } from "./clock.ts";
import type { Pool } from "./database/pool.ts";
import { forgetOldEvents } from "./desk/desk-feed-store.ts";
import { forgetOldKeys } from "./desk/request/idempotency-store.ts";
import { errorText } from "./errors.ts";
import type { InvariantWatch } from "./invariants/watch-invariants.ts";
import { forgetOldSearches } from "./knowledge/search/card-search-store.ts";
import type { Logger } from "./log.ts";
import { revokeWebPhones } from "./operators/seats/issue-web-phone.ts";
import { sweepOperators } from "./operators/sweep-operators.ts";
import { sealAudit } from "./people/audit/audit-chain-store.ts";
import { forgetOldAttempts } from "./people/sign-in/sign-in-store.ts";
import { sweepAtNight } from "./privacy/sweep-retention.ts";
import { AvailabilityWatch } from "./transfers/availability/watch-availability.ts";

export type Housekeeping = { stop(): Promise<void> };

/** What every copy looks after on the side: each part is a conditional update, so several copies do it once. */
export function startHousekeeping(deps: {
  pool: Pool;
  cdrDir: string | null;
  links: SwitchLinks;
  phones: PhoneWatch;
  invariants: InvariantWatch;
  clock: Clock;
  log: Logger;
}): Housekeeping {
  const { pool, cdrDir, links, phones, invariants, clock, log } = deps;
  const availability = new AvailabilityWatch({ pool, clock });
  const stops = [
    every(1_000, "operators", log, () => sweepOperators(pool)),
    every(5_000, "phones of pages", log, () => revokeWebPhones(pool, (account) => phones.writePassword(account))),
    every(2_000, "availability", log, () => availability.look()),
    every(60_000, "invariants", log, () => invariants.check()),
    every(60_000, "cancel requests", log, () => sweepCancelRequests(pool, clock)),
    every(60_000, "held places", log, () => expireForgottenHolds(pool)),
    every(5_000, "audit chain", log, () => sealAudit(pool)),
    every(3_600_000, "retention", log, () => sweepAtNight(pool, clock)),
    every(3_600_000, "old rows", log, async () => {
      await forgetOldEvents(pool);
      await forgetOldKeys(pool);
      await forgetOldAttempts(pool);
      await forgetOldSearches(pool);
    }),
  ];
  if (cdrDir !== null) {
    const startedAt = (id: string) => {
      const started = links.own().find(({ asteriskId }) => asteriskId === id)?.asteriskStartedAt;
      return started ? new Date(started) : null;
    };
    stops.push(every(2_000, "call records", log, () => importCallRecords(pool, cdrDir, clock.now(), startedAt)));
    stops.push(
      every(3_000, "parachute", log, async () => {
        for (const link of links.own()) {
          const { asteriskId, asteriskStartedAt } = link;
          if (asteriskId && asteriskStartedAt) await endUnownedBefore(pool, asteriskId, new Date(asteriskStartedAt));
        }
      }),
    );
  }
  const stop = async () => {
    for (const stopOne of stops) stopOne();
    await invariants.stop();
  };
  return { stop };
}

/** Runs `work` again and again, never twice at once; what fails is tried again next time. */
function every(pauseMs: number, what: string, log: Logger, work: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | null = setTimeout(run, pauseMs);
  async function run(): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn({ reason: errorText(error), what }, "housekeeping not done");
    }
    if (timer) timer = setTimeout(run, pauseMs);
  }
  return () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
}
