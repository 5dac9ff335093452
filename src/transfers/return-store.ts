import { legIdOf } from "../asterisk/wire-names.ts";
import type { Offer } from "../calls/call.ts";
import type { Queryable } from "../database/pool.ts";
import { answersByItself } from "../queue/dispatch-store.ts";

/** From here on nobody who joined the queue normally stands before a citizen who comes back. */
const headPriority = 100;

/**
 * talking → offered: the operator who hung up before the citizen was in good hands is rung again, with the pop of
 * before and why. Null when that operator can not be rung; then the citizen goes to the head of the queue.
 */
export async function recallOperator(
  db: Queryable,
  wish: { callId: string; epoch: number; offerId: string; personId: string; reason: string },
): Promise<Offer | null> {
  const { rows } = await db.query(
    `with o as (
      update operators o set system = 'ringing', offer_id = $3::uuid, version = o.version + 1
      from calls c join queues q on q.id = c.queue_id
      where c.id = $1 and c.epoch = $2 and c.state = 'talking' and c.person_id = $4 and o.person_id = $4
        and o.call_id = c.id and o.system = 'on_call' and o.seat_id is not null returning o.*
    ), c as (
      update calls c set state = 'offered', offer_id = $3::uuid, operator_channel_id = null, held = false, muted = false,
        priority = greatest(c.priority, ${headPriority})
      from o where c.id = $1 and c.epoch = $2 and c.state = 'talking' returning c.*
    ), f as (
      insert into offers (id, call_id, person_id, account, channel_id)
      select $3::uuid, c.id, o.person_id, s.number || case o.phone when 'web' then '-web' else '' end, '${legIdOf("")}' || $3::uuid
      from c, o join seats s on s.id = o.seat_id returning *
    ), e as (
      insert into call_events (call_id, kind, data)
      select call_id, 'recalled', jsonb_build_object('personId', person_id, 'offerId', id, 'reason', $5::text) from f
    ), pop as (
      select f.*, coalesce((select d.payload from desk_events d where d.person_id = f.person_id and d.kind = 'offer'
          and d.payload ->> 'callId' = f.call_id::text order by d.seq desc limit 1), jsonb_build_object('callId', f.call_id))
        || jsonb_build_object('offerId', f.id, 'account', f.account, 'offeredAt', f.created_at, 'returned', $5::text)
        as payload from f
    )
    select f.id, f.call_id as "callId", f.person_id as "personId", f.account, f.channel_id as "channelId", 0 as "ageMs",
      (select ring_seconds from queues q join c on q.id = c.queue_id) as "ringSeconds",
      (select ${answersByItself} from o join seats s on s.id = o.seat_id) as "autoAnswer",
      (select caller_e164 from c) as "callerE164",
      (select append_desk_event(person_id, 'offer', payload) from pop) as seq,
      (select record_operator_state(row(o.*)::operators) from o) as state
    from f`,
    [wish.callId, wish.epoch, wish.offerId, wish.personId, wish.reason],
  );
  const row = rows[0];
  if (!row) return null;
  const { seq: _seq, state: _state, ...offer } = row;
  return offer;
}

/**
 * talking → waiting at the head, when there is no operator to come back to: vanished, or long since free. The operator
 * who still had the call is set aside as "not answering".
 */
export async function backToQueueHead(db: Queryable, callId: string, epoch: number, reason: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with c as (
      update calls c set state = 'waiting', offer_id = null, operator_channel_id = null, person_id = null, held = false,
        muted = false, priority = greatest(c.priority, ${headPriority})
      from calls old where c.id = $1 and old.id = c.id and c.epoch = $2 and c.state = 'talking'
      returning c.id, old.person_id
    ), o as (
      update operators o set system = 'not_answering', call_id = null, offer_id = null, version = o.version + 1
      from c where o.call_id = c.id and o.system = 'on_call' returning o.*
    ), e as (
      insert into call_events (call_id, kind, data)
      select id, 'back_in_queue', jsonb_build_object('personId', person_id, 'reason', $3::text) from c
    )
    select append_desk_event(c.person_id, 'call', jsonb_build_object('callId', c.id, 'state', 'lost')),
      (select record_operator_state(row(o.*)::operators) from o)
    from c`,
    [callId, epoch, reason],
  );
  return rowCount === 1;
}
