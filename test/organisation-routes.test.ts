import { expect } from "chai";
import { organisationRoutes } from "../src/organisation/organisation-routes.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

type Entry = { id: string; name: string; version: number; [key: string]: unknown };

describe("the API of the organisation", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let admin: TestClient;
  let referent: TestClient;
  let operator: TestClient;
  let agency: Entry;
  let other: Entry;
  let department: Entry;
  let office: Entry;
  let service: Entry;

  async function made(path: string, body: object): Promise<Entry> {
    const answer = await admin.call("POST", path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    return answer.body as unknown as Entry;
  }
  const patch = (client: TestClient, path: string, version: number, body: object) =>
    client.call("PATCH", path, body, { "if-match": `"${version}"` });
  const put = (client: TestClient, path: string, version: number, body: object) =>
    client.call("PUT", path, body, { "if-match": `"${version}"` });
  const items = async (path: string) => {
    const answer = await operator.call("GET", path);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    return answer.body.items as unknown as Entry[];
  };
  const fresh = async (path: string) => (await admin.call("GET", path)).body as unknown as Entry;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    web = await testWeb(database, { routes: organisationRoutes({ pool }) });
    await testPerson(pool, "pietro", "administrator");
    await testPerson(pool, "anna", "operator", "201");
    admin = await testClient(web.url, "pietro");
    operator = await testClient(web.url, "anna");
    agency = await made("/agencies", { name: "Comune di Firenze", shortName: "Firenze" });
    other = await made("/agencies", { name: "Comune di Scandicci", shortName: "Scandicci" });
    department = await made("/departments", { agencyId: agency.id, name: "Servizi demografici" });
    office = await made("/offices", { agencyId: agency.id, name: "Anagrafe", phone: "055/0010101 int. 3" });
    const place = { agencyId: agency.id, departmentId: department.id, officeId: office.id };
    service = await made("/services", { ...place, name: "Carta d'identità elettronica", profile: "advanced" });
    for (const name of ["Certificati anagrafici", "Cambio di residenza", "TARI"]) {
      await made("/services", { ...place, name, profile: "base" });
    }
    await pool.query(
      `with p as (insert into people (login, display_name, password_hash)
           select 'nadia', 'Nadia', password_hash from people where login = 'anna' returning id),
         r as (insert into person_roles select id, 'agency_referent', $1 from p)
       insert into referent_services select id, $2 from p`,
      [agency.id, service.id],
    );
    referent = await testClient(web.url, "nadia");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  it("shows the triple and the one office of each service, found also with a typing error", async () => {
    const [found] = await items("/services?q=carta%20identita%20eletronica");
    expect(found).to.include({
      name: "Carta d'identità elettronica",
      agencyShortName: "Firenze",
      departmentName: "Servizi demografici",
      officeName: "Anagrafe",
    });
    expect((await items("/services?q=anagrfe%20certifcati"))[0]?.name).to.equal("Certificati anagrafici");
    expect((await items("/services?q=tari")).map((one) => one.name)).to.include("TARI");
    for (const q of ["%25", "_", "%5C", "(zx%2B)%2B%24"]) expect(await items(`/services?q=${q}`), q).to.deep.equal([]);
    expect((await items(`/offices?service=${service.id}`)).map((one) => one.id)).to.deep.equal([office.id]);
    expect(await items(`/services?agency=${other.id}`)).to.deep.equal([]);
    expect((await items("/agencies?q=scandici")).map((one) => one.id)).to.deep.equal([other.id]);
  });

  it("pages through all services once, in the order of their names", async () => {
    const names: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const answer = await operator.call("GET", `/services?limit=3${cursor ? `&cursor=${cursor}` : ""}`);
      names.push(...(answer.body.items as unknown as Entry[]).map((one) => one.name));
      cursor = answer.body.nextCursor as unknown as string | null;
    }
    expect(names).to.have.length(4);
    expect(names).to.deep.equal([...new Set(names)].sort());
    expect((await operator.call("GET", "/services?cursor=abc")).status).to.equal(400);
    expect((await operator.call("GET", "/services?limit=1000000000")).status).to.equal(400);
  });

  it("keeps a number and its extension apart, and refuses what is no number", async () => {
    expect(office).to.include({ phone: "+390550010101", phoneExtension: "3" });
    const wrong = await patch(admin, `/offices/${office.id}`, office.version, { phone: "3,93331E+11" });
    expect(wrong.status).to.equal(400);
  });

  it("lets operators read, and change nothing", async () => {
    expect((await patch(operator, `/services/${service.id}`, 1, { name: "x" })).status).to.equal(403);
    expect((await operator.call("POST", "/agencies", { name: "x", shortName: "x" })).status).to.equal(403);
    expect((await operator.call("POST", "/imports/organisation", "x")).status).to.equal(403);
  });

  it("lets a referent change the services of the list, and no others", async () => {
    const mine = await fresh(`/services/${service.id}`);
    const changes = { acceptsInformation: true, contactBackReasons: ["information"], minFailedAttempts: 2 };
    const changed = await patch(referent, `/services/${service.id}`, mine.version, changes);
    expect(changed.status, JSON.stringify(changed.body)).to.equal(200);
    expect(changed.body).to.deep.include(changes);
    expect(changed.headers.get("etag")).to.equal(`"${mine.version + 1}"`);
    const [tari] = await items("/services?q=tari");
    const refused = await patch(referent, `/services/${tari!.id}`, tari!.version, { name: "x" });
    expect(refused.status).to.equal(403);
    expect(refused.body).to.include({ code: "out_of_scope" });
    // The office also answers for services that are not the referent's.
    expect((await patch(referent, `/offices/${office.id}`, office.version, { name: "x" })).status).to.equal(403);
    expect((await referent.call("POST", "/agencies", { name: "x", shortName: "x" })).status).to.equal(403);
  });

  it("refuses a stale version with what is stored now, and a missing one", async () => {
    const mine = await fresh(`/services/${service.id}`);
    const stale = await patch(admin, `/services/${service.id}`, mine.version - 1, { name: "Vecchio" });
    expect(stale.status).to.equal(412);
    expect(stale.body.currentVersion).to.equal(mine.version);
    expect((await admin.call("PATCH", `/services/${service.id}`, { name: "x" })).status).to.equal(400);
  });

  it("refuses switches that the profile does not have, in the API and by SQL", async () => {
    const [tari] = await items("/services?q=tari");
    for (const setting of [
      { acceptsInformation: true },
      { acceptsComplaints: true },
      { hasAgenda: true },
      { contactBackReasons: ["complaint"] },
    ]) {
      const refused = await patch(admin, `/services/${tari!.id}`, tari!.version, setting);
      expect(refused.status, JSON.stringify(setting)).to.equal(422);
      expect(refused.body).to.include({ code: "service_settings", rule: "§3.2" });
    }
    const reasons = await patch(admin, `/services/${service.id}`, (await fresh(`/services/${service.id}`)).version, {
      contactBackReasons: ["grievance"],
    });
    expect(reasons.status).to.equal(422);
    const sql = (text: string) =>
      database.pool.query(text, [tari!.id]).then(
        () => "accepted",
        (error) => error.code,
      );
    expect(await sql("update services set accepts_complaints = true where id = $1")).to.equal("23514");
    expect(await sql("insert into service_reasons values ($1, 'gossip', true)")).to.equal("23514");
  });

  it("keeps department and office of a service within its agency, in the API and by SQL", async () => {
    const foreign = await made("/offices", { agencyId: other.id, name: "Anagrafe di Scandicci" });
    const rejects = await made("/offices", { agencyId: agency.id, name: "Gestione Rigetti", isRejectsDesk: true });
    const mine = await fresh(`/services/${service.id}`);
    for (const officeId of [foreign.id, rejects.id]) {
      const refused = await patch(admin, `/services/${service.id}`, mine.version, { officeId });
      expect(refused.status).to.equal(422);
      expect(refused.body).to.include({ code: "office_not_competent" });
    }
    const sql = await database.pool
      .query("update services set office_id = $2 where id = $1", [service.id, foreign.id])
      .then(
        () => "accepted",
        (error) => error.code,
      );
    expect(sql).to.equal("23503");
  });

  it("keeps a service with cases in its department", async () => {
    const { pool } = database;
    const second = await made("/departments", { agencyId: agency.id, name: "Tributi" });
    const [residence] = await items("/services?q=residenza");
    const path = `/services/${residence!.id}`;
    const moved = await patch(admin, path, residence!.version, { departmentId: second.id });
    expect(moved.status).to.equal(200);
    await pool.query("insert into cases (id, agency_id, department_id, service_id) values (uuidv7(), $1, $2, $3)", [
      agency.id,
      second.id,
      residence!.id,
    ]);
    const kept = await patch(admin, path, residence!.version + 1, { departmentId: department.id });
    expect(kept.status).to.equal(422);
    expect(kept.body).to.include({ code: "service_has_cases" });
  });

  it("does not disable what services in use need; a disabled service is out of the lists", async () => {
    const inUse = await patch(admin, `/offices/${office.id}`, office.version, { disabled: true });
    expect(inUse.status).to.equal(422);
    expect(inUse.body).to.include({ code: "services_in_use" });
    const [tari] = await items("/services?q=tari");
    await patch(admin, `/services/${tari!.id}`, tari!.version, { disabled: true });
    expect((await items("/services")).map((one) => one.id)).to.not.include(tari!.id);
    expect((await items("/services?disabled=1")).map((one) => one.id)).to.include(tari!.id);
  });

  it("answers 409 for a name or a code that is taken", async () => {
    const twice = await admin.call("POST", "/departments", { agencyId: agency.id, name: "Servizi demografici" });
    expect(twice.status).to.equal(409);
  });

  it("gives an office hours, single days, people of the second level and their absences", async () => {
    const { pool } = database;
    const gina = await testPerson(pool, "gina", "office_agent");
    const hours = [{ weekday: 1, opens: "09:00", closes: "13:00" }];
    const week = { hours, exceptions: [{ day: "2099-08-14", note: "chiusura estiva" }] };
    const path = `/offices/${office.id}`;
    let current = await fresh(path);
    const set = await put(admin, `${path}/hours`, current.version, week);
    expect(set.status, JSON.stringify(set.body)).to.equal(200);
    const overlap = { hours: [...hours, { weekday: 1, opens: "12:00", closes: "14:00" }] };
    current = await fresh(path);
    expect((await put(admin, `${path}/hours`, current.version, overlap)).status).to.equal(400);
    const anna = await pool.query("select id from people where login = 'anna'");
    const wrong = await put(admin, `${path}/people`, current.version, { personIds: [anna.rows[0].id] });
    expect(wrong.body).to.include({ code: "person_unknown" });
    expect((await put(admin, `${path}/people`, current.version, { personIds: [gina] })).status).to.equal(200);
    const absence = { personId: gina, startsAt: "2099-01-05T08:00:00Z", endsAt: "2099-01-09T18:00:00Z", note: "ferie" };
    const away = await admin.call("POST", `${path}/absences`, absence);
    expect(away.status).to.equal(201);
    expect((await admin.call("POST", `${path}/absences`, absence)).status).to.equal(409);
    const shown = (await admin.call("GET", path)).body as unknown as {
      calendar: object;
      members: { login: string }[];
      absences: { id: string; note: string }[];
    };
    expect(shown.calendar).to.deep.include({ hours });
    expect(shown.members.map((one) => one.login)).to.deep.equal(["gina"]);
    expect(shown.absences.map((one) => one.note)).to.deep.equal(["ferie"]);
    expect((await admin.call("DELETE", `${path}/absences/${shown.absences[0]!.id}`)).status).to.equal(204);
    expect((await admin.call("DELETE", `${path}/absences/${shown.absences[0]!.id}`)).status).to.equal(404);
  });

  it("imports a file that is sent as the body, after a dry run", async () => {
    const header =
      "tipo;codice;ente;macrostruttura;ufficio;nome;nome_breve;profilo;accetta_informazioni;accetta_reclami;contact_back;" +
      "agenda;tentativi;centralino;telefono;email;orari;attivo";
    const file = `${header}\nente;NEW;;;;Comune di Fiesole;Fiesole${";".repeat(11)}\n`;
    const csv = { "content-type": "text/csv" };
    const dry = await admin.call("POST", "/imports/organisation?dryRun=1", file, csv);
    expect(dry.status, JSON.stringify(dry.body)).to.equal(200);
    expect(dry.body).to.deep.include({ applied: false, errorCount: 0 });
    const applied = await admin.call("POST", "/imports/organisation", file, csv);
    expect(applied.body).to.include({ applied: true });
    expect((await items("/agencies?q=fiesole")).map((one) => one.externalId)).to.deep.equal(["NEW"]);
    const wrong = await admin.call("POST", "/imports/organisation", `${header}\nente;;;\n`, csv);
    expect(wrong.status).to.equal(422);
    expect(wrong.body).to.include({ code: "import_errors", applied: false });
    expect(wrong.body.errors).to.deep.equal([{ line: 2, column: null, it: "La riga ha 4 colonne invece di 18." }]);
  });
});
