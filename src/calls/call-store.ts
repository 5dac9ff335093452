import type { Queryable } from "../database/pool.ts";
import type { CallRow, Language } from "./call.ts";

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

/** Calls, contacts and draft cases in one statement: there is no moment with a call that has no case (REQ 1.4). */
export async function insertArrivals(db: Queryable, arrivals: Arrival[]): Promise<true[]> {
  await db.query({
    name: "insert-arrivals",
    text: `
      with a as materialized (
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
          $8::text[], $9::text[], $10::text[], $11::uuid[], $12::int[], $13::text[], $14::uuid[], $15::bigint[])
          as a (call_id, case_id, asterisk_id, application, channel_id, sip_call_id, called_number, caller_e164,
            caller_raw, caller_name, flow_id, flow_version, language, node_id, epoch)
      ), c as (
        insert into calls (id, asterisk_id, application, channel_id, sip_call_id, called_number, caller_e164, caller_raw,
          caller_name, flow_id, flow_version, language, node_id, epoch)
        select call_id, asterisk_id, application, channel_id, sip_call_id, called_number, caller_e164, caller_raw,
          caller_name, flow_id, flow_version, language, node_id, epoch from a
        returning id, language, caller_e164
      ), k as (
        insert into contacts (id, call_id, direction, channel, caller_e164)
        select uuidv7(), id, 'inbound', 'phone', caller_e164 from c returning id, call_id
      ), s as (
        insert into cases (id, opened_by_call_id, language)
        select a.case_id, c.id, c.language from c join a on a.call_id = c.id returning id, opened_by_call_id
      ), ks as (
        insert into contact_cases (contact_id, case_id) select k.id, s.id from k join s on s.opened_by_call_id = k.call_id
      ), h as (
        insert into case_history (case_id, seq, actor, kind, to_status)
        select id, 1, 'system:calls', 'opened', 'draft' from s
      )
      insert into call_events (call_id, kind) select id, 'arrived' from c`,
    values: [
      arrivals.map((a) => a.callId),
      arrivals.map((a) => a.caseId),
      arrivals.map((a) => a.asteriskId),
      arrivals.map((a) => a.application),
      arrivals.map((a) => a.channelId),
      arrivals.map((a) => a.sipCallId),
      arrivals.map((a) => a.calledNumber),
      arrivals.map((a) => a.callerE164),
      arrivals.map((a) => a.callerRaw),
      arrivals.map((a) => a.callerName),
      arrivals.map((a) => a.flowId),
      arrivals.map((a) => a.flowVersion),
      arrivals.map((a) => a.language),
      arrivals.map((a) => a.nodeId),
      arrivals.map((a) => a.epoch),
    ],
  });
  return arrivals.map(() => true);
}

export type QueuePlace = {
  queueId: string;
  priority: number;
  agencyId: string | null;
  language: Language;
  choices: unknown[];
};

export type QueueEntry = { queuedAt: Date } | { refused: "full" | "nobody" | "gone" };

export type QueueCall = QueuePlace & { callId: string; epoch: number };

/**
 * ivr → waiting. The place in the queue is this moment on PostgreSQL's clock, in the order of the calls given, and
 * never changes again. Refused when the queue is full or nobody is signed in who could answer (the caller hears so),
 * or when the row is not this copy's any more.
 */
export async function enterQueues(db: Queryable, calls: QueueCall[]): Promise<QueueEntry[]> {
  const { rows } = await db.query({
    name: "enter-queues",
    text: `
      with a as materialized (
        select *, clock_timestamp() as entered_at from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::int[], $5::uuid[],
          $6::text[], $7::jsonb[]) with ordinality as a (call_id, epoch, queue_id, priority, agency_id, language, choices, ord)
      ), q as materialized (
        -- Once a queue, not once a call: with thousands waiting the count is the dearest part.
        select id, max_waiting, (select count(*) from (select from calls w where w.state = 'waiting' and w.queue_id = q.id
          limit q.max_waiting) w) as waiting from queues q where id in (select queue_id from a)
      ), room as materialized (
        select a.*, q.waiting + row_number() over (partition by q.id order by a.ord) <= q.max_waiting as free,
          exists (select from operators o where o.chosen <> 'offline' and a.language = any(o.languages)
            and (a.agency_id is null or o.agency_ids is null or a.agency_id = any(o.agency_ids))) as staffed
        from a join q on q.id = a.queue_id
      ), c as (
        update calls c set state = 'waiting', queue_id = room.queue_id, priority = room.priority,
          agency_id = room.agency_id, language = room.language, ivr_choices = room.choices, ivr_node = null,
          queued_at = room.entered_at + room.ord * interval '1 microsecond',
          answered_at = coalesce(answered_at, clock_timestamp())
        from room where c.id = room.call_id and c.id = any($1::uuid[]) and c.epoch = room.epoch and c.state = 'ivr'
          and room.free and room.staffed
        returning c.id, c.queued_at
      ), e as (
        insert into call_events (call_id, kind, at) select id, 'queued', queued_at from c
      )
      select room.call_id as "callId", c.queued_at as "queuedAt", room.free, room.staffed
      from room left join c on c.id = room.call_id`,
    values: [
      calls.map((call) => call.callId),
      calls.map((call) => call.epoch),
      calls.map((call) => call.queueId),
      calls.map((call) => call.priority),
      calls.map((call) => call.agencyId),
      calls.map((call) => call.language),
      calls.map((call) => JSON.stringify(call.choices)),
    ],
  });
  const byCall = new Map(rows.map((row) => [row.callId, row]));
  return Promise.all(
    calls.map(async ({ callId, epoch }): Promise<QueueEntry> => {
      const row = byCall.get(callId);
      const queuedAt = row?.queuedAt ?? (await placeTaken(db, callId, epoch));
      if (queuedAt) return { queuedAt };
      if (row && !row.staffed) return { refused: "nobody" };
      return { refused: row && !row.free ? "full" : "gone" };
    }),
  );
}

/** The place that an earlier try of the same write took, whose answer was lost (lost-answer-store.ts). */
async function placeTaken(db: Queryable, callId: string, epoch: number): Promise<Date | null> {
  const { rows } = await db.query(
    `select queued_at as "queuedAt" from calls where id = $1 and epoch = $2 and state in ('waiting', 'offered')`,
    [callId, epoch],
  );
  return rows[0]?.queuedAt ?? null;
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

const liveColumns = `id, direction, asterisk_id as "asteriskId", application, channel_id as "channelId", state, language,
  agency_id as "agencyId", flow_id as "flowId", flow_version as "flowVersion", ivr_node as "ivrNode",
  queue_id as "queueId", queued_at as "queuedAt", priority, offer_id as "offerId", person_id as "personId",
  operator_channel_id as "operatorChannelId", held, muted, started_at as "startedAt", answered_at as "answeredAt",
  talk_at as "talkAt"`;

/** Live calls of a copy, oldest first: what it must go on with after a take-over. */
export async function liveCallsOfNode(db: Queryable, nodeId: string): Promise<CallRow[]> {
  const { rows } = await db.query(
    `select ${liveColumns} from calls where node_id = $1 and state <> 'ended' order by started_at, id`,
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
