import type { Clock } from "../clock.ts";
import { isExclusionViolation } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError, isAppError } from "../errors.ts";
import type { Agenda } from "./agenda/agenda.ts";
import { addDays, dayOf, isBookable, midnightOf, type Slot, slotAt, weekOf } from "./agenda/slots.ts";
import { refusedBooking } from "./booking.ts";
import { countBookings, expireHolds, freePlace, lockQuota, type WantedPlace } from "./booking-store.ts";
import { alternativesTo } from "./free-slots.ts";

/** The slot that was asked for. @throws rule_violated when the agenda has none then, or it may not be booked now */
export function bookableSlot(agenda: Agenda, startsAt: Date, now: Date): Slot {
  const slot = agenda.disabled ? null : slotAt(agenda, startsAt);
  if (!slot) {
    throw refusedBooking(
      "no_such_slot",
      "L'agenda non ha un appuntamento a quest'ora.",
      "Scegliere un orario dall'elenco.",
    );
  }
  if (isBookable(agenda, startsAt, now)) return slot;
  throw refusedBooking(
    "slot_not_bookable",
    `Si prenota da ${agenda.noticeHours} ore a ${agenda.horizonDays} giorni prima.`,
    "Scegliere un altro giorno.",
  );
}

/** Checked under a lock, so that the last of a quota is taken once. @throws taken_by_other */
export async function refuseBeyondQuota(
  db: Queryable,
  agenda: Agenda,
  slot: Slot,
  butId: string | null,
): Promise<void> {
  if (agenda.dayQuota === null && agenda.weekQuota === null) return;
  await lockQuota(db, agenda.id);
  const day = dayOf(slot.startsAt);
  const week = weekOf(day);
  const limits = [
    { quota: agenda.dayQuota, from: day, to: addDays(day, 1) },
    { quota: agenda.weekQuota, from: week, to: addDays(week, 7) },
  ];
  for (const { quota, from, to } of limits) {
    if (quota === null) continue;
    const count = await countBookings(db, agenda.id, midnightOf(from), midnightOf(to), butId);
    if (count >= quota) throw placeTaken("quota_reached", "I posti prenotabili per quel periodo sono esauriti.");
  }
}

/**
 * Tries the free places one by one until the database gives one: what two see free at once, one gets (REQ 9).
 * @param take writes the row; false when somebody else was faster. @throws taken_by_other when none is left
 */
export async function claimPlace(
  db: Queryable,
  wanted: WantedPlace,
  butId: string | null,
  take: (place: number) => Promise<boolean>,
): Promise<void> {
  // Each lost race means that one place more is taken.
  for (let attempt = 0; attempt <= wanted.places; attempt++) {
    const free = await freePlace(db, wanted, butId);
    if (free === null) break;
    if (free.stale) await expireHolds(db, wanted, free.place, butId);
    if (await take(free.place)) return;
  }
  throw placeTaken("slot_taken", "Il posto è stato appena preso.");
}

function placeTaken(refusal: string, it: string): AppError {
  return new AppError("taken_by_other", "No place is left in this slot", {
    rule: "REQ 9",
    refusal,
    it,
    insteadIt: "Proporre uno degli orari liberi più vicini.",
  });
}

/** Does the work, and tells the loser what is free instead; a place lost at the last moment is asked for again. */
export async function orAlternatives<T>(
  pool: Pool,
  clock: Clock,
  agenda: Agenda,
  startsAt: Date,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (isExclusionViolation(error) && attempt <= agenda.places) continue;
      const lost = isExclusionViolation(error) ? placeTaken("slot_taken", "Il posto è stato appena preso.") : error;
      if (!isAppError(lost, "taken_by_other")) throw lost;
      const alternatives = await alternativesTo(pool, clock, agenda, startsAt);
      throw new AppError("taken_by_other", lost.message, {
        ...lost.details,
        extra: { ...lost.details.extra, alternatives },
      });
    }
  }
}
