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
  const before = await placeTaken(db, callId, epoch);
  if (before) return { queuedAt: before };
  if (row && !row.staffed) return { refused: "nobody" };
  return { refused: row && !row.free ? "full" : "gone" };
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
