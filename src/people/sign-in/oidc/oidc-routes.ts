import type { Request, Response } from "express";
import { z } from "zod";
import type { Clock } from "../../../clock.ts";
import { inTransaction } from "../../../database/in-transaction.ts";
import type { Pool } from "../../../database/pool.ts";
import { answered, defineRoute, type Route } from "../../../desk/route.ts";
import { beginSession } from "../../../desk/session/session.ts";
import { AppError } from "../../../errors.ts";
import { seatKindsOf, takeSeat } from "../../../operators/seats/take-seat.ts";
import { writeAudit } from "../../person-store.ts";
import { openSecret, sealSecret } from "../second-factor.ts";
import { personOfIdentity } from "./identity-store.ts";
import { OidcClient, type OidcFlow, type OidcIdentity, type OidcSettings } from "./oidc-client.ts";

const flowMs = 10 * 60_000;
const flowForm = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), startedAt: z.number() });

type Deps = { pool: Pool; clock: Clock; sessionSecret: string; oidc: OidcSettings | null; publicUrl: string | null };

/**
 * Sign-in at an identity provider. The flow lies sealed in a cookie of its own: the session's cookie (SameSite=Strict)
 * does not come along when another site sends the browser back.
 */
export function oidcRoutes(deps: Deps): Route[] {
  const { oidc, publicUrl, clock, sessionSecret } = deps;
  const client = oidc && publicUrl ? new OidcClient(oidc, publicUrl) : null;
  const secure = publicUrl?.startsWith("https:") ?? false;
  const cookie = secure ? "__Host-055055-oidc" : "055055-oidc";
  const options = { httpOnly: true, sameSite: "lax", secure, path: "/" } as const;
  return [
    defineRoute(
      {
        method: "get",
        path: "/session/options",
        permission: "public",
        summary: "Ways to sign in besides name and password",
        response: z.object({ oidc: z.boolean() }),
      },
      async () => ({ oidc: client !== null }),
    ),
    defineRoute(
      { method: "get", path: "/session/oidc", permission: "public", summary: "Leave for the identity provider" },
      ({ web }) =>
        backToPage(web, async () => {
          const { url, flow } = await present(client).begin(clock.now());
          const sealed = sealSecret(JSON.stringify(flow), sessionSecret).toString("base64url");
          web.response.cookie(cookie, sealed, { ...options, maxAge: flowMs }).redirect(303, url);
        }),
    ),
    defineRoute(
      {
        method: "get",
        path: "/session/oidc/callback",
        permission: "public",
        summary: "Back from the identity provider",
      },
      ({ web }) => {
        web.response.clearCookie(cookie, options);
        return backToPage(web, async () => {
          const flow = flowOf(web.request, cookie, sessionSecret, clock.now());
          const at = web.request.originalUrl.indexOf("?");
          const query = at < 0 ? "" : web.request.originalUrl.slice(at);
          const identity = await present(client).finish(query, flow);
          const personId = await seatAndAudit(deps.pool, identity);
          await beginSession(web.request, personId, clock.now(), identity.secondFactor);
          web.response.redirect(303, "/");
        });
      },
    ),
  ];
}

/** A browser that was sent here shows no JSON: a refusal goes back to the page, which says it (sign-in-form.tsx). */
async function backToPage(web: { request: Request; response: Response }, work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError) || web.request.accepts("json", "html") !== "html") throw error;
    web.response.redirect(303, `/?accesso=${error.details.refusal ?? error.code}`);
  }
  return answered;
}

async function seatAndAudit(pool: Pool, identity: OidcIdentity): Promise<string> {
  const person = await personOfIdentity(pool, identity);
  if (!person) {
    throw new AppError("wrong_credentials", "Nobody here has this identity", {
      refusal: "oidc_unknown",
      it: "Questa identità non è collegata a una persona: si rivolga all'amministratore.",
    });
  }
  await inTransaction(pool, async (client) => {
    const kinds = seatKindsOf(person.roles);
    if (kinds.length > 0) await takeSeat(client, person.id, {}, kinds);
    await writeAudit(client, {
      ...{ personId: person.id, actor: "person", action: "sign_in", data: { issuer: identity.issuer } },
    });
  });
  return person.id;
}

function present(client: OidcClient | null): OidcClient {
  if (client) return client;
  throw new AppError("not_found", "No identity provider is set (OIDC_ISSUER, PUBLIC_URL)");
}

/** @throws AppError wrong_credentials: no flow was begun by this browser, or too long ago */
function flowOf(request: Request, name: string, key: string, now: Date): OidcFlow {
  const found = request.headers.cookie?.split(/; */).find((part) => part.startsWith(`${name}=`));
  const sealed = Buffer.from(decodeURIComponent(found?.slice(name.length + 1) ?? ""), "base64url");
  try {
    const flow = flowForm.parse(JSON.parse(openSecret(sealed, key)));
    if (now.getTime() - flow.startedAt <= flowMs) return flow;
  } catch (error) {
    throw noFlow(error);
  }
  throw noFlow();
}

function noFlow(cause?: unknown): AppError {
  return new AppError(
    "wrong_credentials",
    "No sign-in was begun here",
    {
      refusal: "oidc_flow",
      it: "L'accesso è scaduto: ricominciare.",
    },
    cause,
  );
}
