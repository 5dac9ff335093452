import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { beginSession, destroySession } from "../../desk/session/session.ts";
import { deskSnapshot } from "../../operators/desk-snapshot-store.ts";
import { permissionsOf } from "../permissions.ts";
import { setLanguage } from "../person-store.ts";
import { accountRoutes } from "./account-routes.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";

const signInBody = z.object({
  login: z.string().trim().min(1).max(120),
  password: z.string().min(1).max(256),
  code: z
    .string()
    .trim()
    .regex(/^[0-9]{6}$/)
    .optional(),
  seat: z
    .string()
    .regex(/^[0-9]{3,5}$/)
    .optional(),
  phone: z.enum(["sip", "web"]).optional(),
});

export type SessionDeps = {
  pool: Pool;
  clock: Clock;
  /** Seals second factors; the tests' own when none is given. */
  sessionSecret?: string;
};

export function sessionRoutes(deps: SessionDeps): Route[] {
  const { pool, clock, sessionSecret = "a secret of the tests" } = deps;
  return [
    ...accountRoutes({ pool, clock, sessionSecret }),
    defineRoute(
      {
        method: "post",
        path: "/session",
        permission: "public",
        summary: "Sign in; an operator also sits down at a seat",
        body: signInBody,
        status: 201,
      },
      async ({ body, web }) => {
        // A name that can not be an address (a socket already gone) counts with all the others like it.
        const request = { ...body, address: web.request.ip ?? "0.0.0.0" };
        const { personId, secondFactor } = await signIn(pool, request, { secret: sessionSecret, now: clock.now() });
        await beginSession(web.request, personId, clock.now(), secondFactor);
        return { personId };
      },
    ),
    defineRoute(
      { method: "delete", path: "/session", permission: "signed_in", summary: "Sign out", status: 204 },
      async ({ person, web }) => {
        await signOut(pool, person.id);
        await destroySession(web.request);
        web.response.setHeader("Clear-Site-Data", '"cache", "cookies", "storage"');
      },
    ),
    defineRoute(
      { method: "get", path: "/me", permission: "signed_in", summary: "Who is signed in, and where the desk stands" },
      async ({ person }) => {
        const desk = await deskSnapshot(pool, person.id);
        return {
          person,
          roles: person.roles,
          permissions: permissionsOf(person),
          seat: desk?.operator.seat ?? null,
          phone: desk?.operator.phone ?? null,
          state: desk?.operator.state ?? null,
          operator: desk?.operator ?? null,
          call: desk?.call ?? null,
          offer: desk?.offer ?? null,
          transfer: desk?.transfer ?? null,
        };
      },
    ),
    defineRoute(
      {
        method: "put",
        path: "/me/language",
        permission: "signed_in",
        summary: "Language of the page",
        body: z.object({ language: z.enum(["it", "en"]) }),
        status: 204,
      },
      async ({ person, body }) => setLanguage(pool, person.id, body.language),
    ),
  ];
}
