import { randomUUID } from "node:crypto";
import type { Pool } from "../../src/database/pool.ts";
import type { Role } from "../../src/people/roles.ts";
import { hashPassword } from "../../src/people/sign-in/password.ts";
import { type CaseWorld, caseWorld, type TestService } from "../../test/support/cases.ts";
import { type TestClient, testClient, testPassword } from "../../test/support/web.ts";

/** Where a thing lies for a person: with their office and agency, with another office of it, or with another agency. */
export const places = ["own", "other_office", "other_agency"] as const;
export type Place = (typeof places)[number];

export type Walker = { role: Role | "nobody"; id: string; login: string; client: TestClient };

export type AccessWorld = {
  pool: Pool;
  cases: CaseWorld;
  services: Record<Place, TestService>;
  walkers: Walker[];
  of(role: Walker["role"]): Walker;
};

/** One person a role, one without any role, signed in; their own office and services are those of the place "own". */
export async function accessWorld(pool: Pool, url: string): Promise<AccessWorld> {
  const cases = await caseWorld(pool);
  const services: Record<Place, TestService> = {
    own: await ownService(pool, cases),
    other_office: cases.services.roads,
    other_agency: cases.services.other,
  };
  const passwordHash = await hashPassword(testPassword);
  const named: [Walker["role"], string][] = [
    ["operator", cases.anna.login],
    ["office_agent", cases.office.login],
    ["specialist", cases.specialist.login],
    ["rejects_agent", cases.rejects.login],
    ["agency_referent", cases.referent.login],
    ["supervisor", cases.supervisor.login],
  ];
  for (const role of ["knowledge_editor", "administrator", "nobody"] as const) {
    const login = `access-${role}`;
    await pool.query(
      `with p as (insert into people (login, display_name) values ($1::citext, $1::text) returning id)
      insert into person_roles (person_id, role) select id, $2 from p where $2 <> 'nobody'`,
      [login, role],
    );
    named.push([role, login]);
  }
  await pool.query("update people set password_hash = $1", [passwordHash]);
  await pool.query("insert into office_people (office_id, person_id) values ($1, $2)", [
    services.own.officeId,
    cases.office.id,
  ]);
  await pool.query("delete from referent_services where person_id = $1", [cases.referent.id]);
  await pool.query("insert into referent_services (service_id, person_id) values ($1, $2)", [
    services.own.id,
    cases.referent.id,
  ]);
  await standInForSwitch(pool);
  const walkers: Walker[] = [];
  for (const [role, login] of named) {
    const { rows } = await pool.query<{ id: string }>("select id from people where login = $1", [login]);
    walkers.push({ role, id: rows[0]?.id ?? "", login, client: await testClient(url, login) });
  }
  const of = (role: Walker["role"]): Walker => {
    const found = walkers.find((walker) => walker.role === role);
    if (!found) throw new Error(`Nobody walks as ${role}`);
    return found;
  };
  return { pool, cases, services, walkers, of };
}

/** A service and an office of the first agency that nobody else answers for. */
async function ownService(pool: Pool, { agencies, services }: CaseWorld): Promise<TestService> {
  const { rows } = await pool.query<TestService>(
    `with o as (insert into offices (agency_id, name) values ($1, 'Tributi') returning id),
      s as (insert into services (agency_id, department_id, office_id, name, profile, accepts_information,
          accepts_complaints, has_agenda)
        select $1, $2, id, 'Tassa sui rifiuti', 'advanced', true, true, true from o returning *)
    select id, agency_id as "agencyId", department_id as "departmentId", office_id as "officeId" from s`,
    [agencies[0], services.registry.departmentId],
  );
  if (!rows[0]) throw new Error("The service was not written");
  return rows[0];
}

/** No telephone switch here: what the owner of a call commands is done at once. */
async function standInForSwitch(pool: Pool): Promise<void> {
  await pool.query(`
    create function settle_at_once() returns trigger language plpgsql as $$
    begin
      new.state := 'done';
      return new;
    end $$;
    create trigger call_commands_settled before insert on call_commands for each row execute function settle_at_once();
  `);
}

/** A case at second level with the service of the place; rejected for the rejects desk, invited to for a specialist. */
export async function placeCase({ pool, cases, services }: AccessWorld, role: string, place: Place): Promise<string> {
  const service = services[place];
  const caseId = randomUUID();
  const mine = place === "own";
  const status = mine && role === "rejects_agent" ? "rejected" : "assigned";
  await pool.query(
    `insert into cases (id, status, reason, agency_id, department_id, service_id, profile, office_id, request,
      owner_id, reject_cause, information_kinds)
    values ($1, $2, 'information', $3, $4, $5, 'advanced', $6, $7, $8,
      case when $2 = 'rejected' then 'operator_error' end, '{how}')`,
    [
      caseId,
      status,
      service.agencyId,
      service.departmentId,
      service.id,
      service.officeId,
      `richiesta ${place}`,
      cases.anna.id,
    ],
  );
  await pool.query(
    "insert into case_history (case_id, seq, actor, kind, to_status) values ($1, 1, 'system:check', 'opened', $2)",
    [caseId, status],
  );
  if (mine && role === "specialist") {
    await pool.query("insert into case_specialists (case_id, person_id, invited_by_id) values ($1, $2, $3)", [
      caseId,
      cases.specialist.id,
      cases.office.id,
    ]);
  }
  return caseId;
}

