import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { readDoNotDisturb, writeDoNotDisturb } from "./seat-store.ts";

const answer = z.object({ on: z.boolean(), since: z.iso.datetime().nullable() });

/** A person of an office who does not want to be rung (REQ 3.3); it ends with the sign-out. */
export function doNotDisturbRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/me/do-not-disturb",
        permission: "call.answer_transfer",
        summary: "Whether transfers may ring here",
        response: answer,
      },
      async ({ person }) => shown(await readDoNotDisturb(pool, person.id)),
    ),
    defineRoute(
      {
        method: "put",
        path: "/me/do-not-disturb",
        permission: "call.answer_transfer",
        summary: "No transfers for now, or again",
        body: z.strictObject({ on: z.boolean() }),
        response: answer,
      },
      async ({ person, body }) => {
        const written = await writeDoNotDisturb(pool, person.id, body.on);
        if (written) return shown(written.since);
        throw new AppError("rule_violated", "The person does not sit at an office's seat", {
          rule: "REQ 3.3",
          refusal: "seat_needed",
          it: "Senza postazione d'ufficio non arrivano trasferimenti.",
          insteadIt: "Acceda di nuovo indicando la postazione.",
        });
      },
    ),
  ];
}

function shown(since: Date | null): z.input<typeof answer> {
  return { on: since !== null, since: since?.toISOString() ?? null };
}
