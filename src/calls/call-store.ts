import type { Queryable } from "../database/pool.ts";
import type { CallOutcome, CallRow, Language, Offer, OfferResult } from "./call.ts";
import { cancelReasonOf } from "./call.ts";

// Cases are found by the call's parameter and operators by a scalar subquery, never by a join to the statement's own
// first row: joined, the planner walks all open drafts or all operators for each call.

/** A call that has just come in, as the switch told it. */
export type Arrival = {
  callId: string;
  caseId: string;
  asteriskId: string;
  application: string;
  channelId: string;
  sipCallId: string | null;
  calledNumber: string;
  callerE164: string | null;
  callerRaw: string | null;
  callerName: string | null;
  flowId: string;
  flowVersion: number;
  language: Language;
  nodeId: string;
  epoch: number;
};

/** Call, contact and draft case in one statement: there is no moment with a call that has no case (REQ 1.4). */
export async function insertArrival(db: Queryable, a: Arrival): Promise<void> {
  await db.query({
    name: "insert-arrival",
    text: `
      with c as (
        insert into calls (id, asterisk_id, application, channel_id, sip_call_id, called_number, caller_e164, caller_raw,
          caller_name, flow_id, flow_version, language, node_id, epoch)
        values ($1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id
      ), k as (
        insert into contacts (id, call_id, direction, channel, caller_e164)
        select uuidv7(), id, 'inbound', 'phone', $8 from c returning id
      ), s as (
        insert into cases (id, opened_by_call_id, language) select $2, id, $13 from c returning id
      ), ks as (
        insert into contact_cases (contact_id, case_id) select k.id, s.id from k, s
      ), h as (
        insert into case_history (case_id, seq, actor, kind, to_status)
        select id, 1, 'system:calls', 'opened', 'draft' from s
      )
      insert into call_events (call_id, kind) select id, 'arrived' from c`,
    values: [
      a.callId,
      a.caseId,
      a.asteriskId,
      a.application,
      a.channelId,
      a.sipCallId,
      a.calledNumber,
      a.callerE164,
      a.callerRaw,
      a.callerName,
      a.flowId,
      a.flowVersion,
      a.language,
      a.nodeId,
      a.epoch,
    ],
  });
}

export type QueuePlace = {
  queueId: string;
  priority: number;
  agencyId: string | null;
  language: Language;
  choices: unknown[];
};

export type QueueEntry = { queuedAt: Date } | { refused: "full" | "nobody" | "gone" };

/**
 * ivr → waiting. The place in the queue is this moment on PostgreSQL's clock and never changes again.
 * Refused when the queue is full or nobody is signed in who could answer (the caller hears so), or when the row is not
 * this copy's any more.
 */
export async function enterQueue(db: Queryable, callId: string, epoch: number, place: QueuePlace): Promise<QueueEntry> {
  const { rows } = await db.query({
    name: "enter-queue",
    text: `
      with room as (
        select q.id, (select count(*) from (select from calls w where w.state = 'waiting' and w.queue_id = q.id
            limit q.max_waiting) w) < q.max_waiting as free,
          exists (select from operators o where o.chosen <> 'offline' and $6 = any(o.languages)
            and ($5::uuid is null or o.agency_ids is null or $5 = any(o.agency_ids))) as staffed
        from queues q where q.id = $3
      ), c as (
        update calls c set state = 'waiting', queue_id = $3, priority = $4, agency_id = $5, language = $6,
          ivr_choices = $7, queued_at = clock_timestamp(), ivr_node = null,
          answered_at = coalesce(answered_at, clock_timestamp())
        from room where c.id = $1 and c.epoch = $2 and c.state = 'ivr' and room.free and room.staffed
        returning c.id, c.queued_at
      ), e as (
        insert into call_events (call_id, kind) select id, 'queued' from c
      )
      select (select queued_at from c) as "queuedAt", free, staffed from room`,
    values: [
      callId,
      epoch,
      place.queueId,
      place.priority,
      place.agencyId,
      place.language,
      JSON.stringify(place.choices),
    ],
  });
  const row = rows[0];
  if (row?.queuedAt) return { queuedAt: row.queuedAt };
  if (row && !row.staffed) return { refused: "nobody" };
  return { refused: row && !row.free ? "full" : "gone" };
}

export type FlowStep = {
  callId: string;
  epoch: number;
  node: string | null;
  choices: unknown[];
  language: Language;
  agencyId: string | null;
};

/** Where callers are in the flow, so that another copy can go on from the same node. */
export async function saveFlowSteps(db: Queryable, steps: FlowStep[]): Promise<void> {
  await db.query({
    name: "save-flow-steps",
    text: `update calls c set ivr_node = s.node, ivr_choices = s.choices, language = s.language,
        agency_id = s."agencyId", answered_at = coalesce(c.answered_at, clock_timestamp())
      from jsonb_to_recordset($1) as s ("callId" uuid, epoch bigint, node text, choices jsonb, language text, "agencyId" uuid)
      where c.id = s."callId" and c.epoch = s.epoch and c.state = 'ivr'`,
    values: [JSON.stringify(steps)],
  });
}

/**
 * offered → talking: the operator's phone was lifted. False when the caller left first, or another copy owns the call:
 * then nothing may be bridged.
 */
