import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { findSlots } from "../free-slots.ts";
import { listAgendas, readAgenda } from "./agenda-store.ts";
import { createAgenda, editAgenda, noSuchAgenda } from "./save-agenda.ts";

const byId = z.object({ id: z.uuid() });
const time = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/);
const closing = z.union([time, z.literal("24:00")]);
const places = z.number().int().min(1).max(100);
const quota = z.number().int().min(0).max(10_000).nullable();

const hours = z.array(
  z.strictObject({
    weekday: z.number().int().min(1).max(7),
    opens: time,
    closes: closing,
    places: places.nullable().default(null),
  }),
);
const exceptions = z.array(
  z.strictObject({
    day: z.iso.date(),
    opens: time.nullable().default(null),
    closes: closing.nullable().default(null),
    places: places.nullable().default(null),
    note: z.string().max(200).default(""),
  }),
);
const localHolidays = z.array(z.string().regex(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/)).max(20);
const shape = {
  name: z.string().trim().min(1).max(200),
  place: z.string().trim().max(300),
  bring: z.string().trim().max(1000),
  slotMinutes: z.number().int().min(5).max(480),
  places,
  holdSeconds: z.number().int().min(30).max(1800),
  noticeHours: z.number().int().min(0).max(720),
  horizonDays: z.number().int().min(1).max(366),
  dayQuota: quota,
  weekQuota: quota,
  italianHolidays: z.boolean(),
  localHolidays,
  hours: hours.max(70),
  exceptions: exceptions.max(400),
};
const agendaBody = z.strictObject({
  serviceId: z.uuid(),
  ...shape,
  place: shape.place.default(""),
  bring: shape.bring.default(""),
  places: shape.places.default(1),
  holdSeconds: shape.holdSeconds.default(300),
  noticeHours: shape.noticeHours.default(24),
  horizonDays: shape.horizonDays.default(60),
  dayQuota: quota.default(null),
  weekQuota: quota.default(null),
  italianHolidays: z.boolean().default(true),
  localHolidays: localHolidays.default(["06-24"]),
  exceptions: shape.exceptions.default([]),
});
const agendaChanges = z.strictObject(shape).partial().extend({ disabled: z.boolean().optional() });
const agenda = z.object({
  id: z.uuid(),
  agencyId: z.uuid(),
  agencyName: z.string(),
  serviceId: z.uuid(),
  serviceName: z.string(),
  ...shape,
  disabled: z.boolean(),
  version: z.int(),
});
export const slot = z.object({ startsAt: z.iso.datetime(), endsAt: z.iso.datetime(), places: z.int(), free: z.int() });

/** Agendas of the services and their free slots (REQ 9). */
export function agendaRoutes(pool: Pool, clock: Clock): Route[] {
  return [...readRoutes(pool, clock), ...writeRoutes(pool)];
}

function readRoutes(pool: Pool, clock: Clock): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/agendas",
        permission: "agenda.read",
        summary: "Agendas, of one service or agency or all",
        query: z.object({
          service: z.uuid().optional(),
          agency: z.uuid().optional(),
          disabled: z.enum(["0", "1"]).default("0"),
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.uuid().optional(),
        }),
        response: z.object({ items: z.array(agenda), nextCursor: z.string().nullable() }),
      },
      async ({ query }) => {
        const { service, agency, disabled, limit, cursor } = query;
        const items = await listAgendas(
          pool,
          { serviceId: service ?? null, agencyId: agency ?? null, disabled: disabled === "1", after: cursor ?? null },
          limit,
        );
        return { items, nextCursor: items.length === limit ? (items.at(-1)?.id ?? null) : null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/agendas/:id",
        permission: "agenda.read",
        summary: "One agenda with its hours and exceptions",
        params: byId,
        response: agenda,
      },
      async ({ params }) => {
        const found = await readAgenda(pool, params.id);
        if (!found) throw noSuchAgenda();
        return found;
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/agendas/:id/slots",
        permission: "agenda.read",
        summary:
          "Slots that can be booked from one day to another (Europe/Rome, at most 62 days); all=1: full ones too",
        params: byId,
        query: z.object({ from: z.iso.date(), to: z.iso.date(), all: z.enum(["0", "1"]).default("0") }),
        response: z.object({ items: z.array(slot), nextCursor: z.null() }),
      },
      async ({ params, query }) => {
        const items = await findSlots(pool, clock, params.id, query.from, query.to);
        return { items: query.all === "1" ? items : items.filter(({ free }) => free > 0), nextCursor: null };
      },
    ),
  ];
}

function writeRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/agendas",
        permission: "agenda.edit",
        summary: "Create an agenda of a service (its referents)",
        body: agendaBody,
        response: agenda,
        status: 201,
        idempotent: true,
      },
      ({ body, person }) => createAgenda(pool, person, body),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/agendas/:id",
        permission: "agenda.edit",
        summary: "Change an agenda; hours and exceptions, when given, are the whole new lists",
        params: byId,
        body: agendaChanges,
        response: agenda,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) =>
        editAgenda(pool, person, params.id, ifMatch, body as Parameters<typeof editAgenda>[4]),
    ),
  ];
}
