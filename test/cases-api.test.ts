import { expect } from "chai";
import { caseRoutes } from "../src/cases/case-routes.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseActions, type CaseWorld, callOf, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

// Through the server, with sign-in, schemas of the answers checked, If-Match and problem documents.
describe("cases: the API", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let world: CaseWorld;
  let act: CaseActions;
  let anna: TestClient;
  let office: TestClient;
  let roads: TestClient;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    act = caseActions(world);
    web = await testWeb(database, { routes: caseRoutes({ pool: database.pool }) });
    // The password of the one person that the web support makes is everybody's.
    const source = await testPerson(database.pool, "source", "knowledge_editor");
    await database.pool.query(
      "update people set password_hash = (select password_hash from people where id = $1) where password_hash is null",
      [source],
    );
    const client = (person: SignedInPerson) => testClient(web.url, person.login);
    [anna, office, roads] = [await client(world.anna), await client(world.office), await client(world.roads)];
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  const version = (value: unknown) => ({ "if-match": `"${value}"` });

  it("takes a call's case from draft to its office and back to the citizen", async () => {
    const call = await callOf(world, world.anna);
    const path = `/cases/${call.caseId}`;
    const shown = await anna.call("GET", path);
    expect([shown.status, shown.headers.get("etag")]).to.deep.equal([200, '"1"']);
    const draft = { reason: "complaint", request: "Fila di tre ore", serviceId: world.services.registry.id };
    const saved = await anna.call("PATCH", path, draft, version(1));
    expect(saved.status).to.equal(200);
    expect(saved.body.service).to.include({ id: world.services.registry.id, profile: "advanced" });
    const offered = await anna.call("GET", `${path}/legal-moves`);
    expect((offered.body.gaps as unknown as { code: string }[]).map((gap) => gap.code)).to.include(
      "complaint_record_missing",
    );
    const refused = await anna.call("POST", `${path}/moves`, { to: "assigned" }, version(saved.body.version));
    expect(refused.status).to.equal(422);
    expect(refused.headers.get("content-type")).to.match(/problem\+json/);
    expect(refused.body).to.include.keys("code", "rule", "it", "en", "insteadIt", "insteadEn");
    const citizen = await database.pool.query(
      "insert into citizens (first_name, last_name) values ('Ada', 'Neri') returning id",
    );
    await database.pool.query(
      "insert into citizen_contacts (citizen_id, kind, value, source) values ($1, 'phone', $2, 'declared')",
      [citizen.rows[0].id, call.e164],
    );
    const linked = await anna.call("PATCH", path, { citizenId: citizen.rows[0].id }, version(saved.body.version));
    const moved = await anna.call("POST", `${path}/moves`, { to: "assigned" }, version(linked.body.version));
    expect([moved.status, moved.body.status]).to.deep.equal([200, "assigned"]);

    const inbox = await office.call("GET", "/inbox");
    expect((inbox.body.items as unknown as { id: string }[]).map((item) => item.id)).to.include(call.caseId);
    expect((await roads.call("GET", path)).status).to.equal(404);
    const taken = await office.call("POST", `${path}/take-charge`, {});
    expect(taken.body.takenBy).to.deep.equal({ id: world.office.id, name: world.office.displayName });
    const attempt = { outcome: "no_answer", nextAttemptAt: "2030-01-01T08:00:00.000Z" };
    const logged = await office.call("POST", `${path}/attempts`, attempt);
    expect(logged.status).to.equal(201);
    const answered = await office.call("PATCH", path, { answer: "Ci scusiamo" }, version(logged.body.version));
    const wish = { to: "resolved_l2", attribute: "to_communicate" };
    const back = await office.call("POST", `${path}/moves`, wish, version(answered.body.version));
    expect(back.status).to.equal(200);
    const tasks = (await anna.call("GET", "/tasks")).body.items as unknown as { id: string; caseId: string }[];
    const task = tasks.find((one) => one.caseId === call.caseId);
    expect((await anna.call("POST", `${path}/tasks/${task?.id}/claim`)).status).to.equal(200);
    const told = await anna.call(
      "POST",
      `${path}/moves`,
      { to: "resolved_l2", attribute: "communicated" },
      version(back.body.version),
    );
    expect(told.body).to.include({ status: "resolved_l2", attribute: "communicated" });
    expect(told.body.closedAt).to.be.a("string");
  });

  it("answers a stale If-Match with 412 and what changed, a missing one with 400", async () => {
    const call = await callOf(world, world.anna);
    const path = `/cases/${call.caseId}`;
    await anna.call("PATCH", path, { request: "uno" }, version(1));
    const stale = await anna.call("PATCH", path, { request: "due" }, version(1));
    expect(stale.status).to.equal(412);
    expect(stale.body).to.include({ code: "stale_version", currentVersion: 2 });
    expect((stale.body.changes as unknown as { data: { fields: string[] } }[])[0]?.data.fields).to.deep.equal([
      "request",
    ]);
    expect((await anna.call("PATCH", path, { request: "due" })).status).to.equal(400);
    expect((await anna.call("POST", `${path}/moves`, { to: "cancelled", cause: "error" }, version(1))).status).to.equal(
      412,
    );
  });

  it("names who was faster with 409", async () => {
    const { id } = await act.assigned();
    const colleague = await testClient(web.url, world.colleague.login);
    expect((await colleague.call("POST", `/cases/${id}/take-charge`)).status).to.equal(200);
    const late = await office.call("POST", `/cases/${id}/take-charge`);
    expect(late.status).to.equal(409);
    expect(late.body.takenBy).to.deep.equal({ id: world.colleague.id, name: world.colleague.displayName });
  });

  it("refuses words outside the lists with the list, and roles that may not", async () => {
    const { id, version: seen } = await act.assigned();
    const unknown = await office.call("POST", `/cases/${id}/moves`, { to: "Chiuso" }, version(seen));
    expect(unknown.status).to.equal(422);
    expect((unknown.body.errors as unknown as { allowed: string[] }[])[0]?.allowed).to.include("resolved_l2");
    expect((await office.call("GET", "/cases/1 or 1=1")).status).to.equal(400);
    expect((await office.call("POST", "/cases", {})).status).to.equal(403);
    expect((await office.call("GET", "/tasks")).status).to.equal(403);
    const editor = await testClient(web.url, "source");
    expect((await editor.call("GET", `/cases/${id}`)).status).to.equal(403);
    expect((await anna.call("GET", "/inbox")).status).to.equal(403);
  });

  it("makes a child once for a repeated key", async () => {
    const parent = await act.assigned();
    await callOf(world, world.anna);
    const key = { "idempotency-key": "a-key-of-this-test" };
    const body = { reason: "reminder", request: "Allora?" };
    const first = await anna.call("POST", `/cases/${parent.id}/children`, body, key);
    const again = await anna.call("POST", `/cases/${parent.id}/children`, body, key);
    expect([first.status, again.status]).to.deep.equal([201, 201]);
    expect(again.body.id).to.equal(first.body.id);
    const family = (await office.call("GET", `/cases/${parent.id}`)).body.family as unknown as unknown[];
    expect(family).to.have.length(1);
  });

  it("lists the drafts to complete and the cases of a citizen", async () => {
    const call = await callOf(world, world.anna);
    const mine = (await anna.call("GET", "/cases?mine=to_complete&limit=100")).body.items as unknown as {
      id: string;
    }[];
    expect(mine.map((item) => item.id)).to.include(call.caseId);
    const known = await act.assigned();
    const page = await anna.call("GET", `/cases?citizenId=${known.citizenId}`);
    expect((page.body.items as unknown as { id: string }[]).map((item) => item.id)).to.deep.equal([known.id]);
    expect((await anna.call("GET", "/cases?limit=1000")).status).to.equal(400);
    expect((await anna.call("GET", "/cases?cursor=bogus")).status).to.equal(400);
  });
});
