import type { PoolClient } from "pg";
import type { Pool, Queryable } from "../database/pool.ts";
import type { RowsSeen } from "./invariant.ts";

const checkLock = 55_057;

/** The one copy that checks; false when another one does. Lasts as long as the connection. */
export async function lockCheck(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query("select pg_try_advisory_lock($1) as won", [checkLock]);
  return rows[0].won;
}

/** So that the connection may go back to its pool. */
export async function unlockCheck(client: PoolClient): Promise<void> {
  await client.query("select pg_advisory_unlock($1)", [checkLock]);
}

const callLines = `
  select c.id, c.direction, c.state, c.outcome, c.parachute, c.asterisk_id as "asteriskId", c.application,
    c.channel_id as "channelId", c.operator_channel_id as "operatorChannelId", c.person_id as "personId",
    c.offer_id as "offerId", c.held, c.queued_at as "queuedAt", c.talk_at as "talkAt", n.state as "nodeState",
    (select min(e.at) from call_events e where e.call_id = c.id and e.kind = 'queued') as "firstQueuedAt",
    a.contacts, a.opened_cases as "openedCases", a.cases as "linkedCases",
    s.status as "caseStatus", s.owner_id as "caseOwnerId", t.id as "transferId"
  from calls c
  join v_call_audit a on a.call_id = c.id
  left join nodes n on n.id = c.node_id
  left join cases s on s.opened_by_call_id = c.id
  left join transfers t on t.call_id = c.id and t.state <> 'ended'
  -- Of a call that an operator began only its life is judged: it opens no case, and may belong to none.
  where (c.direction = 'inbound' or c.state <> 'ended')
    and (c.state <> 'ended' or (c.started_at > clock_timestamp() - interval '12 hours'
      and c.ended_at > clock_timestamp() - make_interval(secs => $1)))`;

/** Live calls, those that ended in the last so many seconds, and every desk, as one transaction sees them. */
export async function readRows(pool: Pool, endedSeconds: number): Promise<RowsSeen> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin isolation level repeatable read read only");
    const { rows: calls } = await client.query(callLines, [endedSeconds]);
    const { rows: offers } = await client.query(
      `select f.id, f.call_id as "callId", f.person_id as "personId", f.channel_id as "channelId",
        coalesce(s.auto_answer, false) as "autoAnswer", f.created_at as "createdAt"
      from offers f left join operators o on o.person_id = f.person_id left join seats s on s.id = o.seat_id
      where f.state = 'ringing'`,
    );
    const { rows: operators } = await client.query(
      `select person_id as "personId", system, call_id as "callId", offer_id as "offerId",
        wrap_up_until as "wrapUpUntil" from operators`,
    );
    const { rows: transfers } = await client.query(
      `select t.id, t.call_id as "callId", c.state as "callState", t.person_id as "personId",
        t.office_channel_id as "officeLeg"
      from transfers t join calls c on c.id = t.call_id where t.state <> 'ended'`,
    );
    const { rows: clock } = await client.query("select clock_timestamp() as now");
    await client.query("commit");
    return { now: clock[0].now, calls, offers, operators, transfers };
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** An operator whom the system believes in a call that is over: free again. False when the row has moved on. */
export async function freeOperator(db: Queryable, personId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with o as (
      update operators o set system = 'idle', call_id = null, offer_id = null, idle_since = clock_timestamp(),
        version = o.version + 1
      where o.person_id = $1 and o.system in ('ringing', 'on_call')
        and not exists (select from calls c where c.id = o.call_id and c.state in ('offered', 'talking'))
      returning o.*
    )
    select record_operator_state(row(o.*)::operators), pg_notify('queue', '') from o`,
    [personId],
  );
  return rowCount === 1;
}

/** A ringing offer whose call is not offered any more: withdrawn, and told to the page. */
export async function withdrawOffer(db: Queryable, offerId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with f as (
      update offers f set state = 'withdrawn', ended_at = clock_timestamp() from calls c
      where f.id = $1 and f.state = 'ringing' and c.id = f.call_id
        and (c.state <> 'offered' or c.offer_id is distinct from f.id)
      returning f.id, f.person_id, f.call_id
    )
    select append_desk_event(f.person_id, 'offer_ended',
      jsonb_build_object('offerId', f.id, 'callId', f.call_id, 'reason', 'withdrawn')) from f`,
    [offerId],
  );
  return rowCount === 1;
}

/** A transfer whose call has ended. */
export async function endTransferOfEndedCall(db: Queryable, transferId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with t as (
      update transfers t set state = 'ended', result = 'citizen_left', ended_at = clock_timestamp() from calls c
      where t.id = $1 and t.state <> 'ended' and c.id = t.call_id and c.state = 'ended' returning t.*
    )
    select tell_transfer(row(t.*)::transfers) from t`,
    [transferId],
  );
  return rowCount === 1;
}

/**
 * A live call whose copy is dead and was not inherited (its row came after the take-over): this copy's from now on.
 * @returns the application that holds its leg, null when the row has moved on.
 */
export async function adoptCall(
  db: Queryable,
  callId: string,
  heir: { id: string; epoch: number },
): Promise<string | null> {
  const { rows } = await db.query(
    `update calls c set node_id = $2, epoch = $3 from nodes n
    where c.id = $1 and c.state <> 'ended' and n.id = c.node_id and n.state in ('dead', 'stopped')
    returning c.application`,
    [callId, heir.id, heir.epoch],
  );
  return rows[0]?.application ?? null;
}
