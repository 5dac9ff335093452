import type { Queryable } from "../../database/pool.ts";
import type { DemoOrganisation } from "../../people/demo-people.ts";
import type { Service } from "../organisation.ts";
import type { DemoCase } from "./demo-cases.ts";
import type { DemoCitizen } from "./demo-citizens.ts";

/** Who did what the demo says was done. */
const author = "system:demo";

/** One load at a time; the second then finds all there. */
export async function lockDemo(db: Queryable): Promise<void> {
  await db.query("select pg_advisory_xact_lock(hashtext('demo data'))");
}

export async function demoTreeExists(db: Queryable): Promise<boolean> {
  const found = await db.query("select from agencies where external_id = 'FI'");
  return found.rowCount === 1;
}

export async function demoCasesExist(db: Queryable): Promise<boolean> {
  const found = await db.query("select from audit where action = 'demo.cases' limit 1");
  return found.rowCount === 1;
}

export async function insertRejectsDesk(
  db: Queryable,
  desk: { agency: string; code: string; name: string },
): Promise<void> {
  await db.query(
    `insert into offices (agency_id, external_id, name, is_rejects_desk)
       select id, $2, $3, true from agencies where external_id = $1`,
    [desk.agency, desk.code, desk.name],
  );
}

/** In the order of the codes, so that the demo's people keep their places. */
export async function readDemoOrganisation(db: Queryable): Promise<DemoOrganisation> {
  const agencies = await db.query<DemoOrganisation["agencies"][number]>(
    `select id, short_name as "shortName" from agencies where external_id in ('FI', 'CM', 'SC')
       order by array_position(array['FI', 'CM', 'SC'], external_id)`,
  );
  const ids = agencies.rows.map((agency) => agency.id);
  const offices = await db.query<DemoOrganisation["offices"][number]>(
    `select id, agency_id as "agencyId", name from offices where agency_id = any($1) and not is_rejects_desk
       order by external_id`,
    [ids],
  );
  const services = await db.query<DemoOrganisation["services"][number]>(
    `select id, agency_id as "agencyId" from services where agency_id = any($1) order by external_id`,
    [ids],
  );
  return { agencies: agencies.rows, offices: offices.rows, services: services.rows };
}

export async function readDemoServices(db: Queryable): Promise<Service[]> {
  const found = await db.query<Service>(
    `select s.id, s.agency_id as "agencyId", s.department_id as "departmentId", s.office_id as "officeId",
       s.external_id as "externalId", s.name, s.profile, s.accepts_information as "acceptsInformation",
       s.accepts_complaints as "acceptsComplaints", s.has_agenda as "hasAgenda",
       s.min_failed_attempts as "minFailedAttempts", false as disabled, s.version,
       array(select r.reason from service_reasons r where r.service_id = s.id and r.contact_back_enabled)
         as "contactBackReasons"
     from services s join agencies a on a.id = s.agency_id where a.external_id in ('FI', 'CM', 'SC')
     order by s.external_id`,
  );
  return found.rows;
}

/** Operators, and one person of each office. */
export async function readDemoStaff(
  db: Queryable,
): Promise<{ operatorIds: string[]; agentOfOffice: Map<string, string> }> {
  const operators = await db.query<{ id: string }>(
    `select p.id from people p join person_roles r on r.person_id = p.id where r.role = 'operator' order by p.login`,
  );
  const agents = await db.query<{ officeId: string; personId: string }>(
    `select distinct on (m.office_id) m.office_id as "officeId", m.person_id as "personId" from office_people m
       join person_roles r on r.person_id = m.person_id and r.role = 'office_agent'
       order by m.office_id, m.person_id`,
  );
  return {
    operatorIds: operators.rows.map((row) => row.id),
    agentOfOffice: new Map(agents.rows.map((row) => [row.officeId, row.personId])),
  };
}

export async function insertDemoCitizens(db: Queryable, citizens: DemoCitizen[]): Promise<void> {
  await db.query(
    `insert into citizens (id, first_name, last_name) select * from jsonb_to_recordset($1::jsonb)
       as r (id uuid, "firstName" text, "lastName" text)`,
    [JSON.stringify(citizens)],
  );
  await db.query(
    `insert into citizen_contacts (citizen_id, kind, value, source)
       select r.id, k.kind, k.value, k.source from jsonb_to_recordset($1::jsonb) as r (id uuid, contacts jsonb),
         jsonb_to_recordset(r.contacts) as k (kind text, value text, source text)`,
    [JSON.stringify(citizens)],
  );
}

/** Calls, contacts, cases and their history, as if each had been handled then; all constraints hold. */
export async function insertDemoCases(db: Queryable, cases: DemoCase[]): Promise<void> {
  const rows = JSON.stringify(cases);
  await db.query(insertCalls, [rows]);
  await db.query(insertContacts, [rows]);
  // A child's parent must be there before it.
  for (const children of [false, true]) await db.query(insertCases(children), [rows]);
  await db.query(
    `insert into contact_cases (contact_id, case_id) select * from jsonb_to_recordset($1::jsonb)
       as r ("contactId" uuid, id uuid)`,
    [rows],
  );
  await db.query(insertAttempts, [rows, author]);
  await db.query(insertTasks, [rows]);
  await db.query(insertHistory, [rows, author]);
  await db.query(
    "insert into audit (actor, action, data) values ($1, 'demo.cases', jsonb_build_object('cases', $2::int))",
    [author, cases.length],
  );
}

