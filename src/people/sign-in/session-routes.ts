import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { beginSession, destroySession } from "../../desk/session/session.ts";
import { deskSnapshot } from "../../operators/desk-snapshot-store.ts";
import { permissionsOf } from "../permissions.ts";
import { setLanguage } from "../person-store.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";

const signInBody = z.object({
  login: z.string().trim().min(1).max(120),
  password: z.string().min(1).max(256),
  seat: z
    .string()
    .regex(/^[0-9]{3,5}$/)
    .optional(),
  phone: z.enum(["sip", "web"]).optional(),
});

export function sessionRoutes({ pool, clock }: { pool: Pool; clock: Clock }): Route[] {
  return [
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
        const personId = await signIn(pool, { ...body, address: web.request.ip ?? "0.0.0.0" });
        await beginSession(web.request, personId, clock.now());
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
