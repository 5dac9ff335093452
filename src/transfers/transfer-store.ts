import { legIdOf } from "../asterisk/wire-names.ts";
import type { Queryable } from "../database/pool.ts";
import {
  statesBefore,
  type Transfer,
  type TransferKind,
  type TransferResult,
  type TransferState,
  type VoicemailPolicy,
} from "./transfer.ts";

export type NewTransfer = {
  callId: string;
  caseId: string;
  kind: TransferKind;
  operatorId: string;
  officeId: string | null;
  personId: string | null;
  entryId: string | null;
  checkId: string | null;
  checkAgeSeconds: number | null;
  endpoint: string;
  targetName: string;
  numberToTell: string | null;
  voicemail: VoicemailPolicy;
};

/**
 * The wish, written before anything happens; null when the call is not this operator's now. The database's unique
 * indexes refuse a second live transfer of the call, or to the phone.
 */
export async function insertTransfer(db: Queryable, t: NewTransfer): Promise<string | null> {
  const { rows } = await db.query(
    `insert into transfers (call_id, case_id, kind, operator_id, office_id, person_id, entry_id, check_id,
      check_age_seconds, endpoint, target_name, number_to_tell, voicemail)
    select c.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from calls c
    where c.id = $1 and c.person_id = $4 and c.state = 'talking' and c.direction = 'inbound' returning id`,
    [
      t.callId,
      t.caseId,
      t.kind,
      t.operatorId,
      t.officeId,
      t.personId,
      t.entryId,
      t.checkId,
      t.checkAgeSeconds,
      t.endpoint,
      t.targetName,
      t.numberToTell,
      t.voicemail,
    ],
  );
  return rows[0]?.id ?? null;
}

/** A wish that no copy took up in time; false when it was taken up after all. */
export async function withdrawTransfer(db: Queryable, transferId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update transfers set state = 'ended', result = 'withdrawn', ended_at = clock_timestamp()
    where id = $1 and state = 'asked'`,
    [transferId],
  );
  return rowCount === 1;
}

const columns = `t.id, t.call_id as "callId", t.case_id as "caseId", t.kind, t.state, t.operator_id as "operatorId",
  t.operator_end as "operatorEnd", t.office_id as "officeId", t.person_id as "personId",
  t.check_age_seconds as "checkAgeSeconds", t.endpoint, t.office_channel_id as "officeLeg", t.target_name as "targetName", t.voicemail,
  t.settled_at as "settledAt",
  coalesce(extract(epoch from clock_timestamp() - t.ringing_at) * 1000, 0)::int as "ringingMs",
  coalesce(extract(epoch from clock_timestamp() - t.joined_at) * 1000, 0)::int as "joinedMs",
  c.caller_e164 as "callerE164", c.caller_name as "callerName"`;

export async function readTransfer(db: Queryable, transferId: string): Promise<Transfer | null> {
  const { rows } = await db.query<Transfer>(
    `select ${columns} from transfers t join calls c on c.id = t.call_id where t.id = $1`,
    [transferId],
  );
  return rows[0] ?? null;
}

/** The transfer that a call is in, for the web door; null when there is none. */
export async function liveTransferOf(db: Queryable, callId: string): Promise<Transfer | null> {
  const { rows } = await db.query<Transfer>(
    `select ${columns} from transfers t join calls c on c.id = t.call_id where t.call_id = $1 and t.state <> 'ended'`,
    [callId],
  );
  return rows[0] ?? null;
}

/**
 * The transfers of a copy's calls, by call, oldest first: the last one may live on, and those that ended may have left
 * their bridges when the copy died before the legs were moved.
 */
export async function transfersOfNode(
  db: Queryable,
  nodeId: string,
): Promise<Map<string, { id: string; leg: string; ended: boolean }[]>> {
  const { rows } = await db.query(
    `select t.id, t.call_id as "callId", coalesce(t.office_channel_id, '${legIdOf("")}' || t.id) as leg,
      t.state = 'ended' as ended from transfers t join calls c on c.id = t.call_id
    where c.node_id = $1 and c.state <> 'ended' order by t.created_at`,
    [nodeId],
  );
  const byCall = new Map<string, { id: string; leg: string; ended: boolean }[]>();
  for (const { callId, ...transfer } of rows) byCall.set(callId, [...(byCall.get(callId) ?? []), transfer]);
  return byCall;
}

/** One move of the machine, told to both pages. False: another copy owns the call, or the row moved on. */
export async function moveTransfer(
  db: Queryable,
  transferId: string,
  epoch: number,
  to: Exclude<TransferState, "ended">,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with t as (
      update transfers t set state = $3,
        ringing_at = case when $3 = 'ringing' then clock_timestamp() else t.ringing_at end,
        joined_at = case when $3 = 'joined' then clock_timestamp() else t.joined_at end
      from calls c where t.id = $1 and c.id = t.call_id and c.epoch = $2 and c.state = 'talking'
        and t.state = any($4::text[]) returning t.*
    ), e as (
      insert into call_events (call_id, kind, data)
      select call_id, 'transfer', jsonb_build_object('transferId', id, 'kind', kind, 'state', state) from t
    )
    select tell_transfer(row(t.*)::transfers) from t`,
    [transferId, epoch, to, statesBefore(to)],
  );
  return rowCount === 1;
}

