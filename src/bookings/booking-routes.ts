import { z } from "zod";
import { visibleCase } from "../cases/visibility/visible-case.ts";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { answered, defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { isReferentOf } from "../knowledge/cards/card.ts";
import { auditShownCitizens } from "../people/audit/audit-store.ts";
import { hasRole, type SignedInPerson } from "../people/person.ts";
import { agendaRoutes } from "./agenda/agenda-routes.ts";
import { readAgenda } from "./agenda/agenda-store.ts";
import { noSuchAgenda } from "./agenda/save-agenda.ts";
import { addDays, midnightOf, slotAt } from "./agenda/slots.ts";
import { type Booking, noSuchBooking } from "./booking.ts";
import { bookingsOfCase, confirmedBookings, readBooking } from "./booking-store.ts";
import { calendarFile } from "./calendar-file.ts";
import { cancelBooking, confirmBooking, moveBooking } from "./change-booking.ts";
import { holdPlace } from "./hold-place.ts";

const byId = z.object({ id: z.uuid() });
const time = z.iso.datetime();
const booking = z.object({
  id: z.uuid(),
  agendaId: z.uuid(),
  agendaName: z.string(),
  agencyId: z.uuid(),
  serviceId: z.uuid(),
  serviceName: z.string(),
  caseId: z.uuid(),
  caseNumber: z.int(),
  state: z.enum(["held", "confirmed", "expired", "cancelled"]),
  startsAt: time,
  endsAt: time,
  place: z.int(),
  heldUntil: time.nullable(),
  confirmedAt: time.nullable(),
  where: z.string(),
  bring: z.string(),
  version: z.int(),
});
const expected = booking.extend({
  citizen: z.object({ firstName: z.string().nullable(), lastName: z.string().nullable() }).nullable(),
  /** The agenda has no slot at this time any more: the citizen is to be told. */
  offAgenda: z.boolean(),
});

/** Agendas, free slots and bookings (REQ 9). `publicUrl` names the program in calendar files. */
export function bookingRoutes(deps: { pool: Pool; clock: Clock; publicUrl: string | null }): Route[] {
  const { pool, clock } = deps;
  return [...agendaRoutes(pool, clock), ...readRoutes(pool, deps.publicUrl), ...writeRoutes(pool, clock)];
}

function readRoutes(pool: Pool, publicUrl: string | null): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/agendas/:id/bookings",
        permission: "agenda.read",
        summary: "Who comes, from one day to another (at most 62), by time",
        params: byId,
        query: z.object({ from: z.iso.date(), to: z.iso.date() }),
        response: z.object({ items: z.array(expected), nextCursor: z.null() }),
      },
      async ({ params, query, person }) => {
        const agenda = await readAgenda(pool, params.id);
        if (!agenda || !seesBookings(person, agenda)) throw noSuchAgenda();
        if (addDays(query.from, 61) < query.to) throw new AppError("invalid_form", "At most 62 days at once");
        const found = await confirmedBookings(
          pool,
          params.id,
          midnightOf(query.from),
          midnightOf(addDays(query.to, 1)),
        );
        const shown = found.flatMap(({ citizenId }) => citizenId ?? []);
        await auditShownCitizens(pool, person, shown, "bookings");
        const items = found.map(({ citizenId: _, ...one }) => ({
          ...one,
          offAgenda: slotAt(agenda, one.startsAt) === null,
        }));
        return { items, nextCursor: null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/bookings",
        permission: "case.read",
        summary: "The bookings of a case, newest first",
        params: byId,
        response: z.object({ items: z.array(booking), nextCursor: z.null() }),
      },
      async ({ params, person }) => {
        await visibleCase(pool, person, params.id);
        return { items: await bookingsOfCase(pool, params.id), nextCursor: null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/bookings/:id",
        permission: "agenda.read",
        summary: "One booking",
        params: byId,
        response: booking,
      },
      ({ params, person }) => visibleBooking(pool, person, params.id),
    ),
    defineRoute(
      {
        method: "get",
        path: "/bookings/:id/calendar.ics",
        permission: "agenda.read",
        summary: "The booking as a calendar file",
        params: byId,
      },
      async ({ params, person, web }) => {
        const found = await visibleBooking(pool, person, params.id);
        web.response
          .status(200)
          .setHeader("Content-Type", "text/calendar; charset=utf-8")
          .setHeader("Content-Disposition", 'attachment; filename="appuntamento.ics"')
          .end(calendarFile(found, publicUrl));
        return answered;
      },
    ),
  ];
}

function writeRoutes(pool: Pool, clock: Clock): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/bookings",
        permission: "booking.write",
        summary: "Keep a place while talking; 409 with alternatives when it is gone",
        body: z.strictObject({ agendaId: z.uuid(), caseId: z.uuid(), startsAt: time.transform((at) => new Date(at)) }),
        response: booking,
        status: 201,
        idempotent: true,
      },
      ({ body, person, idempotency }) => holdPlace(pool, clock, person, body, idempotency),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/bookings/:id",
        permission: "booking.write",
        summary: "Confirm a place that is kept ({confirm: true}), or move a booking ({startsAt})",
        params: byId,
        body: z.union([
          z.strictObject({ confirm: z.literal(true) }),
          z.strictObject({ startsAt: time.transform((at) => new Date(at)) }),
        ]),
        response: booking,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) =>
        "confirm" in body
          ? confirmBooking(pool, person, params.id, ifMatch)
          : moveBooking(pool, clock, person, params.id, ifMatch, body.startsAt),
    ),
    defineRoute(
      {
        method: "delete",
        path: "/bookings/:id",
        permission: "booking.write",
        summary: "Cancel a booking, or let a kept place go",
        params: byId,
        response: booking,
        versioned: true,
      },
      ({ params, person, ifMatch }) => cancelBooking(pool, clock, person, params.id, ifMatch),
    ),
  ];
}

/** First level sees all agencies, a referent the services they answer for (REQ 12). */
function seesBookings(person: SignedInPerson, of: { agencyId: string; serviceId: string }): boolean {
  return hasRole(person, "operator", "supervisor") || isReferentOf(person, of);
}

async function visibleBooking(pool: Pool, person: SignedInPerson, id: string): Promise<Booking> {
  const found = await readBooking(pool, id);
  if (!found || !seesBookings(person, found)) throw noSuchBooking();
  return found;
}
