import { randomUUID } from "node:crypto";
import type { CaseRecord } from "../../src/cases/case-record.ts";
import { readCase } from "../../src/cases/case-store.ts";
import { type CaseEdit, editCase } from "../../src/cases/edit-case.ts";
import { takeCharge } from "../../src/cases/handling/take-charge.ts";
import { type MoveWish, moveCase } from "../../src/cases/moves/move-case.ts";
import type { Pool } from "../../src/database/pool.ts";
import type { PersonRole, SignedInPerson } from "../../src/people/person.ts";
import type { Role } from "../../src/people/roles.ts";

type Office = { id: string; agencyId: string };
export type TestService = { id: string; agencyId: string; departmentId: string; officeId: string };

/** Two agencies; in the first two offices and five services, in the second one office and one service. */
export type CaseWorld = {
  pool: Pool;
  agencies: [string, string];
  offices: { registry: Office; roads: Office; other: Office };
  services: {
    registry: TestService;
    roads: TestService;
    /** Advanced, with both switches off. */
    closed: TestService;
    base: TestService;
    other: TestService;
  };
  anna: SignedInPerson;
  bruno: SignedInPerson;
  office: SignedInPerson;
  colleague: SignedInPerson;
  roads: SignedInPerson;
  otherOffice: SignedInPerson;
  rejects: SignedInPerson;
  specialist: SignedInPerson;
  otherSpecialist: SignedInPerson;
  referent: SignedInPerson;
  supervisor: SignedInPerson;
};

let count = 0;
let seats = 0;

async function id(pool: Pool, sql: string, values: unknown[]): Promise<string> {
  const { rows } = await pool.query(`${sql} returning id`, values);
  return rows[0].id;
}

async function agency(pool: Pool, name: string) {
  const agencyId = await id(pool, "insert into agencies (name, short_name) values ($1, $1)", [name]);
  const departmentId = await id(pool, "insert into departments (agency_id, name) values ($1, 'Servizi')", [agencyId]);
  const office = async (officeName: string): Promise<Office> => ({
    id: await id(pool, "insert into offices (agency_id, name) values ($1, $2)", [agencyId, officeName]),
    agencyId,
  });
  const service = async (
    serviceName: string,
    { id: officeId }: Office,
    profile: "base" | "advanced",
    switches: boolean,
  ): Promise<TestService> => {
    const serviceId = await id(
      pool,
      `insert into services (agency_id, department_id, office_id, name, profile, accepts_information,
        accepts_complaints, has_agenda) values ($1, $2, $3, $4, $5, $6, $6, $6)`,
      [agencyId, departmentId, officeId, serviceName, profile, switches],
    );
    await pool.query(
      `insert into service_reasons (service_id, reason, contact_back_enabled)
      select $1, reason, true from unnest('{information,complaint}'::text[]) reason`,
      [serviceId],
    );
    return { id: serviceId, agencyId, departmentId, officeId };
  };
  return { agencyId, office, service };
}

async function personOf(
  pool: Pool,
  login: string,
  roles: { role: Role; agencyId?: string }[],
  places: { offices?: Office[]; services?: TestService[] } = {},
): Promise<SignedInPerson> {
  const personId = await id(pool, "insert into people (login, display_name) values ($1::citext, $2)", [
    login,
    login.toUpperCase(),
  ]);
  const held: PersonRole[] = roles.map(({ role, agencyId }) => ({ role, agencyId: agencyId ?? null }));
  for (const { role, agencyId } of held) {
    await pool.query("insert into person_roles (person_id, role, agency_id) values ($1, $2, $3)", [
      personId,
      role,
      agencyId,
    ]);
    if (role === "operator") {
      await pool.query(
        `with seat as (insert into seats (number, sip_password, web_password) values ($2, 'sip', 'web') returning id)
        insert into operators (person_id, chosen, seat_id) select $1, 'available', id from seat`,
        [personId, String(600 + ++seats)],
      );
    }
  }
  for (const office of places.offices ?? []) {
    await pool.query("insert into office_people (office_id, person_id) values ($1, $2)", [office.id, personId]);
  }
  for (const service of places.services ?? []) {
    await pool.query("insert into referent_services (person_id, service_id) values ($1, $2)", [personId, service.id]);
  }
  return {
    id: personId,
    login,
    displayName: login.toUpperCase(),
    language: "it",
    roles: held,
    officeIds: (places.offices ?? []).map((office) => office.id),
    serviceIds: (places.services ?? []).map((service) => service.id),
  };
}