const insertCalls = `
  insert into calls (id, direction, called_number, caller_e164, state, outcome, queue_id, queued_at, person_id, started_at,
      answered_at, talk_at, ended_at)
    select r."callId", 'inbound', '055055', r."callerE164", 'ended', r.outcome, q.id,
      case when q.id is not null then r."startedAt" + interval '12 seconds' end, r."operatorId", r."startedAt",
      r."startedAt" + interval '1 second', r."talkAt", r."endedAt"
    from jsonb_to_recordset($1::jsonb) as r ("callId" uuid, "callerE164" text, outcome text, "operatorId" uuid,
      "startedAt" timestamptz, "talkAt" timestamptz, "endedAt" timestamptz)
    left join lateral (select id from queues where r.outcome in ('answered', 'abandoned_queue') order by name limit 1) q on true`;

const insertContacts = `
  insert into contacts (id, call_id, direction, channel, caller_e164, person_id, created_at)
    select "contactId", "callId", 'inbound', 'phone', "callerE164", "operatorId", "startedAt"
    from jsonb_to_recordset($1::jsonb) as r ("contactId" uuid, "callId" uuid, "callerE164" text, "operatorId" uuid,
      "startedAt" timestamptz)`;

const insertCases = (children: boolean) => `
  insert into cases (id, opened_by_call_id, status, attribute, cancel_reason, reason, information_kinds, switchboard,
      agency_id, department_id, service_id, profile, contact_back_enabled, office_id, request, answer, note, citizen_id,
      phone_confirmed, owner_id, taken_by_id, taken_at, parent_id, opened_at, answered_at, closed_at, next_attempt_at,
      assignment_reason, reject_cause, missing_knowledge, identity_checked_at, version)
    select r.id, r."callId", r.status, r.attribute, r."cancelReason", r.reason,
      case when r.reason = 'information' and not r.switchboard then '{who_where_when}'::text[] else '{}' end,
      r.switchboard, r."agencyId", (r.service ->> 'departmentId')::uuid, (r.service ->> 'id')::uuid,
      r.service ->> 'profile', coalesce(r.service -> 'contactBackReasons' ? coalesce(p.reason, r.reason), false),
      (r.service ->> 'officeId')::uuid, r.request, r.answer, r.note, r."citizenId", r.reason is not distinct from 'issue_report',
      r."operatorId", r."takenById", r."takenAt", r."parentId", r."startedAt", r."answeredAt", r."closedAt",
      r."nextAttemptAt",
      case when r.reason = 'information' and r.status in ('assigned', 'suspended', 'rejected', 'resolved_l2')
        then 'check_negative' end,
      case when r.status = 'rejected' then 'ambiguous_responsibility' end,
      case when r.status = 'unresolvable' then jsonb_build_object('kind', 'no_card', 'search', r.service ->> 'name') end,
      case when r.reason = 'case_status' then r."talkAt" end, jsonb_array_length(r.steps)
    from jsonb_to_recordset($1::jsonb) as r (id uuid, "callId" uuid, status text, attribute text,
      "cancelReason" text, reason text, switchboard boolean, "agencyId" uuid, service jsonb, request text, answer text,
      note text, "citizenId" uuid, "operatorId" uuid, "takenById" uuid, "takenAt" timestamptz, "parentId" uuid,
      "startedAt" timestamptz, "talkAt" timestamptz, "answeredAt" timestamptz, "closedAt" timestamptz,
      "nextAttemptAt" timestamptz, steps jsonb)
    left join cases p on p.id = r."parentId"
    where (r."parentId" is not null) = ${children} order by r."startedAt"`;

const insertAttempts = `
  insert into contact_attempts (case_id, person_id, actor, outcome, after_answer, note, next_attempt_at, at)
    select r.id, s."personId", coalesce(p.login, $2), 'no_answer', true, 'Non risponde.', r."nextAttemptAt", s.at
    from jsonb_to_recordset($1::jsonb) as r (id uuid, "nextAttemptAt" timestamptz, steps jsonb),
      jsonb_to_recordset(r.steps) as s (kind text, at timestamptz, "personId" uuid)
      left join people p on p.id = s."personId"
    where s.kind = 'attempt'`;

const insertTasks = `
  insert into case_tasks (case_id, kind, created_at)
    select r.id, 'contact_back', r."answeredAt"
    from jsonb_to_recordset($1::jsonb) as r (id uuid, attribute text, "answeredAt" timestamptz)
    where r.attribute = 'to_communicate'`;

const insertHistory = `
  insert into case_history (case_id, seq, at, person_id, actor, kind, from_status, to_status, to_attribute, data, case_version)
    select r.id, s.place, s.at, s."personId", coalesce(p.login, $2), s.kind,
      case when s.kind = 'moved' then lag(s.to_now ->> 'status') over (partition by r.id, s.to_now is null order by s.place) end,
      s.to_now ->> 'status', s.to_now ->> 'attribute', jsonb_build_object('demo', true), s.place
    from jsonb_to_recordset($1::jsonb) as r (id uuid, steps jsonb),
      lateral (select e.step ->> 'kind' as kind, (e.step ->> 'at')::timestamptz as at,
        (e.step ->> 'personId')::uuid as "personId", nullif(e.step -> 'to', 'null') as to_now, e.place
        from jsonb_array_elements(r.steps) with ordinality as e (step, place)) s
      left join people p on p.id = s."personId"
    order by r.id, s.place`;
