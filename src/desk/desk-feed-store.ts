import type { PoolClient } from "pg";
import type { Pool, Queryable } from "../database/pool.ts";

export type FeedRow = {
  personId: string;
  /** Stream that was opened last; null when the person signed out. */
  streamId: string | null;
  /** Null when nothing is new. */
  seq: number | null;
  kind: string;
  /** JSON text, sent as it is. */
  payload: string;
};

/** At most so many events of a person in one read; the rest follows at once. */
export const feedPage = 200;

/** What is new for several people in one statement: per person, after the last number sent, in order. */
export async function readFeeds(pool: Pool, wanted: { personId: string; lastSeq: number }[]): Promise<FeedRow[]> {
  const result = await pool.query<FeedRow>({
    name: "read-feeds",
    text: `
      select w.person_id as "personId", f.stream_id as "streamId", e.seq, e.kind, e.payload::text as payload
      from unnest($1::uuid[], $2::bigint[]) as w (person_id, after)
      join desk_feeds f on f.person_id = w.person_id
      left join lateral (select seq, kind, payload from desk_events e
        where e.person_id = w.person_id and e.seq > w.after order by e.seq limit ${feedPage}) e on true
      order by w.person_id, e.seq`,
    values: [wanted.map((one) => one.personId), wanted.map((one) => one.lastSeq)],
  });
  return result.rows;
}

/** Makes this the person's one stream; the answer is the last number written so far. */
export async function openFeed(client: PoolClient, personId: string, streamId: string): Promise<number> {
  const result = await client.query<{ seq: number }>(
    `insert into desk_feeds (person_id, stream_id) values ($1, $2)
     on conflict (person_id) do update set stream_id = excluded.stream_id returning seq`,
    [personId, streamId],
  );
  await client.query("select pg_notify('desk', $1)", [personId]);
  return result.rows[0]?.seq ?? 0;
}

/**
 * The desk is there: calls may come to it. The answer is the number before the first event of the call in progress,
 * so that a page that was reloaded gets the pop again; null without a call.
 */
export async function seatStream(client: PoolClient, personId: string, nodeId: string): Promise<number | null> {
  const result = await client.query<{ before: number | null; free: boolean }>(
    `with here as (
      update operators set stream_node_id = $2, stream_lost_at = null, version = version + 1
      where person_id = $1 returning call_id, chosen = 'available' and system = 'idle' as free
    )
    select free, (select min(seq) - 1 from desk_events e
      where e.person_id = $1 and e.payload ->> 'callId' = here.call_id::text) as before from here`,
    [personId, nodeId],
  );
  if (result.rows[0]?.free) await client.query("select pg_notify('queue', '')");
  return result.rows[0]?.before ?? null;
}

/** The desk went away: no new call from this moment (offline only after 45 s). A newer stream is left alone. */
export async function loseStream(db: Queryable, personId: string, streamId: string): Promise<void> {
  await db.query(
    `update operators o set stream_lost_at = clock_timestamp(), stream_node_id = null, version = version + 1
     from desk_feeds f where o.person_id = $1 and f.person_id = $1 and f.stream_id = $2 and o.stream_lost_at is null`,
    [personId, streamId],
  );
}

/** Rows that name this copy though it has no such stream (a write that failed): lost. */
export async function loseUnknownStreams(db: Queryable, nodeId: string, present: string[]): Promise<void> {
  await db.query({
    name: "lose-unknown-streams",
    text: `update operators set stream_lost_at = clock_timestamp(), stream_node_id = null, version = version + 1
      where stream_node_id = $1 and stream_lost_at is null and person_id <> all($2::uuid[])`,
    values: [nodeId, present],
  });
}

/** Every stream of a copy that ended or was declared dead, in the transaction of the take-over. */
export async function loseStreamsOfNode(client: Queryable, nodeId: string): Promise<void> {
  await loseUnknownStreams(client, nodeId, []);
}

/** For the copy that has the stream. */
export async function tellAlive(db: Queryable, payload: string): Promise<void> {
  await db.query("select pg_notify('desk', $1)", [payload]);
}

/** Ends every desk of the person, on whatever copy (sign-out, disabled). */
export async function closeFeed(client: Queryable, personId: string): Promise<void> {
  await client.query(
    `with closed as (update desk_feeds set stream_id = null where person_id = $1 returning person_id)
     select pg_notify('desk', person_id::text) from closed`,
    [personId],
  );
}

/** What the person was told under other roles is not told again, to whatever page comes back with an old number. */
export async function forgetEventsOf(client: Queryable, personId: string): Promise<void> {
  await client.query("delete from desk_events where person_id = $1", [personId]);
}

/** Daily: a page that was away longer reads everything anew. */
export async function forgetOldEvents(pool: Pool): Promise<number> {
  const result = await pool.query("delete from desk_events where created_at < now() - interval '24 hours'");
  return result.rowCount ?? 0;
}
