import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { placeCall } from "./place-call.ts";

const number = z.string().min(3).max(40);

/** The web door of click to call (REQ 1.6); how the call goes on is told by `call` events. */
export function outboundRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/calls",
        permission: "call.dial",
        summary: "Calls a number of the case, or of a directory entry: the operator's phone first, then the other side",
        body: z.union([
          z.strictObject({ caseId: z.uuid(), number }),
          z.strictObject({ entryId: z.uuid(), number: number.optional() }),
        ]),
        response: z.object({ callId: z.uuid(), caseId: z.uuid().nullable() }),
        status: 202,
        idempotent: true,
      },
      ({ body, person, idempotency }) => placeCall(pool, person, body, idempotency),
    ),
  ];
}
