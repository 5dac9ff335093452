import { legIdOf } from "../../asterisk/wire-names.ts";
import type { Queryable } from "../../database/pool.ts";
import type { CallOutcome } from "../call.ts";
import { standsAs } from "../lost-answer-store.ts";

/** How a call that an operator began ended (REQ 1.6). */
export type OutboundResult =
  | "answered"
  | "busy"
  | "no_answer"
  | "refused"
  | "unreachable"
  | "wrong_number"
  /** The operator's own phone did not answer: nobody else was called. */
  | "operator_unreachable"
  /** The operator hung up before it could be called a try. */
  | "withdrawn"
  /** The copy died while the other side's phone rang, or something of ours failed. */
  | "interrupted";

export type NewOutboundCall = {
  callId: string;
  offerId: string;
  personId: string;
  caseId: string | null;
  entryId: string | null;
  e164: string | null;
  account: string | null;
};

/** The operator's row, locked: what a click to call needs to know of who clicked. */
export async function lockDialler(
  db: Queryable,
  personId: string,
): Promise<{ free: boolean; online: boolean; dialled: number } | null> {
  const { rows } = await db.query(
    `select o.system in ('idle', 'wrap_up', 'not_answering') as free, o.seat_id is not null and exists (
        select from seats s join seat_contacts p on p.online
          and p.account = s.number || case o.phone when 'web' then '-web' else '' end where s.id = o.seat_id) as online,
      (select count(*)::int from calls c where c.direction = 'outbound' and c.person_id = o.person_id
        and c.started_at > clock_timestamp() - interval '1 hour') as dialled
    from operators o where o.person_id = $1 for update of o`,
    [personId],
  );
  return rows[0] ?? null;
}

/**
 * Call, the offer to the operator's own phone, reservation and contact in one statement; a copy that answers calls now
 * gets it and is told. False when there is no such copy.
 */
export async function insertOutboundCall(db: Queryable, wish: NewOutboundCall): Promise<boolean> {
  const { rowCount } = await db.query(
    `with n as (
      select id, epoch from nodes where state = 'alive' and 'calls' = any(roles)
        and heartbeat_at > clock_timestamp() - interval '2 seconds'
      order by (select count(*) from calls c where c.node_id = nodes.id and c.state <> 'ended'), id limit 1
    ), o as (
      update operators o set system = 'ringing', call_id = $1, offer_id = $2, wrap_up_until = null,
        wrap_up_extensions = 0, version = o.version + 1
      from n where o.person_id = $3 returning o.*
    ), c as (
      insert into calls (id, direction, state, called_number, person_id, offer_id, node_id, epoch, answered_at)
      select $1, 'outbound', 'offered', $6, $3, $2, n.id, n.epoch, null from n, o returning *
    ), d as (
      insert into outbound_calls (call_id, case_id, entry_id, account) select id, $4, $5, $7 from c
    ), f as (
      insert into offers (id, call_id, person_id, account, channel_id)
      select $2, c.id, $3, s.number || case o.phone when 'web' then '-web' else '' end, '${legIdOf("")}' || $2::text
      from c, o join seats s on s.id = o.seat_id returning *
    ), k as (
      insert into contacts (id, call_id, direction, channel, person_id)
      select uuidv7(), id, 'outbound', 'phone', $3 from c where $4::uuid is not null returning id
    ), ks as (
      insert into contact_cases (contact_id, case_id) select id, $4::uuid from k
    ), e as (
      insert into call_events (call_id, kind, data) select id, 'placed', jsonb_strip_nulls(
        jsonb_build_object('personId', $3::uuid, 'caseId', $4::uuid, 'entryId', $5::uuid)) from c
    )
    select (select record_operator_state(row(o.*)::operators) from o), pg_notify('call_command', c.node_id::text)
    from c, f`,
    [wish.callId, wish.offerId, wish.personId, wish.caseId, wish.entryId, wish.e164, wish.account],
  );
  return rowCount === 1;
}

/** What the owning copy dials; the call's row tells the rest. */
export type Dialled = {
  callId: string;
  caseId: string | null;
  operatorAccount: string;
  /** e.g. PJSIP/301 or PJSIP/+39055…@trunk. */
  endpoint: string;
  /** Shown on the operator's phone. */
  shown: string;
  ageMs: number;
  dialledAt: Date | null;
};

const dialledColumns = `c.id as "callId", d.case_id as "caseId", f.account as "operatorAccount",
  'PJSIP/' || coalesce(d.account, c.called_number || '@trunk') as endpoint,
  coalesce(d.account, c.called_number) as shown, d.dialled_at as "dialledAt",
  (extract(epoch from clock_timestamp() - c.started_at) * 1000)::int as "ageMs"`;

export async function readDialled(db: Queryable, callId: string): Promise<Dialled | null> {
  const { rows } = await db.query<Dialled>(
    `select ${dialledColumns} from calls c join outbound_calls d on d.call_id = c.id join offers f on f.id = c.offer_id
    where c.id = $1`,
    [callId],
  );
  return rows[0] ?? null;
}

/** Calls of a copy that wait to be begun on a switch; each with the account of the operator's phone. */
export async function placedCalls(db: Queryable, nodeId: string): Promise<Dialled[]> {
  const { rows } = await db.query<Dialled>(
    `select ${dialledColumns} from calls c join outbound_calls d on d.call_id = c.id join offers f on f.id = c.offer_id
    where c.node_id = $1 and c.direction = 'outbound' and c.state = 'offered' and c.application is null
    order by c.started_at`,
    [nodeId],
  );
  return rows;
}

