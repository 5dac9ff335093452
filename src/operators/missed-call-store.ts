import type { Queryable } from "../database/pool.ts";

/** A call that rang at somebody's phone for nothing, and what became of the citizen. */
export type MissedCall = {
  offerId: string;
  callId: string;
  caller: string | null;
  at: string;
  reason: "refused" | "no_answer" | "busy" | "unreachable";
  becameOf: "waiting" | "answered" | "gave_up";
};

/** Of the last twelve hours, newest first, at most 20: a shift's. Who hung up while it rang was not missed. */
export async function listMissedCalls(db: Queryable, personId: string): Promise<MissedCall[]> {
  const { rows } = await db.query<MissedCall>(
    `select f.id as "offerId", f.call_id as "callId", c.caller_e164 as caller, f.state as reason,
      to_char(f.ended_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      case when c.talk_at is not null then 'answered' when c.state = 'ended' then 'gave_up' else 'waiting' end
        as "becameOf"
    from offers f join calls c on c.id = f.call_id
    where f.person_id = $1 and f.state in ('refused', 'no_answer', 'busy', 'unreachable')
      and f.ended_at > clock_timestamp() - interval '12 hours'
    order by f.ended_at desc limit 20`,
    [personId],
  );
  return rows;
}
