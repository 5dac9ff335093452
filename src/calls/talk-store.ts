import type { Queryable } from "../database/pool.ts";
import { type CallOutcome, cancelReasonOf, type Offer, type OfferResult } from "./call.ts";
import { standsAs } from "./lost-answer-store.ts";

/** An offer whose phone was lifted, for the copy that owns the call. */
export type AnsweredOffer = Pick<Offer, "id" | "callId" | "channelId"> & { epoch: number };

/**
 * offered → talking: the operator's phone was lifted. False where the caller left first, or another copy owns the call:
 * then nothing may be bridged.
 */
export async function answerOffers(db: Queryable, offers: AnsweredOffer[]): Promise<boolean[]> {
  const { rows } = await db.query({
    name: "answer-offers",
    text: `
      with a as materialized (
        select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[]) as a (call_id, epoch, channel_id, offer_id)
      ), c as (
        update calls c set state = 'talking', talk_at = coalesce(talk_at, clock_timestamp()),
          operator_channel_id = a.channel_id, held = false, muted = false
        from a where c.id = a.call_id and c.id = any($1::uuid[]) and c.epoch = a.epoch and c.state = 'offered'
          and c.offer_id = a.offer_id
        returning c.id, c.person_id, c.talk_at, c.offer_id
      ), f as (
        update offers f set state = 'answered', ended_at = clock_timestamp() from c
        where f.id = c.offer_id and f.id = any($4::uuid[]) and f.state = 'ringing' returning f.id
      ), o as (
        update operators o set system = 'on_call', version = o.version + 1 from c
        where o.person_id = c.person_id and o.offer_id = c.offer_id returning o.*
      ), s as (
        update cases s set owner_id = c.person_id, version = s.version + 1 from c
        where s.opened_by_call_id = c.id and s.opened_by_call_id = any($1::uuid[]) and s.status = 'draft' returning s.id
      ), k as (
        update contacts k set person_id = c.person_id from c where k.call_id = c.id and k.call_id = any($1::uuid[])
      ), e as (
        insert into call_events (call_id, kind, data)
        select id, 'talking', jsonb_build_object('personId', person_id) from c
      )
      select c.id, tell_call_and_state(c.person_id, jsonb_build_object('callId', c.id, 'state', 'talking',
          'held', false, 'muted', false, 'talkAt', c.talk_at), row(o.*)::operators)
      from c left join o on o.person_id = c.person_id`,
    values: [
      offers.map((offer) => offer.callId),
      offers.map((offer) => offer.epoch),
      offers.map((offer) => offer.channelId),
      offers.map((offer) => offer.id),
    ],
  });
  const answered = new Set(rows.map((row) => row.id));
  return Promise.all(
    offers.map(({ id, callId, epoch }) => {
      return answered.has(callId) || standsAs(db, "answered", { id: callId, epoch, offerId: id });
    }),
  );
}

/**
 * offered → waiting: the phone rang for nothing. The caller keeps the old place (head of the equals), the operator is
 * "not answering" unless the offer was only withdrawn (REQ 1.3).
 */
export async function failOffer(
  db: Queryable,
  offer: Offer,
  epoch: number,
  result: OfferResult,
  cause: number | null,
): Promise<boolean> {
  const { rows } = await db.query({
    name: "fail-offer",
    text: `
      with f as (
        update offers set state = $4, cause = $5, ended_at = clock_timestamp()
        where id = $3 and state = 'ringing' returning id, person_id, call_id
      ), c as (
        update calls c set state = 'waiting', offer_id = null, person_id = null
        where c.id = $1 and c.epoch = $2 and c.state = 'offered' and c.offer_id = $3 returning c.id
      ), o as (
        update operators o set system = case when $4 = 'withdrawn' then 'idle' else 'not_answering' end,
          call_id = null, offer_id = null, version = o.version + 1
        from f where o.person_id = (select person_id from f) and o.offer_id = f.id returning o.*
      ), e as (
        insert into call_events (call_id, kind, data)
        select call_id, 'offer_failed', jsonb_build_object('personId', person_id, 'result', $4::text, 'cause', $5::int) from f
      )
      select append_desk_event(f.person_id, 'offer_ended',
          jsonb_build_object('offerId', f.id, 'callId', f.call_id, 'reason', $4::text), false),
        (select record_operator_state(row(o.*)::operators) from o), exists (select from c) as back
      from f`,
    values: [offer.callId, epoch, offer.id, result, cause],
  });
  return rows[0]?.back === true || standsAs(db, "back", { id: offer.callId, epoch, offerId: offer.id });
}