/** A card that was never published. */
export async function placeCard({ pool, services }: AccessWorld, place: Place): Promise<string> {
  const { agencyId, id: serviceId } = services[place];
  const { rows } = await pool.query(
    `with c as (insert into cards (agency_id, service_id) values ($1, $2) returning id),
      v as (insert into card_versions (card_id, version, title, actor) select id, 1, 'Scheda', 'check' from c)
    select id from c`,
    [agencyId, serviceId],
  );
  return rows[0].id;
}

export async function placeDocument(world: AccessWorld, place: Place): Promise<string> {
  const cardId = await placeCard(world, place);
  const { rows } = await world.pool.query(
    `insert into card_documents (card_id, name, media_type, size_bytes, content, sha256, created_by_id)
    values ($1, 'modulo.pdf', 'application/pdf', 1, '\\x25', 'x', $2) returning id`,
    [cardId, world.cases.anna.id],
  );
  return rows[0].id;
}

export async function placeAgenda({ pool, services }: AccessWorld, place: Place): Promise<string> {
  const { agencyId, id: serviceId } = services[place];
  const { rows } = await pool.query(
    `insert into agendas (agency_id, service_id, name, slot_minutes) values ($1, $2, $3, 30) returning id`,
    [agencyId, serviceId, `Sportello ${randomUUID()}`],
  );
  return rows[0].id;
}

export async function placeBooking(world: AccessWorld, place: Place): Promise<string> {
  const [agendaId, caseId] = [await placeAgenda(world, place), await placeCase(world, "operator", place)];
  const { rows } = await world.pool.query(
    `insert into bookings (agenda_id, case_id, state, starts_at, ends_at, place, person_id, confirmed_at)
    values ($1, $2, 'confirmed', now() + interval '3 days', now() + interval '3 days 30 minutes', 1, $3, now())
    returning id`,
    [agendaId, caseId, world.cases.anna.id],
  );
  return rows[0].id;
}

/** A need that the editors accepted; reported by this person in the place "own", by a colleague elsewhere. */
export async function placeNeed({ pool, cases, services }: AccessWorld, by: Walker, place: Place): Promise<string> {
  const { agencyId, id: serviceId } = services[place];
  const { rows } = await pool.query(
    `insert into information_needs (state, about, agency_id, service_id, text, reported_by_id, actor, verified_at,
      verified_by_id)
    values ('accepted', 'missing', $1, $2, 'manca', $3, 'x', now(), $3) returning id`,
    [agencyId, serviceId, place === "own" ? by.id : cases.bruno.id],
  );
  return rows[0].id;
}

export async function placeCardImport({ pool, cases, services }: AccessWorld, place: Place): Promise<string> {
  const { rows } = await pool.query(
    "insert into card_imports (agency_id, person_id, source) values ($1, $2, 'json') returning id",
    [services[place].agencyId, cases.bruno.id],
  );
  return rows[0].id;
}

/** A call that this operator talks in (own), or a colleague. */
export async function placeCall({ pool, cases }: AccessWorld, by: Walker, place: Place): Promise<string> {
  const operatorId = place === "own" ? by.id : cases.bruno.id;
  const callId = randomUUID();
  await pool.query("update calls set state = 'ended', ended_at = now(), outcome = 'answered' where state <> 'ended'");
  await pool.query(
    `insert into calls (id, caller_e164, state, person_id, talk_at) values ($1, '+390551234567', 'talking', $2, now())`,
    [callId, operatorId],
  );
  await pool.query("update operators set system = 'on_call', call_id = $2 where person_id = $1", [operatorId, callId]);
  return callId;
}

/** A report about the agency, with the copy of the office. */
export async function placeReport({ pool, services }: AccessWorld, place: Place): Promise<string> {
  const { rows } = await pool.query(
    `with r as (insert into reports (kind, agency_id, origin, rhythm, first_day, last_day, period_from, period_to, state,
        made_at, reconciled, totals, reconciliation)
      select 'grievances', $1, 'schedule', 'weekly', day, day, day, day + 1, 'made', now(), true, '{}', '[]'
      from (select date '2026-01-01' + (random() * 100000)::integer as day) d returning id),
      f as (insert into report_files (report_id, agency_id, office_id, format, name, media_type, size_bytes, sha256, content)
        select id, $1, $2, 'csv', 'a.csv', 'text/csv', 1, 'x', 'x' from r),
      d as (insert into report_deliveries (report_id, recipient, office_id, state, to_address)
        select id, 'office', $2, 'failed', 'a@example.org' from r)
    select id from r`,
    [services[place].agencyId, services[place].officeId],
  );
  return rows[0].id;
}
