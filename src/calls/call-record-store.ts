import type { PoolClient } from "pg";
import { toE164 } from "../citizens/phone-number.ts";
import type { Queryable } from "../database/pool.ts";
import { type CallOutcome, cancelReasonOf } from "./call.ts";
import type { CallRecord } from "./call-records.ts";

const importLock = 55_056;

/** One copy at a time reads the records of an Asterisk. */
export async function lockRecordImport(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query("select pg_try_advisory_xact_lock($1) as won", [importLock]);
  return rows[0].won;
}

export async function readPosition(client: PoolClient, folder: string, inode: number): Promise<number> {
  const { rows } = await client.query("select read_bytes from call_record_files where folder = $1 and inode = $2", [
    folder,
    inode,
  ]);
  return rows[0]?.read_bytes ?? 0;
}

export async function savePosition(client: PoolClient, folder: string, inode: number, bytes: number): Promise<void> {
  await client.query(
    `insert into call_record_files (folder, inode, read_bytes) values ($1, $2, $3)
    on conflict (folder) do update set inode = excluded.inode, read_bytes = excluded.read_bytes`,
    [folder, inode, bytes],
  );
}

/** Channel ids of those calls whose rows ask for nothing: the program has them in hand, or ended them. */
export async function knownEnded(db: Queryable, records: CallRecord[]): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const { rows } = await db.query(
    `select channel_id as "channelId" from unnest($1::text[], $2::text[]) as r (asterisk_id, channel_id)
    join calls c using (asterisk_id, channel_id) where c.state = 'ended' or c.node_id is not null`,
    [records.map((record) => record.asteriskId), records.map((record) => record.channelId)],
  );
  return new Set(rows.map((row) => row.channelId));
}

/** Channel ids of those calls that no row tells of. */
export async function unknownCalls(db: Queryable, records: CallRecord[]): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const { rows } = await db.query(
    `select channel_id as "channelId" from unnest($1::text[], $2::text[]) as r (asterisk_id, channel_id)
    where not exists (select from calls c where c.asterisk_id = r.asterisk_id and c.channel_id = r.channel_id)`,
    [records.map((record) => record.asteriskId), records.map((record) => record.channelId)],
  );
  return new Set(rows.map((row) => row.channelId));
}

/**
 * A call that the program never had, with its contact and draft case; nothing when the row exists. A call of this
 * copy that was sent to the parachute is marked so.
 */
export async function noteRecordedCall(db: Queryable, record: CallRecord, parachute: boolean): Promise<void> {
  const number = toE164(record.caller);
  await db.query(
    `with c as (
      insert into calls (id, asterisk_id, channel_id, sip_call_id, called_number, caller_e164, caller_raw, parachute, started_at)
      values (uuidv7(), $1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (asterisk_id, channel_id) do update set parachute = calls.parachute or excluded.parachute,
        node_id = null, epoch = null
        where excluded.parachute and calls.state <> 'ended' and not calls.parachute
      returning id, (xmax = 0) as is_new
    ), k as (
      insert into contacts (id, call_id, direction, channel, caller_e164)
      select uuidv7(), id, 'inbound', 'phone', $5 from c where is_new returning id
    ), s as (
      insert into cases (id, opened_by_call_id) select uuidv7(), id from c where is_new returning id
    ), ks as (
      insert into contact_cases (contact_id, case_id) select k.id, s.id from k, s
    ), h as (
      insert into case_history (case_id, seq, actor, kind, to_status)
      select id, 1, 'system:call-records', 'opened', 'draft' from s
    )
    insert into call_events (call_id, kind) select id, 'arrived' from c where is_new`,
    [
      record.asteriskId,
      record.channelId,
      record.sipCallId || null,
      record.calledNumber,
      number,
      record.caller.slice(0, 64) || null,
      parachute,
      record.at,
    ],
  );
}

/**
 * The end of a call that Asterisk alone saw. Answered by a seat: a draft in that person's "to complete" list; else
 * the case is cancelled by the system (REQ 1.4).
 */
export async function endRecordedCall(
  db: Queryable,
  record: CallRecord,
  outcome: CallOutcome,
  seat: string | null,
): Promise<void> {
  await db.query(
    `with c as (
      update calls set state = 'ended', ended_at = greatest($3, started_at), outcome = $4,
        talk_at = case when $5::text is not null then coalesce(talk_at, $3) end,
        person_id = (select o.person_id from operators o join seats s on s.id = o.seat_id where s.number = $5)
      where asterisk_id = $1 and channel_id = $2 and state <> 'ended' and node_id is null
      returning id, person_id
    ), s as (
      update cases s set owner_id = c.person_id, version = s.version + 1,
        status = case when $6::text is null then 'draft' else 'cancelled' end,
        cancel_reason = $6, closed_at = case when $6::text is null then null else clock_timestamp() end
      from c where s.opened_by_call_id = (select id from c) and s.status = 'draft' returning s.id, c.person_id
    ), h as (
      insert into case_history (case_id, seq, actor, kind, from_status, to_status, data)
      select s.id, (select max(seq) + 1 from case_history x where x.case_id = s.id), 'system:call-records',
        case when $6::text is null then 'owner' else 'moved' end, 'draft',
        case when $6::text is null then 'draft' else 'cancelled' end,
        jsonb_build_object('outcome', $4::text, 'cause', $6::text, 'seat', $5::text) from s
    ), e as (
      insert into call_events (call_id, kind, data) select id, 'ended', jsonb_build_object('outcome', $4::text) from c
    )
    select append_desk_event(s.person_id, 'case', jsonb_build_object('caseId', s.id, 'what', 'to_complete'))
    from s where s.person_id is not null`,
    [record.asteriskId, record.channelId, record.at, outcome, seat, cancelReasonOf(outcome)],
  );
}

/** Calls that only an Asterisk had which was restarted since: it can not tell their end any more. */
export async function endUnownedBefore(db: Queryable, asteriskId: string, restartedAt: Date): Promise<void> {
  const { rows } = await db.query(
    `select channel_id as "channelId" from calls
    where asterisk_id = $1 and (parachute or node_id is null) and state <> 'ended' and started_at < $2`,
    [asteriskId, restartedAt],
  );
  for (const { channelId } of rows) {
    const record: CallRecord = {
      ...{ event: "ended", asteriskId, channelId, at: restartedAt, calledNumber: "" },
      ...{ sipCallId: "", caller: "", seat: "", result: "" },
    };
    await endRecordedCall(db, record, "lost_with_switch", null);
  }
}
