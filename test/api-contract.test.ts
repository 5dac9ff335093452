import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { DateTime } from "luxon";
import { loadDemoData } from "../src/organisation/demo-data.ts";
import type { Role } from "../src/people/roles.ts";
import { callOf } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { brokenContract, PublishedApi } from "./support/published-api.ts";
import { type TestClient, testClient } from "./support/web.ts";

type Answer = Record<string, unknown> & { id: string; version: number };
type Page = { items: (Answer & Record<string, never>)[] };
const known = ["anna", "gina", "sara", "livia", "marco", "nadia", "olga", "pietro"] as const;
type Known = (typeof known)[number];
/** Read from the document alone: "Permission case.write: operator." */
const mayUse = (role: string, description: string) =>
  /signed in/.test(description) || new RegExp(`[:,] ${role}\\b`).test(description);
const version = (seen: unknown) => ({ "if-match": `"${seen}"` });

/** Doors that are not asked blindly: they end the session, never end, or belong to a provider. */
const notBlindly = /\/sessions?$|\/desk\/events$|\/webhooks\//;

// Every answer here is held against the published /openapi.json by an independent validator (support/published-api.ts).
describe("the API does what /openapi.json says", () => {
  let database: TestDatabase;
  let api: PublishedApi;
  let people: Record<Known, TestClient>;
  let roles: Map<Role, TestClient>;
  let ids: Record<string, string>;

  before(async () => {
    database = await testDatabase();
    const logins = await loadDemoData(database.url);
    api = await PublishedApi.start(database);
    const signed = await Promise.all(known.map(async (login) => [login, await signIn(login)] as const));
    people = Object.fromEntries(signed) as typeof people;
    roles = new Map(
      logins.filter(({ login }) => login in people).map(({ login, role }) => [role, people[login as Known]]),
    );
    ids = await demoIds();
  });
  after(async () => {
    await api?.close();
    await database.drop();
  });

  async function signIn(login: string): Promise<TestClient> {
    const client = await testClient(api.url);
    const answer = await client.call("POST", "/session", { login, password: `demo-${login}` });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    client.cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    return client;
  }

  /** An office of Gina's with a service for everything, the people, what the organisation is made of. */
  async function demoIds(): Promise<Record<string, string>> {
    const { rows } = await database.pool.query(
      `select s.agency_id as agency, s.department_id as department, s.office_id as office, s.id as service,
        g.id as agenda, g.service_id as booked, (select id from cards c where c.service_id = s.id) as card,
        (select id from people where login = 'anna') as anna, (select id from people where login = 'sara') as sara,
        (select id from people where login = 'gina') as gina
      from services s join agencies a on a.id = s.agency_id, agendas g join services b on b.id = g.service_id
      where a.external_id = 'FI' and s.profile = 'advanced' and s.accepts_information and b.agency_id = a.id
        and exists (select from service_reasons r where r.service_id = s.id and r.reason = 'information'
          and r.contact_back_enabled)
        and s.office_id in (select office_id from office_people o join people p on p.id = o.person_id where login = 'gina')
      order by s.external_id, g.id limit 1`,
    );
    return rows[0];
  }

  async function ask(who: Known, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const answer = await people[who].call(method, path, body, headers);
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).to.be.within(200, 299);
    return answer.body as unknown as Answer;
  }
  const list = async (who: Known, path: string) => (await ask(who, "GET", path)) as unknown as Page;
  const csv = { "content-type": "text/csv" };

  /** A draft of the call that Anna is in, about the service that has everything. */
  async function draft(fields: Record<string, unknown> = {}): Promise<Answer & { callId: string }> {
    const call = await callOf(database, { id: ids.anna } as never);
    const wish = { reason: "information", informationKinds: ["how"], request: "Come si fa?", ...fields };
    const saved = await ask("anna", "PATCH", `/cases/${call.caseId}`, { serviceId: ids.service, ...wish }, version(1));
    return { ...saved, callId: call.callId };
  }

  async function assigned(): Promise<Answer & { callId: string }> {
    const contacts = [{ kind: "phone", value: `0550${100_000 + api.done.size}` }];
    const citizen = await ask("anna", "POST", "/citizens", { firstName: "Ada", lastName: "Neri", contacts });
    const record = await draft({ citizenId: citizen.id });
    const wish = { to: "assigned", cause: "declines_hold" };
    const moved = await ask("anna", "POST", `/cases/${record.id}/moves`, wish, version(record.version));
    return { ...moved, callId: record.callId };
  }

  const move = (who: Known, record: Answer, wish: Record<string, unknown>) =>
    ask(who, "POST", `/cases/${record.id}/moves`, wish, version(record.version));

  it("for knowledge read in a call and the draft", async () => {
    const { id, version: seen } = await draft({ serviceId: null });
    const path = `/cases/${id}`;
    await list("anna", "/cards?q=carta%20identita");
    await ask("anna", "POST", `${path}/card-readings`, { cardId: ids.card });
    const chosen = await ask("anna", "POST", `${path}/cards`, { cardId: ids.card }, version(seen));
    const read = await list("anna", `${path}/cards`);
    expect(read.items[0]).to.include({ cardId: ids.card, version: 1, chosen: true });
    await ask("anna", "GET", `${path}/cards/${ids.card}/1`);
    for (const part of ["", "/legal-moves", "/bookings"]) await ask("anna", "GET", path + part);
    await ask("anna", "POST", "/cases", { sameContactAs: id });
    await list("anna", "/cases?mine=to_complete");
    await ask("anna", "POST", "/information-needs", {
      about: "card",
      cardId: ids.card,
      caseId: id,
      text: "Manca il costo",
    });
    const done = await ask("anna", "PATCH", path, { answer: "Così" }, version(chosen.version));
    await move("anna", done, { to: "resolved_l1", attribute: "communicated" });
  });

  it("for the second level, the contact back and the children", async () => {
    const record = await assigned();
    const path = `/cases/${record.id}`;
    const { callId } = record;
    await ask("anna", "POST", `${path}/children`, { reason: "reminder", callId, request: "Sollecita" });
    await list("gina", "/inbox?limit=100");
    await ask("gina", "POST", `${path}/take-charge`);
    await ask("gina", "POST", `${path}/notes`, { text: "Visto" });
    await list("gina", `${path}/specialists`);
    await ask("gina", "POST", `${path}/specialists`, { personId: ids.sara });
    await list("sara", "/inbox");
    await ask("gina", "DELETE", `${path}/specialists/${ids.sara}`);
    const attempt = { outcome: "no_answer", nextAttemptAt: "2030-01-01T08:00:00.000Z" };
    const { version: seen } = await ask("gina", "POST", `${path}/attempts`, attempt);
    const answered = await ask("gina", "PATCH", path, { answer: "Fatto" }, version(seen));
    const back = await move("gina", answered, { to: "resolved_l2", attribute: "to_communicate" });
    const task = (await list("anna", "/tasks?limit=100")).items.find(({ caseId }) => caseId === record.id);
    await ask("anna", "POST", `${path}/tasks/${task?.id}/claim`);
    await ask("anna", "POST", `${path}/tasks/${task?.id}/release`);
    await ask("anna", "POST", `${path}/tasks/${task?.id}/claim`);
    await callOf(database, { id: ids.anna } as never);
    await ask("anna", "POST", `${path}/contacts`, {});
    await move("anna", back, { to: "resolved_l2", attribute: "communicated" });
  });

  it("for a cancel request, a rejection and the need that it leaves", async () => {
    const record = await assigned();
    const path = `/cases/${record.id}`;
    const identity = { firstName: "Ada", lastName: "Neri", caseNumber: record.number };
    const notice = {
      reason: "update_notice",
      content: "cancel_request",
      callId: record.callId,
      request: "Rinuncia",
      identity,
    };
    await ask("anna", "POST", `${path}/children`, notice);
    const { version: seen } = await ask("gina", "GET", path);
    const refused = await ask("gina", "POST", `${path}/cancel-request`, { decision: "refused" }, version(seen));
    const rejected = await move("gina", refused, { to: "rejected", cause: "missing_knowledge" });
    await list("livia", "/inbox");
    const taken = await ask("livia", "POST", `${path}/take-charge`);
    expect(taken.version).to.be.above(rejected.version);
    await move("livia", taken, { to: "assigned", serviceId: ids.service, officeId: ids.office });
    const needs = await list("gina", `/information-needs?case=${record.id}`);
    expect(needs.items.map(({ state }) => state)).to.deep.equal(["draft"]);
    const need = await ask("gina", "GET", `/information-needs/${needs.items[0]?.id}`);
    const report = { to: "reported", text: "La scheda non dice chi decide" };
    await ask("gina", "POST", `/information-needs/${need.id}/moves`, report, version(need.version));
  });

  it("for citizens, their merge and its undoing", async () => {
    const make = (lastName: string) => ask("anna", "POST", "/citizens", { firstName: "Ugo", lastName });
    const [kept, doubled] = [await make("Landini"), await make("Landino")];
    await list("anna", "/citizens?q=landini");
    await ask("anna", "GET", `/citizens/${kept.id}`);
    const edited = await ask(
      "anna",
      "PATCH",
      `/citizens/${kept.id}`,
      { firstName: "Ugo", note: "Due schede" },
      version(1),
    );
    const path = `/citizens/${kept.id}/merges`;
    const merge = await ask("olga", "POST", path, { mergedId: doubled.id }, version(edited.version));
    const merges = await list("olga", path);
    await ask("olga", "POST", `/citizen-merges/${merges.items[0]?.id ?? merge.id}/undo`);
  });

  it("for agendas and bookings", async () => {
    const [from, to] = [2, 40].map((days) => DateTime.now().setZone("Europe/Rome").plus({ days }).toISODate());
    await list("anna", `/agendas?service=${ids.booked}`);
    await ask("anna", "GET", `/agendas/${ids.agenda}`);
    const slots = (await list("anna", `/agendas/${ids.agenda}/slots?from=${from}&to=${to}`)).items;
    const [first, second] = slots.filter(({ free }) => Number(free) > 0);
    const record = await draft({ reason: "booking", informationKinds: [], serviceId: ids.booked });
    const wish = { agendaId: ids.agenda, caseId: record.id, startsAt: first?.startsAt };
    const held = await ask("anna", "POST", "/bookings", wish, { "idempotency-key": randomUUID() });
    const path = `/bookings/${held.id}`;
    const booked = await ask("anna", "PATCH", path, { confirm: true }, version(held.version));
    const moved = await ask("anna", "PATCH", path, { startsAt: second?.startsAt }, version(booked.version));
    for (const part of [path, `${path}/calendar.ics`, `/cases/${record.id}/bookings`]) await ask("anna", "GET", part);
    await list("nadia", `/agendas/${ids.agenda}/bookings?from=${from}&to=${to}`);
    await ask("anna", "DELETE", path, undefined, version(moved.version));
    const hours = [{ weekday: 1, opens: "09:00", closes: "11:00" }];
    const agenda = { serviceId: ids.booked, name: "Sportello di prova", slotMinutes: 30, hours };
    const made = await ask("nadia", "POST", "/agendas", agenda);
    await ask("nadia", "PATCH", `/agendas/${made.id}`, { places: 2 }, version(made.version));
  });

  it("for cards, their documents and deliveries", async () => {
    const made = await ask("marco", "POST", "/cards", {
      serviceId: ids.service,
      title: "Prova",
      smsText: "Via Verdi 1",
    });
    const path = `/cards/${made.id}`;
    const edited = await ask("marco", "PATCH", path, { how: "Con lo SPID" }, version(made.version));
    const live = await ask("marco", "POST", `${path}/publish`, undefined, version(edited.version));
    for (const part of [path, `${path}/versions`, "/cards/drafts", "/card-searches"]) await ask("marco", "GET", part);
    const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n").toString("latin1");
    const type = { "content-type": "application/pdf" };
    const document = await ask("marco", "POST", `${path}/documents?name=modulo.pdf`, pdf, type);
    await ask("nadia", "PATCH", `/card-documents/${document.id}`, { released: true });
    await ask("anna", "GET", `/card-documents/${document.id}`);
    await ask("marco", "DELETE", `/card-documents/${document.id}`);
    const { version: now } = await ask("marco", "GET", `${path}?version=latest`);
    expect(now).to.equal(live.version);
    await ask("marco", "POST", `${path}/withdraw`, undefined, version(now));
    const answer = (await list("marco", "/standard-answers")).items[0];
    const place = `/standard-answers/${answer?.reason}/${answer?.language}`;
    await ask("marco", "PUT", place, { text: "Grazie" }, version(answer?.version));
    const service = await ask("marco", "GET", `/services/${ids.service}`);
    const file = (title: string) => `codice;servizio;titolo\nEST-1;${service.externalId};${title}\n`;
    const deliver = (title: string) => ask("marco", "POST", `/card-imports?agency=${ids.agency}`, file(title), csv);
    const delivery = await deliver("Da fuori");
    await ask("marco", "GET", `/card-imports/${delivery.id}`);
    await ask("marco", "POST", `/card-imports/${delivery.id}/apply`);
    await ask("marco", "DELETE", `/card-imports/${(await deliver("Cambiata")).id}`);
  });

  it("for the organisation, its offices, hours and imports", async () => {
    const agency = await ask("pietro", "POST", "/agencies", { name: "Comune di Prova", shortName: "Prova" });
    await ask("pietro", "PATCH", `/agencies/${agency.id}`, { switchboard: true }, version(agency.version));
    const department = await ask("pietro", "POST", "/departments", { agencyId: agency.id, name: "Servizi" });
    await ask(
      "pietro",
      "PATCH",
      `/departments/${department.id}`,
      { name: "Servizi tecnici" },
      version(department.version),
    );
    const office = await ask("pietro", "POST", "/offices", {
      agencyId: agency.id,
      name: "Strade",
      phone: "055 0012345",
    });
    const path = `/offices/${office.id}`;
    const renamed = await ask("pietro", "PATCH", path, { name: "Viabilità" }, version(office.version));
    const hours = [{ weekday: 1, opens: "09:00", closes: "12:00" }];
    const open = await ask("pietro", "PUT", `${path}/hours`, { hours }, version(renamed.version));
    await ask("pietro", "PUT", `${path}/people`, { personIds: [ids.gina] }, version(open.version));
    const away = { personId: ids.gina, startsAt: "2030-01-01T08:00:00Z", endsAt: "2030-01-02T08:00:00Z" };
    const absence = await ask("pietro", "POST", `${path}/absences`, away);
    await ask("pietro", "GET", path);
    await ask("pietro", "DELETE", `${path}/absences/${absence.id}`);
    const more = { name: "Buche", profile: "advanced", acceptsInformation: true };
    const place = { agencyId: agency.id, departmentId: department.id, officeId: office.id };
    const service = await ask("pietro", "POST", "/services", { ...place, ...more });
    await ask(
      "pietro",
      "PATCH",
      `/services/${service.id}`,
      { contactBackReasons: ["information"] },
      version(service.version),
    );
    for (const kind of ["agencies", "departments", "offices", "services"]) await list("anna", `/${kind}?q=prova`);
    for (const kind of ["organisation", "directory"]) {
      await ask("pietro", "POST", `/imports/${kind}?dryRun=1`, "tipo;codice\n", csv);
    }
    const entry = (await list("anna", "/directory?limit=1")).items[0];
    await ask("anna", "GET", `/directory/${entry?.id}`);
  });

  it("in every refusal: nobody signed in, a role that may not, nothing there, an empty body", async () => {
    const nobody = await testClient(api.url);
    const broken: string[] = [];
    for (const { key, method, path, operation } of api.operations()) {
      if (notBlindly.test(path)) continue;
      const url = path
        .replace(/\{reason\}/, "reminder")
        .replace(/\{language\}/, "it")
        .replace(/\{version\}/, "1");
      const at = url.replace(/\{\w+\}/g, () => randomUUID());
      const body = method === "GET" || method === "DELETE" ? undefined : {};
      const may = [...roles].find(([role]) => mayUse(role, operation.description));
      const mayNot = [...roles].find(([role]) => !mayUse(role, operation.description));
      for (const asked of [["nobody", nobody] as const, may, mayNot]) {
        if (!asked || operation.security.length === 0) continue;
        const [role, client] = asked;
        const { status, body: said } = await client.call(method, at, body);
        const expected = role === "nobody" ? status === 401 : (asked === may) !== (status === 403);
        // A role of the permission may still lack the office or agency (403 out_of_scope).
        const ok = expected || (asked === may && said.code !== "role_missing");
        if (!ok || status === brokenContract || status >= 500)
          broken.push(`${key} as ${role}: ${status} ${JSON.stringify(said).slice(0, 300)}`);
      }
    }
    expect(broken, broken.join("\n")).to.deep.equal([]);
  });

  it("has shown every door of organisation, knowledge, citizens, cases, bookings and needs at work", () => {
    const ours =
      /^\w+ \/(cases|inbox|tasks|citizens|citizen-merges|cards|card-searches|card-documents|card-imports|standard-answers|agendas|bookings|information-needs|agencies|departments|offices|services|imports|directory)\b/;
    // Calls, messages and privacy have tests of their own.
    const elsewhere = /availability|emergency|sms$|email|message|export$|erasure$/;
    const missing = api.operations().filter(({ key }) => ours.test(key) && !elsewhere.test(key) && !api.done.has(key));
    expect(missing.map(({ key }) => key)).to.deep.equal([]);
  });
});
