import type { Pool } from "../../database/pool.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { Sending } from "../message.ts";
import {
  enqueueSending,
  openAtProvider,
  providerIdsTo,
  readSending,
  requeueSending,
  unknownToReconcile,
} from "../outbox/outbox-store.ts";
import { applyStatus } from "./apply-status.ts";
import { bodyOf } from "./sms-store.ts";
import type { CarrierMessage, SmsCarrier } from "./twilio-carrier.ts";

export type ReconcileTiming = {
  /** Between two looks for the same message. */
  pauseMs: number;
  /** Before this age a message that the list lacks may still come into being; longer than any claim. */
  quietMs: number;
};

export const reconcileTiming: ReconcileTiming = { pauseMs: 60_000, quietMs: 5 * 60_000 };

/** Our clock and the carrier's may differ by so much. */
const skewMs = 60_000;

type Deps = { pool: Pool; log: Logger; carrier: SmsCarrier };

/**
 * Asks the carrier about each SMS whose outcome is unknown (REQ 5.4): found, its id and state are taken over; surely
 * absent, it goes back to the queue; in between it stays unknown. A carrier that can not be asked changes nothing.
 */
export async function reconcileUnknown(deps: Deps, timing: ReconcileTiming = reconcileTiming): Promise<void> {
  for (const id of await unknownToReconcile(deps.pool, timing.pauseMs, 20)) {
    try {
      await reconcileOne(deps, id, timing);
    } catch (error) {
      deps.log.warn({ reason: errorText(error) }, "the carrier could not be asked about an SMS");
    }
  }
}

async function reconcileOne({ pool, log, carrier }: Deps, id: string, timing: ReconcileTiming): Promise<void> {
  const sending = await readSending(pool, id);
  if (sending?.state !== "unknown" || !sending.claimedAt || !sending.claimId) return;
  // The age before the look: what came into being meanwhile would be in the list.
  const age = Date.now() - sending.claimedAt.getTime();
  const found = await lookFor(pool, carrier, sending);
  if (found) {
    await applyStatus(pool, log, { ...found, sendingId: sending.id });
  } else if (age > timing.quietMs && (await requeueSending(pool, id, sending.claimId, 0, null))) {
    log.info({ sendingId: id }, "the carrier has nothing of an SMS: it is sent again");
    await enqueueSending(pool, id);
  }
}

/**
 * By number and text, not by DateSent: a message that still waits at the carrier has none and would look absent. The
 * oldest that no other sending of ours owns.
 */
async function lookFor(pool: Pool, carrier: SmsCarrier, sending: Sending): Promise<CarrierMessage | null> {
  const body = await bodyOf(pool, sending.messageId);
  const listed = await carrier.listTo(sending.toAddress);
  const known = new Set(await providerIdsTo(pool, sending.toAddress));
  const since = sending.claimedAt!.getTime() - skewMs;
  const candidates = listed
    .filter((one) => one.body === body && !known.has(one.sid) && one.createdAt.getTime() >= since)
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return candidates[0] ?? null;
}

/** Nightly: the carrier is asked about every SMS whose end it never told (REQ 5.4). @returns how many were asked */
export async function reconcileOpen({ pool, log, carrier }: Deps): Promise<number> {
  let asked = 0;
  for (;;) {
    const sendings = await openAtProvider(pool, 50);
    if (sendings.length === 0) return asked;
    for (const sending of sendings) {
      asked++;
      try {
        const told = await carrier.find(sending.providerId!);
        if (told) await applyStatus(pool, log, { ...told, sendingId: null });
      } catch (error) {
        log.warn({ reason: errorText(error) }, "the carrier could not be asked about an SMS");
      }
    }
  }
}
