import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { editCalendarExceptions, editCalendarWeek } from "./edit-opening-hours.ts";
import { nextOpening, openingState } from "./opening-hours.ts";
import { listCalendars, readCalendars, type StoredCalendar } from "./opening-hours-store.ts";

const byId = z.object({ id: z.uuid() });
const hourOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "ora non valida (HH:MM)");
const dayOfYear = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "giorno non valido (MM-GG)");

function closesLater({ opens, closes }: { opens: string | null; closes: string | null }): boolean {
  return opens === null || closes === null ? opens === closes : closes > opens;
}
const closesLaterText = "la chiusura deve seguire l'apertura";

const weeklyHours = z
  .strictObject({ weekday: z.number().int().min(1).max(7), opens: hourOfDay, closes: hourOfDay })
  .refine(closesLater, closesLaterText);
const week = z.strictObject({
  name: z.string().trim().min(1).max(80),
  italianHolidays: z.boolean(),
  localHolidays: z.array(dayOfYear).max(10),
  hours: z.array(weeklyHours).max(42),
});
const dayException = z
  .strictObject({
    day: z.iso.date(),
    opens: hourOfDay.nullable().default(null),
    closes: hourOfDay.nullable().default(null),
    note: z.string().max(200).default(""),
  })
  .refine(closesLater, closesLaterText);
const exceptions = z.array(dayException).max(400);

const calendar = week.extend({
  id: z.uuid(),
  version: z.number(),
  exceptions,
  state: z.enum(["open", "closed", "holiday"]),
  nextOpening: z.iso.datetime().nullable(),
});

type Deps = { pool: Pool; clock: Clock };

/** Opening hours of the contact centre and of the offices (REQ 1.1). */
export function openingHoursRoutes(deps: Deps): Route[] {
  return [...weekRoutes(deps), ...exceptionRoutes(deps)];
}

function weekRoutes({ pool, clock }: Deps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/calendars",
        permission: "hours.read",
        summary: "Opening hours with what holds now",
        query: z.object({
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.uuid().optional(),
        }),
        response: z.object({ items: z.array(calendar), nextCursor: z.string().nullable() }),
      },
      async ({ query }) => {
        const items = await listCalendars(pool, query.limit, query.cursor ?? null);
        const nextCursor = items.length === query.limit ? (items.at(-1)?.id ?? null) : null;
        return { items: items.map((stored) => shown(clock, stored)), nextCursor };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/calendars/:id",
        permission: "hours.read",
        summary: "One calendar: week, holidays, exceptions from yesterday on",
        params: byId,
        response: calendar,
      },
      async ({ params }) => shown(clock, await calendarById(pool, params.id)),
    ),
    defineRoute(
      {
        method: "put",
        path: "/calendars/:id",
        permission: "hours.edit",
        summary: "Replaces the week and the holidays of a calendar",
        params: byId,
        body: week,
        response: calendar,
        versioned: true,
      },
      async ({ params, body, ifMatch, person }) =>
        shown(clock, await editCalendarWeek(pool, { id: params.id, version: ifMatch, week: body }, person)),
    ),
  ];
}

function exceptionRoutes({ pool, clock }: Deps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/calendars/:id/exceptions",
        permission: "hours.read",
        summary: "Days that differ from the week, from yesterday on",
        params: byId,
        response: z.object({ items: exceptions, version: z.number() }),
      },
      async ({ params }) => {
        const found = await calendarById(pool, params.id);
        return { items: found.exceptions, version: found.version };
      },
    ),
    defineRoute(
      {
        method: "put",
        path: "/calendars/:id/exceptions",
        permission: "hours.edit",
        summary: "Replaces the exceptions from yesterday on: closed days, or days with other hours",
        params: byId,
        body: z.strictObject({ items: exceptions }),
        response: calendar,
        versioned: true,
      },
      async ({ params, body, ifMatch, person }) =>
        shown(
          clock,
          await editCalendarExceptions(pool, { id: params.id, version: ifMatch, exceptions: body.items }, person),
        ),
    ),
  ];
}

function shown(clock: Clock, stored: StoredCalendar): z.output<typeof calendar> {
  const now = clock.now();
  const next = nextOpening(stored, now);
  return {
    ...stored,
    localHolidays: [...stored.localHolidays],
    state: openingState(stored, now),
    nextOpening: next?.toISOString() ?? null,
  };
}

async function calendarById(pool: Pool, id: string): Promise<StoredCalendar> {
  const [found] = await readCalendars(pool, [id]);
  if (!found) throw new AppError("not_found", "There is no such calendar");
  return found;
}
