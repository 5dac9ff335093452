import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { availabilityRoutes } from "../src/transfers/availability/availability-routes.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import {
  type TestClient,
  TestFeed,
  type TestWeb,
  testClient,
  testPassword,
  testPerson,
  testWeb,
} from "./support/web.ts";

describe("availability: who is present at an office", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let operator: TestClient;
  let officeId: string;
  const ids: Record<string, string> = {};

  const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  const verdict = async () => (await operator.call("GET", `/offices/${officeId}/availability`)).body.verdict;
  const signIn = async (login: string, more: object = {}) =>
    (await testClient(web.url)).call("POST", "/session", { login, password: testPassword, ...more });

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    web = await testWeb(database, {
      routes: availabilityRoutes({ pool, clock: systemClock, busyAccounts: async () => new Set() }),
    });
    await testPerson(pool, "anna", "operator", "201");
    ids.gina = await testPerson(pool, "gina", "office_agent");
    ids.ugo = await testPerson(pool, "ugo", "office_agent");
    await sql(
      "insert into seats (number, kind, sip_password, web_password) values ('301', 'office', 'x', 'y'), ('302', 'office', 'x', 'y')",
    );
    await sql("insert into seat_contacts (account, online) values ('301', true), ('302-web', true)");
    const [office] = await sql(
      `with a as (insert into agencies (name, short_name) values ('Comune', 'Comune') returning id)
        insert into offices (agency_id, name) select id, 'Anagrafe' from a returning id`,
    );
    officeId = office.id;
    await sql("insert into office_people (office_id, person_id) values ($1, $2)", [officeId, ids.gina]);
    operator = await testClient(web.url, "anna");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  it("is who signed in at an office's seat, with the page open, and does not mind being rung", async () => {
    const gina = await testClient(web.url, "gina");
    expect((await gina.call("GET", "/me")).body.seat).to.equal(null);
    expect(await verdict()).to.equal("absent");
    expect((await gina.call("PUT", "/me/do-not-disturb", { on: true })).body.code).to.equal("seat_needed");

    const seated = await signIn("gina", { seat: "301" });
    expect(seated.status).to.equal(201);
    gina.cookie = seated.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await gina.call("GET", "/me")).body).to.include({ seat: "301", phone: "sip" });
    expect(await verdict()).to.equal("absent");
    const feed = await TestFeed.open(web.url, gina);
    await feed.until("hello", ({ frames }) => frames.some((frame) => frame.event === "hello"));
    expect(await verdict()).to.equal("free");

    const on = await gina.call("PUT", "/me/do-not-disturb", { on: true });
    expect(on.body.on).to.equal(true);
    expect(await verdict()).to.equal("dnd");
    expect((await gina.call("GET", "/me/do-not-disturb")).body).to.deep.equal(on.body);
    expect((await gina.call("PUT", "/me/do-not-disturb", { on: true })).body).to.deep.equal(on.body);
    expect((await gina.call("PUT", "/me/do-not-disturb", { on: false })).body).to.deep.equal({
      on: false,
      since: null,
    });
    expect(await verdict()).to.equal("free");

    await gina.call("PUT", "/me/do-not-disturb", { on: true });
    await gina.call("DELETE", "/session");
    expect(await verdict()).to.equal("absent");
    feed.close();
    await signIn("gina");
    const [row] = await sql("select do_not_disturb_since, chosen from operators where person_id = $1", [ids.gina]);
    expect(row).to.deep.equal({ do_not_disturb_since: null, chosen: "offline" });
  });

  it("lets each level sit at its own seats only, an office also without one", async () => {
    expect((await signIn("anna", { seat: "301" })).body.code).to.equal("unknown_seat");
    expect((await signIn("ugo", { seat: "201" })).body.code).to.equal("unknown_seat");
    expect((await signIn("ugo", { seat: "302", phone: "web" })).status).to.equal(201);
    const ugo = await testClient(web.url, "ugo");
    expect((await ugo.call("POST", "/me/phone")).body.account).to.equal("302-web");
    expect((await signIn("gina", { seat: "302" })).body.code).to.equal("seat_taken");
  });

  it("does not keep a person out whose usual seat somebody else has meanwhile", async () => {
    await sql("update operators set signed_in_at = null where person_id = $1", [ids.ugo]);
    expect((await signIn("gina", { seat: "302" })).status).to.equal(201);
    await sql("update operators set seat_id = null, signed_in_at = null where person_id = $1", [ids.ugo]);
    expect((await signIn("ugo")).status).to.equal(201);
    expect((await signIn("ugo", { seat: "302" })).body.code).to.equal("seat_taken");
  });

  it("shows the supervisor operators only, and gives no call of the queue to an office's seat", async () => {
    await testPerson(database.pool, "olga", "supervisor");
    const olga = await testClient(web.url, "olga");
    const listed = (await olga.call("GET", "/operators")).body.items as unknown as { displayName: string }[];
    expect(listed.map((one) => one.displayName)).to.deep.equal(["anna"]);
    const refused = await olga.call("PUT", `/operators/${ids.gina}/state`, { state: "available" });
    expect(refused.body).to.include({ status: 422, code: "office_seat" });
  });

  it("is asked by first level only", async () => {
    const gina = await testClient(web.url, "gina");
    expect((await gina.call("GET", `/offices/${officeId}/availability`)).status).to.equal(403);
    expect((await operator.call("PUT", "/me/do-not-disturb", { on: true })).status).to.equal(403);
    const call = "/calls/00000000-0000-7000-8000-000000000000/availability-checks";
    expect((await gina.call("POST", call, {})).status).to.equal(403);
    expect((await operator.call("POST", call, {})).body).to.include({ status: 409, code: "not_your_call" });
  });
});
