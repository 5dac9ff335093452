import type { Queryable } from "../database/pool.ts";

const columns = `c.id, c.direction, c.parachute, c.state, c.outcome, c.called_number as "calledNumber",
  c.caller_e164 as "callerE164", c.caller_name as "callerName", c.language, c.agency_id as "agencyId",
  c.person_id as "personId", c.held, c.muted, c.started_at as "startedAt", c.answered_at as "answeredAt",
  c.queued_at as "queuedAt", c.talk_at as "talkAt", c.ended_at as "endedAt",
  (select jsonb_build_object('id', s.id, 'number', s.number, 'status', s.status) from cases s
    where s.opened_by_call_id = c.id) as "case"`;

export type CallFilter = {
  from?: string;
  to?: string;
  outcome?: string;
  state?: string;
  /** Who called, or the number of the case that the call opened; both null: of nobody. */
  about?: { e164: string | null; caseNumber: number | null };
  cursor?: string;
  limit: number;
};

/** Newest first; the cursor is the last id of the page before (uuid v7: ids grow with time). */
export async function listCalls(db: Queryable, filter: CallFilter): Promise<Record<string, unknown>[]> {
  const about = filter.about
    ? `and c.id in (select id from calls where caller_e164 = $7::text
        union all select opened_by_call_id from cases where number = $8::bigint)`
    : "and $7::text is null and $8::bigint is null";
  const { rows } = await db.query(
    `select ${columns} from calls c
    where ($1::timestamptz is null or c.started_at >= $1) and ($2::timestamptz is null or c.started_at < $2)
      and ($3::text is null or c.outcome = $3) and ($4::text is null or c.state = $4) and ($5::uuid is null or c.id < $5)
      ${about}
    order by c.id desc limit $6`,
    [
      ...[filter.from, filter.to, filter.outcome, filter.state, filter.cursor, filter.limit + 1],
      ...[filter.about?.e164, filter.about?.caseNumber],
    ],
  );
  return rows;
}

/** One call with its way as a timeline, or null. */
export async function readCall(db: Queryable, callId: string): Promise<Record<string, unknown> | null> {
  const { rows } = await db.query(
    `select ${columns}, coalesce((select jsonb_agg(jsonb_build_object('at', e.at, 'kind', e.kind, 'data', e.data)
        order by e.at) from call_events e where e.call_id = c.id), '[]') as timeline,
      coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'personId', f.person_id, 'account', f.account,
        'state', f.state, 'cause', f.cause, 'createdAt', f.created_at, 'endedAt', f.ended_at) order by f.created_at)
        from offers f where f.call_id = c.id), '[]') as offers
    from calls c where c.id = $1`,
    [callId],
  );
  return rows[0] ?? null;
}
