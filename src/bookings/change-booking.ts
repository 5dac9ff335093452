import { appendHistory, type HistoryKind } from "../cases/case-history-store.ts";
import { tellDesks } from "../cases/case-news-store.ts";
import type { CaseRecord } from "../cases/case-record.ts";
import { databaseNow, updateCase } from "../cases/case-store.ts";
import { actorOf, lockVisibleFamily } from "../cases/visibility/visible-case.ts";
import type { Clock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import type { SignedInPerson } from "../people/person.ts";
import { readAgenda } from "./agenda/agenda-store.ts";
import { noSuchAgenda } from "./agenda/save-agenda.ts";
import { type Booking, noSuchBooking, refusedBooking, refuseEnded } from "./booking.ts";
import { cancelBookingRow, confirmHold, putElsewhere, readBooking } from "./booking-store.ts";
import { bookableSlot, claimPlace, orAlternatives, refuseBeyondQuota } from "./claim-place.ts";
import { refuseUnfit } from "./hold-place.ts";

/**
 * The citizen said yes: the place is the citizen's, and the case may end as a booking (REQ 2, 9).
 * @throws rule_violated (not one's own draft, another reason), wrong_state (the hold ran out and the place is gone)
 */
export async function confirmBooking(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
): Promise<Booking> {
  return changing(pool, person, id, version, async (client, booking, record) => {
    refuseUnfit(record, person, booking);
    if (record.reason !== "booking") {
      throw refusedBooking("not_a_booking", "Il caso non è una prenotazione.", "Impostare il motivo Prenotazione.");
    }
    if (booking.state === "confirmed") return;
    await confirmHold(client, id);
    await updateCase(client, record.id, { bookedAt: databaseNow });
    await tell(client, person, record, "booked", { bookingId: id, agenda: booking.agendaName, at: booking.startsAt });
  });
}

/** To another slot of the same agenda; the old place is free at once. @throws taken_by_other with `alternatives` */
export async function moveBooking(
  pool: Pool,
  clock: Clock,
  person: SignedInPerson,
  id: string,
  version: number,
  startsAt: Date,
): Promise<Booking> {
  const found = await readBooking(pool, id);
  const agenda = found && (await readAgenda(pool, found.agendaId));
  if (!found) throw noSuchBooking();
  if (!agenda) throw noSuchAgenda();
  const slot = bookableSlot(agenda, startsAt, clock.now());
  const wanted = { agendaId: agenda.id, ...slot };
  return orAlternatives(pool, clock, agenda, startsAt, () =>
    changing(pool, person, id, version, async (client, booking, record) => {
      refuseOver(booking, clock);
      await refuseBeyondQuota(client, agenda, slot, id);
      await claimPlace(client, wanted, id, async (place) => {
        await putElsewhere(client, id, wanted, place);
        return true;
      });
      if (booking.state === "held") return;
      const data = { bookingId: id, agenda: booking.agendaName, from: booking.startsAt, at: startsAt };
      await tell(client, person, record, "booking_moved", data);
    }),
  );
}

/** The place is free at once; a draft is no booking any more. */
export async function cancelBooking(
  pool: Pool,
  clock: Clock,
  person: SignedInPerson,
  id: string,
  version: number,
): Promise<Booking> {
  return changing(pool, person, id, version, async (client, booking, record) => {
    refuseOver(booking, clock);
    await cancelBookingRow(client, id);
    if (booking.state === "held") return;
    if (record.status === "draft") await updateCase(client, record.id, { bookedAt: null });
    const data = { bookingId: id, agenda: booking.agendaName, at: booking.startsAt };
    await tell(client, person, record, "booking_cancelled", data);
  });
}

/** The case is locked before the booking, as everywhere, so that two never wait for each other. */
async function changing(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  change: (client: Queryable, booking: Booking, record: CaseRecord) => Promise<void>,
): Promise<Booking> {
  return inTransaction(pool, async (client) => {
    const seen = await readBooking(client, id);
    if (!seen) throw noSuchBooking();
    const { self } = await lockVisibleFamily(client, person, seen.caseId, null);
    const booking = (await readBooking(client, id, true))!;
    refuseEnded(booking, version);
    await change(client, booking, self);
    return (await readBooking(client, id))!;
  });
}

function refuseOver(booking: Booking, clock: Clock): void {
  if (booking.state === "held" || booking.startsAt > clock.now()) return;
  throw refusedBooking("booking_over", "L'appuntamento è già passato.", "Prenotarne uno nuovo.");
}

async function tell(
  client: Queryable,
  person: SignedInPerson,
  record: CaseRecord,
  kind: HistoryKind,
  data: Record<string, unknown>,
): Promise<void> {
  await appendHistory(client, record.id, actorOf(person), kind, data);
  await tellDesks(client, person.id, [{ kind: "case", caseId: record.id, what: kind }]);
}