export async function caseWorld(pool: Pool): Promise<CaseWorld> {
  const first = await agency(pool, `Comune ${++count}`);
  const second = await agency(pool, `Provincia ${count}`);
  const offices = {
    registry: await first.office("Anagrafe"),
    roads: await first.office("Strade"),
    other: await second.office("Viabilità"),
  };
  const services = {
    registry: await first.service("Carta d'identità", offices.registry, "advanced", true),
    roads: await first.service("Buche", offices.roads, "advanced", true),
    closed: await first.service("Tributi", offices.registry, "advanced", false),
    base: await first.service("Biblioteche", offices.registry, "base", false),
    other: await second.service("Strade provinciali", offices.other, "advanced", true),
  };
  const name = (login: string) => `${login}${count}`;
  const person = (login: string, role: Role, agencyId?: string, places = {}) =>
    personOf(pool, name(login), [agencyId === undefined ? { role } : { role, agencyId }], places);
  return {
    pool,
    agencies: [first.agencyId, second.agencyId],
    offices,
    services,
    anna: await person("anna", "operator"),
    bruno: await person("bruno", "operator"),
    office: await person("office", "office_agent", undefined, { offices: [offices.registry] }),
    colleague: await person("colleague", "office_agent", undefined, { offices: [offices.registry] }),
    roads: await person("roads", "office_agent", undefined, { offices: [offices.roads] }),
    otherOffice: await person("other", "office_agent", undefined, { offices: [offices.other] }),
    rejects: await person("rejects", "rejects_agent"),
    specialist: await person("specialist", "specialist", first.agencyId),
    otherSpecialist: await person("stranger", "specialist", second.agencyId),
    referent: await person("referent", "agency_referent", first.agencyId, { services: [services.registry] }),
    supervisor: await person("supervisor", "supervisor"),
  };
}

export type TestCall = { callId: string; caseId: string; contactId: string; e164: string };

/** A call that this operator talks in now (or has ended), with its contact and draft, as the telephony writes them. */
export async function callOf(
  { pool }: Pick<CaseWorld, "pool">,
  operator: SignedInPerson,
  { ended = false }: { ended?: boolean } = {},
): Promise<TestCall> {
  const call = {
    callId: randomUUID(),
    caseId: randomUUID(),
    contactId: randomUUID(),
    e164: `+39055${String(1_000_000 + ++count)}`,
  };
  await pool.query(
    `with c as (
      insert into calls (id, caller_e164, caller_raw, caller_name, state, person_id, talk_at, ended_at, outcome)
      values ($1, $4, $4, 'Rossi Mario', $5, $6, now(), case when $5 = 'ended' then now() end,
        case when $5 = 'ended' then 'answered' end)
    ), k as (
      insert into contacts (id, call_id, direction, channel, caller_e164, person_id)
      values ($3, $1, 'inbound', 'phone', $4, $6)
    ), s as (insert into cases (id, opened_by_call_id, owner_id) values ($2, $1, $6)),
    ks as (insert into contact_cases (contact_id, case_id) values ($3, $2))
    insert into case_history (case_id, seq, actor, kind, to_status) values ($2, 1, 'system:calls', 'opened', 'draft')`,
    [call.callId, call.caseId, call.contactId, call.e164, ended ? "ended" : "talking", operator.id],
  );
  await pool.query("update operators set system = $2, call_id = $3 where person_id = $1", [
    operator.id,
    ended ? "idle" : "on_call",
    ended ? null : call.callId,
  ]);
  return call;
}

/** A citizen record with a declared number. */
export async function citizenOf({ pool }: Pick<CaseWorld, "pool">, phone: string): Promise<string> {
  const citizenId = await id(pool, "insert into citizens (first_name, last_name) values ('Mària', 'De Luca')", []);
  await pool.query(
    "insert into citizen_contacts (citizen_id, kind, value, source) values ($1, 'phone', $2, 'declared')",
    [citizenId, phone],
  );
  return citizenId;
}

export type CaseActions = ReturnType<typeof caseActions>;

/** Moves and edits at the version of the moment, and cases already at second level, for tests about what follows. */
export function caseActions(world: CaseWorld) {
  const { pool } = world;
  const versionOf = async (caseId: string) => (await readCase(pool, caseId))!.version;
  const move = async (person: SignedInPerson, caseId: string, wish: MoveWish) =>
    moveCase(pool, person, caseId, await versionOf(caseId), wish);
  const edit = async (person: SignedInPerson, caseId: string, wish: CaseEdit) =>
    editCase(pool, person, caseId, await versionOf(caseId), wish);
  /** Assigned to the service's office, its citizen known, its call over. */
  const assigned = async (
    reason: "information" | "complaint" = "information",
    service: TestService = world.services.registry,
  ): Promise<CaseRecord> => {
    const call = await callOf(world, world.anna);
    const citizenId = await citizenOf(world, call.e164);
    const informationKinds: CaseEdit["informationKinds"] = reason === "information" ? ["how"] : [];
    await edit(world.anna, call.caseId, {
      reason,
      informationKinds,
      request: "Come?",
      serviceId: service.id,
      citizenId,
    });
    const cause = reason === "information" ? "declines_hold" : null;
    const record = await move(world.anna, call.caseId, { to: "assigned", cause });
    await pool.query("update calls set state = 'ended', ended_at = now(), outcome = 'answered' where id = $1", [
      call.callId,
    ]);
    await pool.query("update operators set system = 'idle', call_id = null where person_id = $1", [world.anna.id]);
    // A page of hers may have seen the call: told as the program tells it (talk-store.ts).
    await pool.query(
      `select tell_call_and_state(o.person_id, jsonb_build_object('callId', $2::uuid, 'state', 'ended', 'endedAt', now(),
        'outcome', 'answered'), o) from operators o where o.person_id = $1`,
      [world.anna.id, call.callId],
    );
    return record;
  };
  /** The same, in charge of the office's agent and with an answer written. */
  const answered = async (...args: Parameters<typeof assigned>): Promise<CaseRecord> => {
    const record = await assigned(...args);
    await takeCharge(pool, world.office, record.id);
    return edit(world.office, record.id, { answer: "Così" });
  };
  return { move, edit, assigned, answered };
}
