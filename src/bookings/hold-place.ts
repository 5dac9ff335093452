import { noSuchCase } from "../cases/case-errors.ts";
import type { CaseRecord } from "../cases/case-record.ts";
import { lockCase } from "../cases/case-store.ts";
import { refuseForeignDraft } from "../cases/moves/move-case.ts";
import type { Clock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { settleKey } from "../desk/request/idempotency-store.ts";
import type { IdempotentRequest } from "../desk/route.ts";
import type { SignedInPerson } from "../people/person.ts";
import type { Agenda } from "./agenda/agenda.ts";
import { readAgenda } from "./agenda/agenda-store.ts";
import { noSuchAgenda } from "./agenda/save-agenda.ts";
import { type Booking, refusedBooking } from "./booking.ts";
import { cancelBookingRow, insertHold, liveBookingOfCase, readBooking } from "./booking-store.ts";
import { bookableSlot, claimPlace, orAlternatives, refuseBeyondQuota } from "./claim-place.ts";

export type HoldWish = { agendaId: string; caseId: string; startsAt: Date };

/**
 * Keeps a place for the draft's citizen while operator and citizen talk; it runs out by itself (REQ 9). A case holds
 * one place: the next one gives the last one back.
 * @throws taken_by_other with `alternatives`, rule_violated
 */
export async function holdPlace(
  pool: Pool,
  clock: Clock,
  person: SignedInPerson,
  wish: HoldWish,
  idempotency: IdempotentRequest | null = null,
): Promise<Booking> {
  const agenda = await readAgenda(pool, wish.agendaId);
  if (!agenda) throw noSuchAgenda();
  const slot = bookableSlot(agenda, wish.startsAt, clock.now());
  const wanted = { agendaId: agenda.id, ...slot };
  return orAlternatives(pool, clock, agenda, wish.startsAt, () =>
    inTransaction(pool, async (client) => {
      // The first level, which books, sees every case (REQ 12).
      const record = await lockCase(client, wish.caseId);
      if (!record) throw noSuchCase();
      refuseUnfit(record, person, agenda);
      await giveBackHold(client, wish.caseId);
      await refuseBeyondQuota(client, agenda, slot, null);
      let id: string | null = null;
      await claimPlace(client, wanted, null, async (place) => {
        const hold = { caseId: wish.caseId, personId: person.id, seconds: agenda.holdSeconds };
        id = await insertHold(client, wanted, place, hold);
        return id !== null;
      });
      const booking = (await readBooking(client, id!))!;
      // A lost answer to COMMIT must not take a second place (FAULTS F28).
      if (idempotency) await settleKey(client, idempotency, 201, booking);
      return booking;
    }),
  );
}

/** The draft is the operator's own and its service is the agenda's (REQ 2, Prenotazione). */
export function refuseUnfit(record: CaseRecord, person: SignedInPerson, agenda: Pick<Agenda, "serviceId">): void {
  refuseForeignDraft(record, person);
  if (record.status !== "draft") {
    throw refusedBooking(
      "booking_needs_draft",
      "Si prenota durante la chiamata, sul caso in bozza.",
      "Aprire un nuovo caso.",
    );
  }
  if (record.serviceId === agenda.serviceId) return;
  throw refusedBooking(
    "booking_other_service",
    "L'agenda appartiene a un altro servizio rispetto al caso.",
    "Scegliere prima la scheda del servizio da prenotare.",
  );
}

async function giveBackHold(client: Queryable, caseId: string): Promise<void> {
  const before = await liveBookingOfCase(client, caseId);
  if (before?.state === "confirmed") {
    throw refusedBooking("booking_exists", "Il caso ha già una prenotazione.", "Spostare quella esistente.");
  }
  if (before) await cancelBookingRow(client, before.id);
}
