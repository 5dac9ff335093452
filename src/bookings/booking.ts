/**
 * A place of an agenda, kept for the citizen of one case (REQ 9).
 *
 *   held ──confirm (the case's operator, while the case is a draft)──► confirmed ──cancel──► cancelled
 *     ├────cancel───► cancelled                                           └──move──► confirmed, elsewhere
 *     ├────move─────► held, elsewhere
 *     └────time is up, and somebody else wants the place or an hour has passed──► expired
 *
 * A hold that ran out still can be confirmed as long as nobody has taken the place: its row is the place.
 */
import { AppError } from "../errors.ts";

export type BookingState = "held" | "confirmed" | "expired" | "cancelled";

export type Booking = {
  id: string;
  agendaId: string;
  agendaName: string;
  agencyId: string;
  serviceId: string;
  serviceName: string;
  caseId: string;
  caseNumber: number;
  state: BookingState;
  startsAt: Date;
  endsAt: Date;
  place: number;
  heldUntil: Date | null;
  confirmedAt: Date | null;
  where: string;
  bring: string;
  version: number;
};

export function isLive(booking: Booking): boolean {
  return booking.state === "held" || booking.state === "confirmed";
}

export function noSuchBooking(): AppError {
  return new AppError("not_found", "There is no such booking", { it: "Prenotazione inesistente." });
}

export function refusedBooking(refusal: string, it: string, insteadIt: string): AppError {
  return new AppError("rule_violated", "The booking is refused by a rule", { rule: "REQ 9", refusal, it, insteadIt });
}

/** @throws wrong_state when the booking has ended, stale_version when it was changed since it was read */
export function refuseEnded(booking: Booking, version: number): void {
  if (!isLive(booking)) {
    throw new AppError("wrong_state", "The booking has ended", {
      refusal: booking.state === "expired" ? "hold_expired" : "booking_ended",
      it: booking.state === "expired" ? "Il posto è stato preso da un altro." : "La prenotazione è stata annullata.",
      insteadIt: "Scegliere un altro orario.",
    });
  }
  if (booking.version === version) return;
  throw new AppError("stale_version", "The booking was changed meanwhile", {
    it: "La prenotazione è stata modificata nel frattempo.",
    insteadIt: "Rileggerla e ripetere.",
    extra: { currentVersion: booking.version, current: booking },
  });
}
