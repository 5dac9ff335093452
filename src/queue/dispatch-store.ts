import type { PoolClient } from "pg";
import { legIdOf } from "../asterisk/wire-names.ts";
import type { Offer } from "../calls/call.ts";
import type { Queryable } from "../database/pool.ts";
import type { FreeOperator, Pair, WaitingHead } from "./choose-operator.ts";

/** Any number: the key of the lock that makes one decision at a time for the whole centre. */
const decisionLock = 55_055;
/** At most so many pairs in one decision; more follow at once in the next. */
export const pairsPerDecision = 50;

/** Begins the transaction and asks for the decision; false when another copy is deciding (then roll back). */
export async function beginDecision(client: PoolClient): Promise<boolean> {
  const results: unknown = await client.query(`begin; select pg_try_advisory_xact_lock(${decisionLock}) as won`);
  // Two statements in one message give two results; the types know only one.
  const last = Array.isArray(results) ? results[1] : results;
  return last.rows[0].won === true;
}

/** Outside of any decision: whether there is anything to decide. Most nudges find nobody waiting. */
export async function isAnyoneWaiting(db: Queryable): Promise<boolean> {
  const { rows } = await db.query({
    name: "anyone-waiting",
    text: "select exists (select from calls where state = 'waiting') as waiting",
  });
  return rows[0].waiting;
}

export type DecisionInput = { heads: WaitingHead[]; operators: FreeOperator[] };

/** A desk phone that is told to answer at the page's click; the page itself rings, which proves that it is alive. */
export const answersByItself = "(s.auto_answer and o.phone = 'sip')";

/** Stands for "no agency chosen", so that the skill is one comparable pair. */
const noAgency = "'00000000-0000-0000-0000-000000000000'::uuid";

/**
 * The heads of each skill (language, agency), no more than there are free operators, and as many operators of each
 * skill as it has heads. Reads little however many wait: the skills are found by skipping along an index, so callers
 * nobody can serve now do not hide those behind them.
 */
export async function readDecisionInput(client: PoolClient): Promise<DecisionInput> {
  const { rows: heads } = await client.query<WaitingHead>({
    name: "waiting-heads",
    text: `
      with recursive skill as (
        (select language, coalesce(agency_id, ${noAgency}) as agency from calls where state = 'waiting'
          order by 1, 2 limit 1)
        union all
        select n.language, n.agency from skill s, lateral (
          select c.language, coalesce(c.agency_id, ${noAgency}) as agency from calls c
          where c.state = 'waiting' and (c.language, coalesce(c.agency_id, ${noAgency})) > (s.language, s.agency)
          order by 1, 2 limit 1) n
      ), free as materialized (
        select count(*) as n from (select from operators o
          where o.chosen = 'available' and o.system = 'idle' and o.stream_lost_at is null limit ${pairsPerDecision}) o
      )
      select h.id as "callId", h.language, h.agency_id as "agencyId", h.priority, h.queued_at as "queuedAt"
      from skill s, free, lateral (
        select c.* from calls c
        where c.state = 'waiting' and c.language = s.language and coalesce(c.agency_id, ${noAgency}) = s.agency
        order by c.priority desc, c.queued_at, c.id limit free.n) h`,
  });
  if (heads.length === 0) return { heads, operators: [] };
  const { rows: operators } = await client.query<FreeOperator>({
    name: "free-operators",
    text: `
      select distinct o.* from (
        select language, agency, count(*)::int as heads from unnest($1::text[], $2::uuid[]) as h (language, agency)
        group by 1, 2
      ) skill, lateral (
        select o.person_id as "personId", o.languages, o.agency_ids as "agencyIds", o.idle_since as "idleSince"
        from operators o
        join seats s on s.id = o.seat_id
        join seat_contacts p on p.account = s.number || case o.phone when 'web' then '-web' else '' end and p.online
        where o.chosen = 'available' and o.system = 'idle' and o.stream_lost_at is null
          and skill.language = any(o.languages)
          and (skill.agency is null or o.agency_ids is null or skill.agency = any(o.agency_ids))
        order by o.idle_since, o.person_id limit least(skill.heads, ${pairsPerDecision})
      ) o`,
    values: [heads.map((head) => head.language), heads.map((head) => head.agencyId)],
  });
  return { heads, operators };
}

export type WrittenOffer = Offer & {
  nodeId: string;
  streamNodeId: string | null;
  seq: number;
  payload: Record<string, unknown>;
};

/**
 * Ring, reservation and pop in one statement (REQ 1.3); copies other than `nodeId` that own a call or hold an operator's
 * page are woken by it. A row is written only where call and operator are still as
 * the decision saw them (the call is locked first, so an operator is never reserved for a caller who has left); the database's unique indexes refuse a second ringing offer whatever a program does.
 */
