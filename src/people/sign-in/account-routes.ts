import type { Request } from "express";
import { z } from "zod";
import type { Clock } from "../../clock.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { beginSession, destroySession, sessionLimits } from "../../desk/session/session.ts";
import { sessionsOf } from "../../desk/session/session-store.ts";
import { AppError } from "../../errors.ts";
import { writeAudit } from "../person-store.ts";
import { changePassword } from "./change-password.ts";
import { newSecret, openSecret, sealSecret, stepOfCode } from "./second-factor.ts";
import { hasSecondFactor, readSecondFactor, useStep, writeSecondFactor } from "./second-factor-store.ts";
import { signOutEverywhere } from "./sign-out.ts";

type Deps = { pool: Pool; clock: Clock; sessionSecret: string };

/** What a person does with the own account: password, second factor, sessions (ASVS 6.2, 6.5, 7.4, 7.5). */
export function accountRoutes(deps: Deps): Route[] {
  return [passwordRoute(deps), ...sessionListRoutes(deps), ...secondFactorRoutes(deps)];
}

function passwordRoute({ pool, clock }: Deps): Route {
  return defineRoute(
    {
      method: "put",
      path: "/me/password",
      permission: "signed_in",
      summary: "Change one's password; every other session ends",
      body: z.strictObject({ current: z.string().min(1).max(256), password: z.string().min(1).max(256) }),
    },
    async ({ person, body, web }) => {
      const address = web.request.ip ?? "0.0.0.0";
      const secondFactor = web.request.session.secondFactor === true;
      await changePassword(pool, { login: person.login, ...body, address });
      await beginSession(web.request, person.id, clock.now(), secondFactor);
    },
  );
}

function sessionListRoutes({ pool }: Deps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/me/sessions",
        permission: "signed_in",
        summary: "Where one is signed in",
        response: z.object({
          items: z.array(z.object({ signedInAt: z.string(), lastUsedAt: z.string(), current: z.boolean() })),
          nextCursor: z.null(),
        }),
      },
      async ({ person, web }) => ({
        items: await sessionsOf(pool, person.id, web.request.sessionID, sessionLimits.idleMinutes),
        nextCursor: null,
      }),
    ),
    defineRoute(
      { method: "delete", path: "/me/sessions", permission: "signed_in", summary: "Sign out everywhere", status: 204 },
      async ({ person, web }) => {
        await signOutEverywhere(pool, person.id);
        await destroySession(web.request);
        web.response.setHeader("Clear-Site-Data", '"cache", "cookies", "storage"');
      },
    ),
  ];
}

function secondFactorRoutes({ pool, clock, sessionSecret }: Deps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/me/second-factor",
        permission: "signed_in",
        summary: "Whether an authenticator app is connected",
        response: z.object({ enrolled: z.boolean() }),
      },
      async ({ person }) => ({ enrolled: await hasSecondFactor(pool, person.id) }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/me/second-factor",
        permission: "signed_in",
        summary: "Begin to enrol an authenticator app; the secret is shown once",
        response: z.object({ secret: z.string(), uri: z.string() }),
        status: 201,
      },
      async ({ person }) => {
        refuseBeforePassword(person.pending);
        const made = newSecret(person.login);
        if (await writeSecondFactor(pool, person.id, sealSecret(made.secret, sessionSecret))) return made;
        throw new AppError("duplicate", "There is a second factor already", {
          it: "Un'app di autenticazione è già collegata: per cambiarla si rivolga all'amministratore.",
        });
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/me/second-factor/confirm",
        permission: "signed_in",
        summary: "End the enrolment with a first code",
        body: z.strictObject({ code: z.string().regex(/^[0-9]{6}$/) }),
      },
      async ({ person, body, web }) => {
        await confirm(pool, person, body.code, { secret: sessionSecret, now: clock.now() });
        await elevate(web.request, person.id, clock.now());
      },
    ),
  ];
}

/** @throws AppError wrong_state (nothing to confirm), rule_violated (wrong code) */
async function confirm(
  pool: Pool,
  person: { id: string; login: string },
  code: string,
  { secret, now }: { secret: string; now: Date },
): Promise<void> {
  const factor = await readSecondFactor(pool, person.id);
  if (!factor || factor.confirmed) throw new AppError("wrong_state", "No enrolment was begun");
  const step = stepOfCode(openSecret(factor.secret, secret), code, now, factor.lastStep);
  if (step === null) {
    throw new AppError("rule_violated", "The code is wrong", {
      refusal: "wrong_code",
      it: "Codice non corretto: controlli l'ora del telefono.",
    });
  }
  await inTransaction(pool, async (client) => {
    if (!(await useStep(client, person.id, step))) throw new AppError("wrong_state", "The code was used already");
    await writeAudit(client, { personId: person.id, actor: person.login, action: "second_factor.enrol" });
  });
}

/** More rights begin under a new session id (ASVS 7.2.4). */
async function elevate(request: Request, personId: string, now: Date): Promise<void> {
  await beginSession(request, personId, now, true);
}

function refuseBeforePassword(pending: readonly string[] | undefined): void {
  if (!pending?.includes("change_password")) return;
  throw new AppError("wrong_state", "The password must be changed first", { it: "Prima cambi la password." });
}
