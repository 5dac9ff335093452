import type { Queryable } from "../../src/database/pool.ts";

/** What a page may be told; payloads are described in the README of the API. */
export type DeskEventKind = "offer" | "offer_ended" | "call" | "state" | "case" | "task" | "office" | "transfer";

export type DeskEvent = { personId: string; kind: DeskEventKind; payload: Record<string, unknown> };
export type NumberedDeskEvent = DeskEvent & { seq: number };

/**
 * Writes events to people's feeds in the caller's transaction: numbered per person, so that a replay can not skip one,
 * and each feed's row is locked until commit, so that numbers become visible in order. Ordered by person, so that two
 * transactions lock the feeds in the same order; one that already holds a feed may still meet a deadlock, which
 * `inTransaction` tries again. After commit the NOTIFY wakes the copy that has the stream.
 */
export async function appendDeskEvents(client: Queryable, events: DeskEvent[]): Promise<NumberedDeskEvent[]> {
  if (events.length === 0) return [];
  const inOrder = events.toSorted((a, b) => (a.personId < b.personId ? -1 : a.personId > b.personId ? 1 : 0));
  const result = await client.query<{ seq: number }>({
    name: "append-desk-events",
    text: `select append_desk_event(person_id, kind, payload) as seq
      from (select * from unnest($1::uuid[], $2::text[], $3::jsonb[]) with ordinality as e (person_id, kind, payload, n)
        order by n) e`,
    values: [
      inOrder.map((event) => event.personId),
      inOrder.map((event) => event.kind),
      inOrder.map((event) => JSON.stringify(event.payload)),
    ],
  });
  return inOrder.map((event, index) => ({ ...event, seq: result.rows[index]?.seq ?? 0 }));
}