/** The switch and the legs' names, before a leg is made: another copy finds them by the row. False: not ours any more. */
export async function bindToSwitch(
  db: Queryable,
  callId: string,
  epoch: number,
  at: { asteriskId: string; application: string; channelId: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update calls set asterisk_id = $3, application = $4, channel_id = $5
    where id = $1 and epoch = $2 and state = 'offered' and application is null`,
    [callId, epoch, at.asteriskId, at.application, at.channelId],
  );
  return rowCount === 1;
}

/** offered → talking: the operator lifted the phone, the other side is dialled now. */
export async function operatorAnswered(db: Queryable, callId: string, epoch: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `with c as (
      update calls c set state = 'talking', operator_channel_id = '${legIdOf("")}' || c.offer_id::text
      where c.id = $1 and c.epoch = $2 and c.state = 'offered' returning c.*
    ), f as (
      update offers f set state = 'answered', ended_at = clock_timestamp() from c
      where f.id = c.offer_id and f.state = 'ringing'
    ), o as (
      update operators o set system = 'on_call', version = o.version + 1 from c
      where o.person_id = (select person_id from c) and o.call_id = c.id returning o.*
    ), d as (
      update outbound_calls d set dialled_at = clock_timestamp() from c where d.call_id = c.id
    ), e as (
      insert into call_events (call_id, kind) select id, 'dialled' from c
    )
    select append_desk_event(c.person_id, 'call', jsonb_build_object('callId', c.id, 'state', 'talking', 'held', false,
        'muted', false, 'talkAt', null, 'direction', 'outbound', 'number', c.called_number)),
      (select record_operator_state(row(o.*)::operators) from o)
    from c`,
    [callId, epoch],
  );
  return rowCount === 1 || standsAs(db, "dialled", { id: callId, epoch, offerId: null });
}

/** The other side's phone rings: from here on it is a try. */
export async function noteRinging(db: Queryable, callId: string): Promise<void> {
  await db.query("update outbound_calls set ringing_at = clock_timestamp() where call_id = $1 and ringing_at is null", [
    callId,
  ]);
}

/** The other side answered. */
export async function talkBegins(db: Queryable, callId: string, epoch: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `with c as (
      update calls c set talk_at = clock_timestamp(), answered_at = clock_timestamp()
      where c.id = $1 and c.epoch = $2 and c.state = 'talking' and c.talk_at is null returning c.*
    ), e as (
      insert into call_events (call_id, kind, data) select id, 'talking', jsonb_build_object('personId', person_id) from c
    )
    select append_desk_event(c.person_id, 'call', jsonb_build_object('callId', c.id, 'state', 'talking', 'held', false,
      'muted', false, 'talkAt', c.talk_at, 'direction', 'outbound', 'number', c.called_number)) from c`,
    [callId, epoch],
  );
  return rowCount === 1 || standsAs(db, "talks", { id: callId, epoch, offerId: null });
}

export type OutboundEnd = {
  outcome: CallOutcome;
  result: OutboundResult;
  cause: number | null;
  /** After a talk the operator has time to complete the case. */
  wrapUp: boolean;
};

/** Any state → ended, with the ringing offer and the operator. Who called, when this write ended it; else null. */
export async function endOutboundCall(
  db: Queryable,
  callId: string,
  epoch: number,
  end: OutboundEnd,
): Promise<{ personId: string; login: string; rangMs: number } | null> {
  const { rows } = await db.query(
    `with c as (
      update calls c set state = 'ended', ended_at = clock_timestamp(), outcome = $3, held = false, muted = false
      where c.id = $1 and c.epoch = $2 and c.state <> 'ended' returning c.*
    ), d as (
      update outbound_calls d set result = $4, cause = $5 from c where d.call_id = c.id returning d.*
    ), f as (
      update offers f set state = 'no_answer', ended_at = clock_timestamp() from c
      where f.call_id = c.id and f.state = 'ringing'
    ), w as (
      select case when $6 then coalesce(max(wrap_up_seconds), 0) else 0 end as seconds from queues
    ), o as (
      update operators o set system = case when w.seconds > 0 then 'wrap_up' else 'idle' end,
        wrap_up_until = case when w.seconds > 0 then clock_timestamp() + make_interval(secs => w.seconds) end,
        wrap_up_extensions = 0, call_id = case when w.seconds > 0 then o.call_id end, offer_id = null,
        idle_since = clock_timestamp(), version = o.version + 1
      from c, w where o.person_id = (select person_id from c) and o.call_id = c.id
        and o.system in ('ringing', 'on_call') returning o.*
    ), e as (
      insert into call_events (call_id, kind, data)
      select id, 'ended', jsonb_build_object('outcome', $3::text, 'result', $4::text) from c
    )
    select c.person_id as "personId", (select login from people where id = c.person_id) as login,
      coalesce((select extract(epoch from clock_timestamp() - ringing_at) * 1000 from d), 0)::int as "rangMs",
      append_desk_event(c.person_id, 'call', jsonb_build_object('callId', c.id, 'state', 'ended', 'endedAt', c.ended_at,
        'outcome', $3::text, 'direction', 'outbound', 'result', $4::text, 'number', c.called_number)),
      (select record_operator_state(row(o.*)::operators) from o), pg_notify('queue', '')
    from c`,
    [callId, epoch, end.outcome, end.result, end.cause, end.wrapUp],
  );
  const row = rows[0];
  return row ? { personId: row.personId, login: row.login, rangMs: row.rangMs } : null;
}