export async function answerOffer(db: Queryable, offer: Offer, epoch: number): Promise<boolean> {
  const { rows } = await db.query({
    name: "answer-offer",
    text: `
      with c as (
        update calls set state = 'talking', talk_at = coalesce(talk_at, clock_timestamp()), operator_channel_id = $3,
          held = false, muted = false
        where id = $1 and epoch = $2 and state = 'offered' and offer_id = $4
        returning id, person_id, talk_at
      ), f as (
        update offers f set state = 'answered', ended_at = clock_timestamp() from c
        where f.id = $4 and f.state = 'ringing' returning f.id
      ), o as (
        update operators o set system = 'on_call', version = o.version + 1 from c
        where o.person_id = (select person_id from c) and o.offer_id = $4 returning o.*
      ), s as (
        update cases s set owner_id = c.person_id, version = s.version + 1 from c
        where s.opened_by_call_id = $1 and s.status = 'draft' returning s.id
      ), k as (
        update contacts k set person_id = c.person_id from c where k.call_id = c.id
      ), e as (
        insert into call_events (call_id, kind, data)
        select id, 'talking', jsonb_build_object('personId', person_id) from c
      )
      select append_desk_event(c.person_id, 'call', jsonb_build_object('callId', c.id, 'state', 'talking',
          'held', false, 'muted', false, 'talkAt', c.talk_at), false),
        (select record_operator_state(row(o.*)::operators) from o)
      from c`,
    values: [offer.callId, epoch, offer.channelId, offer.id],
  });
  return rows.length === 1;
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
  return rows[0]?.back === true;
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
  return rows.length === 1;
}

/**
 * Any state → ended, with everything that hangs on the call: the ringing offer, the operator (wrap-up or idle), and
 * the draft case, which is cancelled by the system when nobody talked to the citizen.
 * @returns false when the row was ended already or belongs to another copy.
 */
export async function endCall(db: Queryable, callId: string, epoch: number, outcome: CallOutcome): Promise<boolean> {
  const { rows } = await db.query({
    name: "end-call",
    text: `
      with c as (
        update calls c set state = 'ended', ended_at = clock_timestamp(), outcome = $3, held = false, muted = false,
          ivr_node = null
        where c.id = $1 and c.epoch = $2 and c.state <> 'ended'
        returning c.id, c.talk_at, c.ended_at, c.person_id,
          coalesce((select wrap_up_seconds from queues q where q.id = c.queue_id), 0) as wrap_up_seconds
      ), f as (
        update offers f set state = 'caller_left', ended_at = clock_timestamp() from c
        where f.call_id = c.id and f.state = 'ringing' returning f.id, f.person_id, f.call_id
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
        from c where o.person_id = (select person_id from c) and o.call_id = c.id
          and o.system in ('ringing', 'on_call') returning o.*
      ), s as (
        update cases s set status = 'cancelled', cancel_reason = $4, closed_at = clock_timestamp(),
          version = s.version + 1
        from c where s.opened_by_call_id = $1 and s.status = 'draft' and c.talk_at is null and $4::text is not null
        returning s.id
      ), t as (
        update transfers t set state = 'ended', result = 'citizen_left', ended_at = clock_timestamp() from c
        where t.call_id = c.id and t.state <> 'ended'
      ), h as (
        insert into case_history (case_id, seq, actor, kind, from_status, to_status, data)
        select s.id, (select max(seq) + 1 from case_history x where x.case_id = s.id), 'system:calls', 'moved', 'draft',
          'cancelled', jsonb_build_object('cause', $4::text, 'outcome', $3::text) from s
      ), e as (
        insert into call_events (call_id, kind, data)
        select id, 'ended', jsonb_build_object('outcome', $3::text) from c
      )
      select c.id,
        (select append_desk_event(f.person_id, 'offer_ended',
          jsonb_build_object('offerId', f.id, 'callId', f.call_id, 'reason', 'caller_left')) from f),
        case when c.talk_at is not null and c.person_id is not null then append_desk_event(c.person_id, 'call',
          jsonb_build_object('callId', c.id, 'state', 'ended', 'endedAt', c.ended_at, 'outcome', $3::text), false) end,
        (select record_operator_state(row(o.*)::operators) from o)
      from c`,
    values: [callId, epoch, outcome, cancelReasonOf(outcome)],
  });
  return rows.length === 1;
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

const liveColumns = `id, asterisk_id as "asteriskId", application, channel_id as "channelId", state, language,
  agency_id as "agencyId", flow_id as "flowId", flow_version as "flowVersion", ivr_node as "ivrNode",
  queue_id as "queueId", queued_at as "queuedAt", priority, offer_id as "offerId", person_id as "personId",
  operator_channel_id as "operatorChannelId", held, muted, started_at as "startedAt", answered_at as "answeredAt",
  talk_at as "talkAt"`;

/** Live calls of a copy, oldest first: what it must go on with after a take-over. */
export async function liveCallsOfNode(db: Queryable, nodeId: string): Promise<CallRow[]> {
  const { rows } = await db.query(
    `select ${liveColumns} from calls where node_id = $1 and state <> 'ended' and direction = 'inbound'
      order by started_at, id`,
    [nodeId],
  );
  return rows;
}

/** The case a call opened and what was chosen in the flow, for a call taken over. */
export async function flowChoices(db: Queryable, callId: string): Promise<unknown[]> {
  const { rows } = await db.query("select ivr_choices from calls where id = $1", [callId]);
  return rows[0]?.ivr_choices ?? [];
}

/** The row came too late: the call is in the dialplan's hands, whose records end it. */
export async function leaveToParachute(db: Queryable, callId: string): Promise<void> {
  await db.query("update calls set parachute = true, node_id = null, epoch = null where id = $1", [callId]);
}
