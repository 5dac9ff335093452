import { z } from "zod";
import type { DeskStreams } from "./desk-streams.ts";
import { answered, defineRoute, type Route } from "./route.ts";

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export function feedRoutes({ streams }: { streams: DeskStreams }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/desk/events",
        permission: "desk.stream",
        summary: "Live feed of the signed-in person (text/event-stream), replayed from Last-Event-ID",
        query: z.object({ lastEventId: seq.optional() }),
        endless: true,
      },
      async ({ person, query, web }) => {
        const header = seq.safeParse(web.request.headers["last-event-id"]);
        const after = header.success ? header.data : (query.lastEventId ?? null);
        await streams.open(web.response, person.id, web.request.sessionID, after);
        return answered;
      },
    ),
  ];
}
