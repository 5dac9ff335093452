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
        query: z.object({
          lastEventId: seq.optional(),
          /** "1": the page answers each beat by POST /desk/beat, and is cut when it stops. */
          beats: z.enum(["0", "1"]).default("0"),
        }),
        endless: true,
        background: true,
      },
      async ({ person, query, web }) => {
        const header = seq.safeParse(web.request.headers["last-event-id"]);
        const after = header.success ? header.data : (query.lastEventId ?? null);
        const { sessionID: sid } = web.request;
        await streams.open(web.response, { personId: person.id, sid, after, answersBeats: query.beats === "1" });
        return answered;
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/desk/beat",
        permission: "desk.stream",
        summary: "The page's answer to a beat of its live feed",
        status: 204,
        background: true,
      },
      ({ person }) => streams.alive(person.id),
    ),
  ];
}
