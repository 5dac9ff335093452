import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Booking } from "./booking.ts";

/**
 * The booking as a calendar file (RFC 5545), times in UTC so that no reader needs our time zone. It names service,
 * place and case number, never the citizen: people forward such files.
 */
export function calendarFile(booking: Booking, publicUrl: string | null): string {
  const calendar = ical({
    prodId: { company: "055055", product: "prenotazioni", language: "IT" },
    method: ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: `${booking.id}@${publicUrl ? new URL(publicUrl).hostname : "055055"}`,
    sequence: booking.version - 1,
    start: booking.startsAt,
    end: booking.endsAt,
    summary: `${booking.serviceName}: ${booking.agendaName}`,
    location: booking.where || null,
    description: [booking.bring && `Portare: ${booking.bring}`, `Pratica 055055 n. ${booking.caseNumber}`]
      .filter(Boolean)
      .join("\n"),
    status: booking.state === "confirmed" ? ICalEventStatus.CONFIRMED : ICalEventStatus.CANCELLED,
  });
  return calendar.toString();
}
