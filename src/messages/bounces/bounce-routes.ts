import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { assignNotice, dismissNotice } from "./assign-notice.ts";
import { openNotices } from "./bounce-store.ts";

const params = z.object({ id: z.uuid() });

/** The manual box of notices that the program could not match, or would not (REQ 6.4). */
export function bounceRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/bounces",
        permission: "message.email",
        summary: "Returned notices that wait for a person, oldest first, with the program's best guess",
        query: z.object({
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.uuid().optional(),
        }),
        response: z.object({
          items: z.array(z.looseObject({ id: z.uuid(), verdict: z.string() })),
          nextCursor: z.uuid().nullable(),
        }),
      },
      async ({ query }) => {
        const items = await openNotices(pool, query.limit, query.cursor ?? null);
        return { items, nextCursor: items.length === query.limit ? items.at(-1)!.id : null };
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/bounces/:id/assign",
        permission: "message.email",
        summary: "Say which sending the notice is about",
        params,
        body: z.strictObject({ messageId: z.uuid(), try: z.int().min(1).max(3) }),
      },
      ({ params: { id }, body, person }) => assignNotice(pool, person, id, body),
    ),
    defineRoute(
      {
        method: "post",
        path: "/bounces/:id/dismiss",
        permission: "message.email",
        summary: "The notice is about nothing of ours",
        params,
      },
      ({ params: { id }, person }) => dismissNotice(pool, person, id),
    ),
  ];
}