/** talking → waiting: the operator's phone vanished; the citizen goes back to the old place, the operator is set aside. */
export async function loseOperator(db: Queryable, callId: string, epoch: number, cause: number): Promise<boolean> {
  const { rows } = await db.query(
    `with c as (
      update calls c set state = 'waiting', offer_id = null, operator_channel_id = null, person_id = null, held = false,
        muted = false, priority = greatest(c.priority, 100)
      from calls old where c.id = $1 and old.id = c.id and c.epoch = $2 and c.state = 'talking'
      returning c.id, old.person_id
    ), o as (
      update operators o set system = 'not_answering', call_id = null, offer_id = null, version = o.version + 1
      from c where o.person_id = (select person_id from c) and o.call_id = c.id returning o.*
    ), e as (
      insert into call_events (call_id, kind, data)
      select id, 'operator_lost', jsonb_build_object('personId', person_id, 'cause', $3::int) from c
    )
    select append_desk_event(c.person_id, 'call', jsonb_build_object('callId', c.id, 'state', 'lost')),
      (select record_operator_state(row(o.*)::operators) from o)
    from c`,
    [callId, epoch, cause],
  );
  return rows.length === 1 || standsAs(db, "queued", { id: callId, epoch, offerId: null });
}

export type EndedCall = { callId: string; epoch: number; outcome: CallOutcome };

/**
 * Any state → ended, with everything that hangs on the call: the ringing offer, the operator (wrap-up or idle), and
 * the draft case, which is cancelled by the system when nobody talked to the citizen.
 * @returns false where the row was ended already or belongs to another copy.
 */
