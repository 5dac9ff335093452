import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { roles } from "../roles.ts";
import { listPeople, readPerson } from "./people-store.ts";
import {
  changeRoles,
  createPerson,
  editPerson,
  endSessions,
  linkPerson,
  resetPassword,
  resetSecondFactor,
} from "./save-person.ts";

const byId = z.object({ id: z.uuid() });
const held = z.strictObject({ role: z.enum(roles), agencyId: z.uuid().nullable().default(null) });
const scope = {
  roles: z.array(held).max(20),
  officeIds: z.array(z.uuid()).max(200).default([]),
  serviceIds: z.array(z.uuid()).max(1_000).default([]),
};
const displayName = z.string().trim().min(1).max(120);
const email = z.email().max(254).nullable();
const card = z.object({
  id: z.uuid(),
  login: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  language: z.enum(["it", "en"]),
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  secondFactor: z.boolean(),
  roles: z.array(z.object({ role: z.enum(roles), agencyId: z.uuid().nullable() })),
  officeIds: z.array(z.uuid()),
  serviceIds: z.array(z.uuid()),
  sessions: z.int(),
  version: z.int(),
});

/** Who works here (REQ 0, 12): each change is in the audit log, and a change of rights ends the person's sessions. */
export function peopleRoutes({ pool }: { pool: Pool }): Route[] {
  return [...readRoutes(pool), ...writeRoutes(pool), ...accessRoutes(pool)];
}

function readRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/people",
        permission: "people.read",
        summary: "People by login, with roles and scope",
        query: z.object({
          q: z.string().trim().min(1).max(120).optional(),
          role: z.enum(roles).optional(),
          cursor: z.string().max(120).optional(),
          limit: z.coerce.number().int().min(1).max(100).default(50),
        }),
        response: z.object({ items: z.array(card), nextCursor: z.string().nullable() }),
      },
      async ({ query: { q = null, role = null, cursor = null, limit } }) => {
        const rows = await listPeople(pool, { q, role, after: cursor, limit: limit + 1 });
        const items = rows.slice(0, limit);
        return { items, nextCursor: rows.length > limit ? (items.at(-1)?.login ?? null) : null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/people/:id",
        permission: "people.read",
        summary: "One person",
        params: byId,
        response: card,
      },
      async ({ params }) => {
        const found = await readPerson(pool, params.id);
        if (!found) throw new AppError("not_found", "There is no such person", { it: "Questa persona non esiste." });
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
        path: "/people",
        permission: "people.edit",
        summary: "A new person; the answer shows the first password once",
        body: z.strictObject({
          login: z
            .string()
            .trim()
            .regex(/^[a-z0-9][a-z0-9._-]{1,59}$/i),
          displayName,
          email: email.default(null),
          language: z.enum(["it", "en"]).default("it"),
          ...scope,
        }),
        response: z.object({ person: card, password: z.string() }),
        status: 201,
      },
      ({ body, person }) => createPerson(pool, person, body),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/people/:id",
        permission: "people.edit",
        summary: "Name, e-mail address, switched off or on",
        params: byId,
        body: z.strictObject({
          displayName: displayName.optional(),
          email: email.optional(),
          disabled: z.boolean().optional(),
        }),
        response: card,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => editPerson(pool, person, params.id, ifMatch, body),
    ),
    defineRoute(
      {
        method: "put",
        path: "/people/:id/roles",
        permission: "people.edit",
        summary: "Roles, offices and services, each the whole new list; the person signs in again",
        params: byId,
        body: z.strictObject(scope),
        response: card,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => changeRoles(pool, person, params.id, ifMatch, body),
    ),
  ];
}

function accessRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/people/:id/password-reset",
        permission: "people.edit",
        summary: "A new password, shown once, to be changed at the next sign-in",
        params: byId,
        response: z.object({ password: z.string() }),
      },
      ({ params, person }) => resetPassword(pool, person, params.id),
    ),
    defineRoute(
      {
        method: "delete",
        path: "/people/:id/sessions",
        permission: "people.edit",
        summary: "Sign the person out everywhere",
        params: byId,
      },
      ({ params, person }) => endSessions(pool, person, params.id),
    ),
    defineRoute(
      {
        method: "delete",
        path: "/people/:id/second-factor",
        permission: "people.edit",
        summary: "Take the second factor away: the person enrols a new one",
        params: byId,
      },
      ({ params, person }) => resetSecondFactor(pool, person, params.id),
    ),
    defineRoute(
      {
        method: "put",
        path: "/people/:id/identity",
        permission: "people.edit",
        summary: "Who the person is at an identity provider (OpenID Connect)",
        params: byId,
        body: z.strictObject({ issuer: z.url().max(300), subject: z.string().min(1).max(255) }),
      },
      ({ params, body, person }) => linkPerson(pool, person, params.id, body),
    ),
  ];
}
