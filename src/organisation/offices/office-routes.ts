import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { readCalendars } from "../../ivr/hours/opening-hours-store.ts";
import { byId, entryName, externalId, pageQuery, refuseReferent } from "../organisation-shapes.ts";
import {
  addAbsence,
  createOffice,
  editOffice,
  editOfficeHours,
  removeAbsence,
  setOfficePeople,
} from "./edit-office.ts";
import { listAbsences, listOfficePeople, listOffices, readOffice } from "./office-store.ts";

const office = z.object({
  id: z.uuid(),
  agencyId: z.uuid(),
  agencyName: z.string(),
  agencyShortName: z.string(),
  externalId,
  name: z.string(),
  phone: z.string().nullable(),
  phoneExtension: z.string().nullable(),
  email: z.string().nullable(),
  calendarId: z.uuid().nullable(),
  isRejectsDesk: z.boolean(),
  /** Services in use for which it answers. */
  services: z.number().int(),
  people: z.number().int(),
  disabled: z.boolean(),
  version: z.number().int(),
});
const absence = z.object({
  id: z.uuid(),
  personId: z.uuid(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  note: z.string(),
});
const officePerson = z.object({ id: z.uuid(), login: z.string(), displayName: z.string(), disabled: z.boolean() });
const officeBody = z.strictObject({
  agencyId: z.uuid(),
  externalId: externalId.default(null),
  name: entryName,
  phone: z.string().max(64).nullable().default(null),
  email: z.string().max(320).nullable().default(null),
  isRejectsDesk: z.boolean().default(false),
});
const officeChanges = z.strictObject({
  externalId: externalId.optional(),
  name: entryName.optional(),
  phone: z.string().max(64).nullable().optional(),
  email: z.string().max(320).nullable().optional(),
  isRejectsDesk: z.boolean().optional(),
  disabled: z.boolean().optional(),
});

const hourOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "ora non valida (HH:MM)");
const inOrder = (line: { opens: string | null; closes: string | null }) =>
  line.opens === null || line.closes === null ? line.opens === line.closes : line.closes > line.opens;
const inOrderText = "la chiusura deve seguire l'apertura";
const hoursBody = z.strictObject({
  italianHolidays: z.boolean().default(true),
  localHolidays: z
    .array(z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "giorno non valido (MM-GG)"))
    .max(10)
    .default(["06-24"]),
  hours: z
    .array(
      z
        .strictObject({ weekday: z.number().int().min(1).max(7), opens: hourOfDay, closes: hourOfDay })
        .refine(inOrder, inOrderText),
    )
    .max(42),
  exceptions: z
    .array(
      z
        .strictObject({
          day: z.iso.date(),
          opens: hourOfDay.nullable().default(null),
          closes: hourOfDay.nullable().default(null),
          note: z.string().max(200).default(""),
        })
        .refine(inOrder, inOrderText),
    )
    .max(400)
    .default([]),
});
const absenceBody = z
  .strictObject({
    personId: z.uuid(),
    startsAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    endsAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    note: z.string().max(200).default(""),
  })
  .refine((absence) => absence.endsAt > absence.startsAt, "la fine deve seguire l'inizio");

/** Second-level offices: who they are, when they are there (REQ 0, 3.3). */
export function officeRoutes(pool: Pool): Route[] {
  return [...readRoutes(pool), ...writeRoutes(pool), ...peopleRoutes(pool)];
}

function readRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/offices",
        permission: "organisation.read",
        summary: "Offices by name; of one agency, or the one competent for a service",
        query: pageQuery.extend({ agency: z.uuid().optional(), service: z.uuid().optional() }),
        response: z.object({ items: z.array(office), nextCursor: z.string().nullable() }),
      },
      ({ query }) => listOffices(pool, query),
    ),
    defineRoute(
      {
        method: "get",
        path: "/offices/:id",
        permission: "organisation.read",
        summary: "One office with its hours, holidays, people and their absences",
        params: byId,
        response: office.extend({
          members: z.array(officePerson),
          absences: z.array(absence),
          calendar: z.looseObject({ id: z.uuid(), version: z.int() }).nullable(),
        }),
      },
      async ({ params }) => {
        const found = await readOffice(pool, params.id);
        if (!found) throw new AppError("not_found", "There is no such office");
        const [people, absences, calendars] = await Promise.all([
          listOfficePeople(pool, params.id),
          listAbsences(pool, params.id),
          readCalendars(pool, found.calendarId === null ? [] : [found.calendarId]),
        ]);
        return { ...found, members: people, absences, calendar: calendars[0] ?? null };
      },
    ),
  ];
}

function writeRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/offices",
        permission: "organisation.edit",
        summary: "Create an office (administrator)",
        body: officeBody,
        response: office,
        status: 201,
        idempotent: true,
      },
      async ({ body, person }) => {
        refuseReferent(person);
        return createOffice(pool, person, body);
      },
    ),
    defineRoute(
      {
        method: "patch",
        path: "/offices/:id",
        permission: "organisation.edit",
        summary: "Change an office (referents of all its services, administrator)",
        params: byId,
        body: officeChanges,
        response: office,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => editOffice(pool, person, params.id, ifMatch, body),
    ),
    defineRoute(
      {
        method: "put",
        path: "/offices/:id/hours",
        permission: "organisation.edit",
        summary: "Weekly hours, holidays and exceptions of an office",
        params: byId,
        body: hoursBody,
        response: office,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => editOfficeHours(pool, person, params.id, ifMatch, body),
    ),
  ];
}

function peopleRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "put",
        path: "/offices/:id/people",
        permission: "organisation.edit",
        summary: "The people of an office become these",
        params: byId,
        body: z.strictObject({ personIds: z.array(z.uuid()).max(500) }),
        response: office,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => setOfficePeople(pool, person, params.id, ifMatch, body.personIds),
    ),
    defineRoute(
      {
        method: "post",
        path: "/offices/:id/absences",
        permission: "organisation.edit",
        summary: "Somebody of the office will be away",
        params: byId,
        body: absenceBody,
        response: absence,
        status: 201,
        idempotent: true,
      },
      ({ params, body, person }) => addAbsence(pool, person, params.id, body),
    ),
    defineRoute(
      {
        method: "delete",
        path: "/offices/:id/absences/:absenceId",
        permission: "organisation.edit",
        summary: "The absence does not take place",
        params: byId.extend({ absenceId: z.uuid() }),
        status: 204,
      },
      ({ params, person }) => removeAbsence(pool, person, params.id, params.absenceId),
    ),
  ];
}
