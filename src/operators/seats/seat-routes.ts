import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { createSeat, editSeat } from "./edit-seat.ts";
import { listSeats } from "./seat-settings-store.ts";

const kind = z.enum(["operator", "office"]);
const number = z.string().regex(/^[0-9]{3,5}$/);
const seat = z.object({
  id: z.uuid(),
  number,
  kind,
  autoAnswer: z.boolean(),
  disabled: z.boolean(),
  phoneOnline: z.boolean(),
  pageOnline: z.boolean(),
  person: z.string().nullable(),
  version: z.int(),
});
const changed = seat.extend({ phonePassword: z.string().nullable() });

/** The telephones of the desks. The password of one is told when it is made, and never again. */
export function seatRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/seats",
        permission: "seat.edit",
        summary: "Every seat with what is registered and who sits there",
        response: z.object({ items: z.array(seat), nextCursor: z.null() }),
      },
      async () => ({ items: await listSeats(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/seats",
        permission: "seat.edit",
        summary: "A new seat; the phone's password is in this answer only",
        body: z.strictObject({ number, kind, autoAnswer: z.boolean().default(false) }),
        response: changed,
        status: 201,
      },
      ({ body, person }) => createSeat(pool, person, body),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/seats/:id",
        permission: "seat.edit",
        summary: "Change a seat, close or open it, give its desk phone a new password",
        params: z.object({ id: z.uuid() }),
        body: z.strictObject({
          autoAnswer: z.boolean().optional(),
          disabled: z.boolean().optional(),
          newPassword: z.boolean().optional(),
        }),
        response: changed,
        versioned: true,
      },
      ({ params, body, ifMatch, person }) => editSeat(pool, person, { id: params.id, version: ifMatch }, body),
    ),
  ];
}
