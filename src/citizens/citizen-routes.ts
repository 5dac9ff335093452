import { z } from "zod";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { CONTACT_KINDS, CONTACT_SOURCES, readCitizenQuery } from "./citizen.ts";
import { listMerges } from "./citizen-merge-store.ts";
import { findCitizens } from "./citizen-search-store.ts";
import { auditCitizen, readCitizen } from "./citizen-store.ts";
import { mergeCitizens, undoMerge } from "./merge-citizens.ts";
import { createCitizen, editCitizen } from "./save-citizen.ts";

const contact = z.strictObject({
  kind: z.enum(CONTACT_KINDS),
  value: z.string().min(1).max(320),
  source: z.enum(CONTACT_SOURCES).default("declared"),
});
const citizenBody = z.strictObject({
  firstName: z.string().max(80).nullish(),
  lastName: z.string().max(80).nullish(),
  taxCode: z.string().max(16).nullish(),
  note: z.string().max(2000).nullish(),
  contacts: z.array(contact).max(20).optional(),
});
const citizen = z.object({
  id: z.uuid(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  taxCode: z.string().nullable(),
  note: z.string().nullable(),
  mergedIntoId: z.uuid().nullable(),
  contacts: z.array(
    z.object({ id: z.uuid(), kind: z.enum(CONTACT_KINDS), value: z.string(), source: z.enum(CONTACT_SOURCES) }),
  ),
  openCases: z.number().int(),
  version: z.number().int(),
});
const foundCitizen = citizen.omit({ note: true, mergedIntoId: true }).extend({
  contacts: z.array(z.object({ kind: z.enum(CONTACT_KINDS), value: z.string(), source: z.enum(CONTACT_SOURCES) })),
});
const standingMerge = z.object({
  id: z.uuid(),
  survivorId: z.uuid(),
  mergedId: z.uuid(),
  mergedAt: z.iso.datetime(),
  undoneAt: z.null(),
});
const byId = z.object({ id: z.uuid() });

/** Citizen records (REQ 2, 5.2, 12); each search and each read leaves an audit row. */
export function citizenRoutes(deps: { pool: Pool }): Route[] {
  return [...readRoutes(deps.pool), ...writeRoutes(deps.pool), ...mergeRoutes(deps.pool)];
}

function readRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/citizens",
        permission: "citizen.read",
        summary: "Search citizens by number, e-mail address, tax code or name (typing errors forgiven)",
        query: z.object({ q: z.string().max(200), limit: z.coerce.number().int().min(1).max(100).default(20) }),
        response: z.object({ items: z.array(foundCitizen), nextCursor: z.null() }),
      },
      async ({ query, person }) => {
        const asked = readCitizenQuery(query.q);
        // Not what was typed: the log can not be changed, and a name or number in it could never be erased.
        const items = await findCitizens(pool, asked, query.limit);
        await auditCitizen(pool, person, "citizen.search", null, {
          by: asked.by,
          found: items.map((item) => item.id),
        });
        return { items, nextCursor: null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/citizens/:id",
        permission: "citizen.read",
        summary: "One citizen record",
        params: byId,
        response: citizen,
      },
      async ({ params, person }) => {
        const found = await readCitizen(pool, params.id);
        if (!found) throw new AppError("not_found", "There is no such citizen record");
        await auditCitizen(pool, person, "citizen.read", params.id);
        return found;
      },
    ),
  ];
}

function writeRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/citizens",
        permission: "citizen.write",
        summary: "Create a citizen record",
        body: citizenBody,
        response: citizen,
        status: 201,
        idempotent: true,
      },
      ({ body, person }) => createCitizen(pool, person, body),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/citizens/:id",
        permission: "citizen.write",
        summary: "Change a citizen record; contacts, when given, are the whole new list",
        params: byId,
        body: citizenBody,
        response: citizen,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => editCitizen(pool, person, params.id, ifMatch, body),
    ),
  ];
}

function mergeRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/citizens/:id/merges",
        permission: "citizen.read",
        summary: "Merges of this record that stand",
        params: byId,
        response: z.object({ items: z.array(standingMerge), nextCursor: z.null() }),
      },
      async ({ params, person }) => {
        const merges = await listMerges(pool, params.id);
        await auditCitizen(pool, person, "citizen.read", params.id, { merges: true });
        return { items: merges.map(({ data: _, ...merge }) => merge), nextCursor: null };
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/citizens/:id/merges",
        permission: "citizen.merge",
        summary: "Make another record of the same person part of this one",
        params: byId,
        body: z.strictObject({ mergedId: z.uuid() }),
        response: z.object({ mergeId: z.uuid(), citizen }),
        status: 201,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) =>
        mergeCitizens(pool, person, { survivorId: params.id, mergedId: body.mergedId, version: ifMatch }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/citizen-merges/:id/undo",
        permission: "citizen.merge",
        summary: "Undo a merge: the record comes back with its own contacts and cases",
        params: byId,
        response: z.object({ citizen }),
      },
      ({ params, person }) => undoMerge(pool, person, params.id),
    ),
  ];
}
