import type { Queryable } from "../database/pool.ts";
import type { OperatorView } from "./operator-store.ts";

export type DeskSnapshot = {
  operator: OperatorView;
  /** Like the `call` event: the call this desk has now, or has in wrap-up. */
  call: {
    callId: string;
    state: "talking" | "ended";
    held: boolean;
    muted: boolean;
    talkAt: string | null;
    endedAt: string | null;
    outcome: string | null;
    direction: "inbound" | "outbound";
    number: string | null;
  } | null;
  /** The pop of that call, as it was sent. */
  offer: Record<string, unknown> | null;
  /** The live transfer that this person makes, or that rings or talks here: as its last `transfer` event. */
  transfer: Record<string, unknown> | null;
};

/** Where the desk stands, for a page that was just opened; null for people without a desk. */
export async function deskSnapshot(db: Queryable, personId: string): Promise<DeskSnapshot | null> {
  const result = await db.query<DeskSnapshot>({
    name: "desk-snapshot",
    text: `
      select operator_state_payload(o) as operator,
        (select jsonb_build_object('callId', c.id, 'state', c.state, 'held', c.held, 'muted', c.muted,
            'talkAt', c.talk_at, 'endedAt', c.ended_at, 'outcome', c.outcome, 'direction', c.direction,
            'number', case c.direction when 'outbound' then c.called_number end)
          from calls c where c.id = o.call_id and c.state in ('talking', 'ended')) as call,
        (select e.payload from desk_events e where e.person_id = o.person_id and e.kind = 'offer'
          and e.payload ->> 'callId' = o.call_id::text order by e.seq desc limit 1) as offer,
        (select transfer_payload(t) from transfers t where t.state <> 'ended'
          and (t.operator_id = o.person_id or t.person_id = o.person_id)
          order by t.created_at desc limit 1) as transfer
      from operators o where o.person_id = $1`,
    values: [personId],
  });
  return result.rows[0] ?? null;
}