export async function endCalls(db: Queryable, calls: EndedCall[]): Promise<boolean[]> {
  const { rows } = await db.query({
    name: "end-calls",
    text: `
      with a as materialized (
        select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) as a (call_id, epoch, outcome, cancel_reason)
      ), mine as materialized (
        -- A decision locks the calls that wait in this order too.
        select c.id from calls c join a on a.call_id = c.id and a.epoch = c.epoch
        where c.id = any($1::uuid[]) and c.state <> 'ended' order by c.id for update of c
      ), c as (
        update calls c set state = 'ended', ended_at = clock_timestamp(), outcome = a.outcome, held = false,
          muted = false, ivr_node = null
        from mine join a on a.call_id = mine.id where c.id = mine.id and c.id = any($1::uuid[])
        returning c.id, c.talk_at, c.ended_at, c.person_id, c.outcome, a.cancel_reason,
          coalesce((select wrap_up_seconds from queues q where q.id = c.queue_id), 0) as wrap_up_seconds
      ), f as (
        update offers f set state = 'caller_left', ended_at = clock_timestamp() from c
        where f.call_id = c.id and f.call_id = any($1::uuid[]) and f.state = 'ringing'
        returning f.id, f.person_id, f.call_id
      ), o as (
        update operators o set
          system = case when o.system = 'on_call' and c.wrap_up_seconds > 0 then 'wrap_up' else 'idle' end,
          wrap_up_until = case when o.system = 'on_call' and c.wrap_up_seconds > 0
            then clock_timestamp() + make_interval(secs => c.wrap_up_seconds) end,
          wrap_up_extensions = 0,
          call_id = case when o.system = 'on_call' and c.wrap_up_seconds > 0 then o.call_id end,
          offer_id = null,
          idle_since = case when o.system = 'on_call' then clock_timestamp() else o.idle_since end,
          version = o.version + 1
        from c where o.person_id = c.person_id and o.call_id = c.id and o.system in ('ringing', 'on_call') returning o.*
      ), s as (
        update cases s set status = 'cancelled', cancel_reason = c.cancel_reason, closed_at = clock_timestamp(),
          version = s.version + 1
        from c where s.opened_by_call_id = c.id and s.opened_by_call_id = any($1::uuid[]) and s.status = 'draft'
          and c.talk_at is null and c.cancel_reason is not null
        returning s.id, s.cancel_reason, c.outcome
      ), t as (
        update transfers t set state = 'ended', result = 'citizen_left', ended_at = clock_timestamp() from c
        where t.call_id = c.id and t.call_id = any($1::uuid[]) and t.state <> 'ended'
      ), h as (
        insert into case_history (case_id, seq, actor, kind, from_status, to_status, data)
        select s.id, (select max(seq) + 1 from case_history x where x.case_id = s.id), 'system:calls', 'moved', 'draft',
          'cancelled', jsonb_build_object('cause', s.cancel_reason, 'outcome', s.outcome) from s
      ), e as (
        insert into call_events (call_id, kind, data) select id, 'ended', jsonb_build_object('outcome', outcome) from c
      )
      select c.id,
        case when f.id is not null then append_desk_event(f.person_id, 'offer_ended',
          jsonb_build_object('offerId', f.id, 'callId', f.call_id, 'reason', 'caller_left')) end,
        tell_call_and_state(c.person_id, case when c.talk_at is not null then jsonb_build_object('callId', c.id,
          'state', 'ended', 'endedAt', c.ended_at, 'outcome', c.outcome) end, row(o.*)::operators),
        c.person_id is not null and o.person_id is null as unreleased
      from c left join f on f.call_id = c.id left join o on o.person_id = c.person_id`,
    values: [
      calls.map((call) => call.callId),
      calls.map((call) => call.epoch),
      calls.map((call) => call.outcome),
      calls.map((call) => cancelReasonOf(call.outcome)),
    ],
  });
  const ended = new Set(rows.map((row) => row.id));
  const unreleased = rows.filter((row) => row.unreleased).map((row) => row.id);
  if (unreleased.length > 0) await releaseRinging(db, unreleased);
  return calls.map((call) => ended.has(call.callId));
}

/**
 * A decision that wrote an offer while the end of its call waited for the row's lock: the end saw neither the offer nor
 * the operator that it reserved, since a statement looks at what there was when it began.
 */
async function releaseRinging(db: Queryable, callIds: string[]): Promise<void> {
  await db.query({
    name: "release-ringing",
    text: `
      with f as (
        update offers set state = 'caller_left', ended_at = clock_timestamp()
        where call_id = any($1::uuid[]) and state = 'ringing' returning id, person_id, call_id
      ), o as (
        update operators o set system = 'idle', call_id = null, offer_id = null, version = o.version + 1
        from f where o.person_id = f.person_id and o.offer_id = f.id returning o.*
      )
      select append_desk_event(f.person_id, 'offer_ended',
          jsonb_build_object('offerId', f.id, 'callId', f.call_id, 'reason', 'caller_left')),
        (select record_operator_state(row(o.*)::operators) from o where o.person_id = f.person_id),
        pg_notify('queue', '')
      from f`,
    values: [callIds],
  });
}

/** Hold and mute of the talk, told to the operator's page. */
export async function setTalkFlags(
  db: Queryable,
  callId: string,
  epoch: number,
  flags: { held: boolean; muted: boolean },
): Promise<boolean> {
  const { rows } = await db.query(
    `with c as (
      update calls set held = $3, muted = $4 where id = $1 and epoch = $2 and state = 'talking'
      returning id, person_id, talk_at
    ), e as (
      insert into call_events (call_id, kind, data)
      select id, 'talk_flags', jsonb_build_object('held', $3::boolean, 'muted', $4::boolean) from c
    )
    select append_desk_event(c.person_id, 'call', jsonb_build_object('callId', c.id, 'state', 'talking',
      'held', $3::boolean, 'muted', $4::boolean, 'talkAt', c.talk_at)) from c`,
    [callId, epoch, flags.held, flags.muted],
  );
  return rows.length === 1;
}