export async function writeOffers(
  client: PoolClient,
  pairs: (Pair & { offerId: string })[],
  nodeId: string,
): Promise<WrittenOffer[]> {
  const { rows } = await client.query({
    name: "write-offers",
    text: `
      with pair as (
        select p.* from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as p (call_id, person_id, offer_id)
        join (select id from calls where id = any($1::uuid[]) and state = 'waiting' order by id for update) c
          on c.id = p.call_id
      ), o as (
        update operators o set system = 'ringing', call_id = p.call_id, offer_id = p.offer_id, version = o.version + 1
        from pair p where o.person_id = p.person_id and o.system = 'idle' and o.chosen = 'available'
        returning o.*
      ), c as (
        update calls c set state = 'offered', offer_id = o.offer_id, person_id = o.person_id
        from o where c.id = o.call_id and c.state = 'waiting'
        returning c.*
      ), f as (
        insert into offers (id, call_id, person_id, account, channel_id)
        select c.offer_id, c.id, c.person_id, s.number || case o.phone when 'web' then '-web' else '' end,
          '${legIdOf("")}' || c.offer_id
        from c join o on o.call_id = c.id join seats s on s.id = o.seat_id
        returning *
      ), e as (
        insert into call_events (call_id, kind, data)
        select call_id, 'offered', jsonb_build_object('personId', person_id, 'offerId', id, 'account', account) from f
      ), pop as (
        select f.*, c.node_id, c.caller_e164, o.stream_node_id, q.ring_seconds, ${answersByItself} as auto_answer,
        jsonb_build_object(
          'offerId', f.id, 'callId', c.id, 'caseId', k.id, 'caseNumber', k.number,
          'caller', jsonb_build_object('e164', c.caller_e164, 'name', c.caller_name),
          'language', c.language, 'agencyId', c.agency_id, 'choices', c.ivr_choices,
          'waitMs', floor(extract(epoch from clock_timestamp() - c.queued_at) * 1000),
          'account', f.account, 'autoAnswer', ${answersByItself}, 'offeredAt', f.created_at,
          'citizens', ${citizenCandidates("c.caller_e164")},
          'recentCases', ${recentCases("c.caller_e164", "c.id")}
        ) as payload
        from f join c on c.id = f.call_id join o on o.person_id = f.person_id
        join seats s on s.id = o.seat_id join queues q on q.id = c.queue_id
        left join cases k on k.opened_by_call_id = c.id
      ), logged as (
        insert into operator_state_log (person_id, state, call_id) select person_id, 'ringing', call_id from f
      ), shown as (
        insert into audit (person_id, actor, action, subject_kind, data)
        select pop.person_id, n.login, 'citizen.pop', 'citizen',
          -- Neither call nor case: should it become an anonymous grievance, the log that never forgets would know whose.
          jsonb_build_object('found', jsonb_path_query_array(pop.payload, '$.citizens[*].id'))
        from pop join people n on n.id = pop.person_id where pop.payload -> 'citizens' <> '[]'
      ), told as (
        select pop.*, append_desk_event(person_id, 'offer', payload, stream_node_id is distinct from $4::uuid) as seq,
          case when node_id <> $4::uuid then pg_notify('offer', node_id::text) end as passed_on
        from pop
      )
      select id, call_id as "callId", person_id as "personId", account, channel_id as "channelId",
        0 as "ageMs", ring_seconds as "ringSeconds", auto_answer as "autoAnswer",
        caller_e164 as "callerE164", node_id as "nodeId", stream_node_id as "streamNodeId", seq, payload
      from told`,
    values: [pairs.map((p) => p.callId), pairs.map((p) => p.personId), pairs.map((p) => p.offerId), nodeId],
  });
  return rows;
}

/**
 * Offers left ringing for a call that is not offered any more: as long as one is there, the unique indexes refuse every
 * decision that has its operator in it, and so the others in it, too.
 */
export async function withdrawForgottenOffers(db: Queryable): Promise<void> {
  await db.query(
    `with f as (
      update offers f set state = 'withdrawn', ended_at = clock_timestamp() from calls c
      where f.state = 'ringing' and c.id = f.call_id and (c.state <> 'offered' or c.offer_id is distinct from f.id)
      returning f.id, f.person_id, f.call_id
    )
    select append_desk_event(f.person_id, 'offer_ended',
      jsonb_build_object('offerId', f.id, 'callId', f.call_id, 'reason', 'withdrawn')) from f`,
  );
}

/** Offers that still ring for the calls of a copy: read when it is nudged, and after a take-over. */
export async function ringingOffersOfNode(db: Queryable, nodeId: string): Promise<Offer[]> {
  const { rows } = await db.query({
    name: "ringing-offers",
    text: `
      select f.id, f.call_id as "callId", f.person_id as "personId", f.account, f.channel_id as "channelId",
        (extract(epoch from clock_timestamp() - f.created_at) * 1000)::int as "ageMs", q.ring_seconds as "ringSeconds",
        coalesce(${answersByItself}, false) as "autoAnswer", c.caller_e164 as "callerE164"
      from calls c join offers f on f.call_id = c.id and f.state = 'ringing'
      join queues q on q.id = c.queue_id
      left join operators o on o.person_id = f.person_id left join seats s on s.id = o.seat_id
      where c.node_id = $1 and c.state = 'offered'`,
    values: [nodeId],
  });
  return rows;
}

/** Who the caller may be: at most 5 citizens with this number, each with at most 5 open cases (REQ 1.3). */
function citizenCandidates(number: string): string {
  return `coalesce((select jsonb_agg(jsonb_build_object('id', z.id, 'firstName', z.first_name,
      'lastName', z.last_name, 'openCases', coalesce((select jsonb_agg(jsonb_build_object('id', x.id,
        'number', x.number, 'status', x.status, 'reason', x.reason, 'openedAt', x.opened_at) order by x.opened_at desc)
        from (select * from cases x where x.citizen_id = z.id and x.closed_at is null and x.status <> 'draft'
          order by x.opened_at desc limit 5) x), '[]')))
    from (select z.* from citizen_contacts n join citizens z on z.id = n.citizen_id
      where n.kind = 'phone' and n.value = ${number} and z.merged_into_id is null order by z.created_at desc limit 5) z), '[]')`;
}

/** The last 5 cases that calls from this number opened. */
function recentCases(number: string, callId: string): string {
  return `coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'number', x.number, 'status', x.status,
      'reason', x.reason, 'openedAt', x.opened_at) order by x.opened_at desc)
    from (select x.* from calls y join cases x on x.opened_by_call_id = y.id
      where y.caller_e164 = ${number} and y.id <> ${callId} order by y.started_at desc limit 5) x), '[]')`;
}