/** Any state → ended, told to both pages. */
export async function endTransfer(
  db: Queryable,
  transferId: string,
  epoch: number,
  result: TransferResult,
  cause: number | null,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with t as (
      update transfers t set state = 'ended', result = $3, cause = $4, ended_at = clock_timestamp()
      from calls c where t.id = $1 and c.id = t.call_id and c.epoch = $2 and t.state <> 'ended' returning t.*
    ), e as (
      insert into call_events (call_id, kind, data)
      select call_id, 'transfer', jsonb_build_object('transferId', id, 'kind', kind, 'state', state, 'result', result,
        'cause', cause) from t
    )
    select tell_transfer(row(t.*)::transfers) from t`,
    [transferId, epoch, result, cause],
  );
  return rowCount === 1;
}

/** The operator's leg ended while the transfer goes on. */
export async function noteOperatorEnd(
  db: Queryable,
  transferId: string,
  epoch: number,
  end: "hung_up" | "lost",
): Promise<void> {
  await db.query(
    `with t as (
      update transfers t set operator_end = $3 from calls c
      where t.id = $1 and c.id = t.call_id and c.epoch = $2 and t.operator_end is null returning t.*
    )
    select tell_transfer(row(t.*)::transfers) from t`,
    [transferId, epoch, end],
  );
}

/**
 * The operator is free, the talk is the office's: the call's person and second leg change hands, the operator goes to
 * wrap-up with the case. Idempotent: a second time nothing matches.
 */
export async function settleTransfer(
  db: Queryable,
  transferId: string,
  epoch: number,
  officeLeg: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with t as (
      update transfers t set settled_at = clock_timestamp() from calls c
      where t.id = $1 and c.id = t.call_id and c.epoch = $2 and t.state = 'joined' and t.settled_at is null returning t.*
    ), c as (
      update calls c set person_id = coalesce(t.person_id, c.person_id), operator_channel_id = $3, held = false,
        muted = false
      from t where c.id = t.call_id
      returning c.id, t.operator_id, c.talk_at,
        coalesce((select wrap_up_seconds from queues q where q.id = c.queue_id), 0) as wrap_up
    ), o as (
      update operators o set system = case when c.wrap_up > 0 then 'wrap_up' else 'idle' end,
        wrap_up_until = case when c.wrap_up > 0 then clock_timestamp() + make_interval(secs => c.wrap_up) end,
        wrap_up_extensions = 0, call_id = case when c.wrap_up > 0 then o.call_id end, offer_id = null,
        idle_since = clock_timestamp(), version = o.version + 1
      from c where o.person_id = c.operator_id and o.call_id = c.id and o.system = 'on_call' returning o.*
    )
    select tell_transfer(row(t.*)::transfers),
      (select append_desk_event(c.operator_id, 'call', jsonb_build_object('callId', c.id, 'state', 'ended',
        'endedAt', clock_timestamp(), 'outcome', 'answered', 'handedOver', true)) from c),
      (select record_operator_state(row(o.*)::operators) from o), pg_notify('queue', '')
    from t`,
    [transferId, epoch, officeLeg],
  );
  return rowCount === 1;
}

/** The office goes on with a new leg to the same page; false when the transfer is over or another copy's. */
export async function replaceOfficeLeg(
  db: Queryable,
  transferId: string,
  epoch: number,
  leg: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with t as (
      update transfers t set office_channel_id = $3 from calls c
      where t.id = $1 and c.id = t.call_id and c.epoch = $2 and t.state <> 'ended' returning t.*
    ), c as (
      update calls c set operator_channel_id = $3 from t where c.id = t.call_id and t.settled_at is not null
    )
    insert into call_events (call_id, kind, data)
    select call_id, 'page_called_again', jsonb_build_object('personId', person_id, 'transferId', id) from t`,
    [transferId, epoch, leg],
  );
  return rowCount === 1;
}

/** True when a write whose answer was lost had been made after all (FAULTS F28). */
export async function standsAt(
  db: Queryable,
  transferId: string,
  epoch: number,
  state: TransferState,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from transfers t join calls c on c.id = t.call_id where t.id = $1 and c.epoch = $2 and t.state = $3`,
    [transferId, epoch, state],
  );
  return rowCount === 1;
}

export async function nameOfOffice(db: Queryable, officeId: string): Promise<string> {
  const { rows } = await db.query<{ name: string }>("select name from offices where id = $1", [officeId]);
  return rows[0]?.name ?? "";
}

/** Every transfer of a call, oldest first, as its pages were told. */
export async function transfersOfCall(db: Queryable, callId: string): Promise<unknown[]> {
  const { rows } = await db.query(
    `select transfer_payload(t) || jsonb_build_object('createdAt', t.created_at, 'joinedAt', t.joined_at, 'endedAt',
      t.ended_at) as transfer from transfers t where t.call_id = $1 order by t.created_at`,
    [callId],
  );
  return rows.map((row) => row.transfer);
}
