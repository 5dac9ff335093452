import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { flowRoutes } from "../src/ivr/editor/flow-routes.ts";
import { openingHoursRoutes } from "../src/ivr/hours/opening-hours-routes.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestAnswer, type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

type Items = Record<string, unknown>[];

describe("ivr: the API of flows and hours", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let sara: TestClient;
  let flowPath: string;
  let calendarPath: string;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    web = await testWeb(database, {
      routes: [...flowRoutes({ pool }), ...openingHoursRoutes({ pool, clock: systemClock })],
    });
    await testPerson(pool, "sara", "supervisor");
    await testPerson(pool, "olga", "office_agent");
    sara = await testClient(web.url, "sara");
    flowPath = `/ivr-flows/${idOfFirst(await sara.call("GET", "/ivr-flows"))}`;
    calendarPath = `/calendars/${idOfFirst(await sara.call("GET", "/calendars"))}`;
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  function idOfFirst(answer: TestAnswer): unknown {
    expect(answer.status).to.equal(200);
    return (answer.body.items as unknown as Items)[0]?.id;
  }

  it("reads a flow, publishes it changed, and shows who did", async () => {
    const flow = await sara.call("GET", flowPath);
    expect(flow.headers.get("etag")).to.equal('"1"');
    const document = flow.body.document as unknown as { nodes: { welcome: { prompts: string[] } } };
    document.nodes.welcome.prompts = ["welcome", "please-hold"];
    const published = await sara.call("PUT", flowPath, { document }, { "if-match": '"1"' });
    expect(published.status).to.equal(200);
    expect(published.headers.get("etag")).to.equal('"2"');
    const versions = await sara.call("GET", `${flowPath}/versions`);
    const [newest, first] = versions.body.items as unknown as Items;
    expect(newest).to.deep.include({ version: 2 });
    expect(newest?.createdBy).to.include({ displayName: "sara" });
    expect(first).to.deep.include({ version: 1, createdBy: null });
    const old = await sara.call("GET", `${flowPath}/versions/1`);
    expect(old.body.document).to.not.deep.equal(document);
    expect((await sara.call("GET", `${flowPath}/versions/9`)).status).to.equal(404);
    const stale = await sara.call("PUT", flowPath, { document }, { "if-match": '"1"' });
    expect(stale.status).to.equal(412);
    expect(stale.body).to.include({ code: "stale_version", currentVersion: 2 });
  });

  it("names every problem of a flow in Italian, with the rule", async () => {
    const nodes = {
      a: { type: "announce", prompts: ["welcome"], next: "b" },
      b: { type: "announce", prompts: ["welcome"], next: "a" },
    };
    const refused = await sara.call("PUT", flowPath, { document: { start: "a", nodes } }, { "if-match": '"2"' });
    expect(refused.status).to.equal(422);
    expect(refused.body).to.include({ code: "rule_violated", rule: "REQ 1.1" });
    expect(refused.body.it).to.include("«a»");
    expect(refused.body.problems).to.have.length(1);
  });

  it("refuses what is no flow with the path of the field, and who may not edit", async () => {
    const put = (body: unknown, client = sara, headers: Record<string, string> = { "if-match": '"2"' }) =>
      client.call("PUT", flowPath, body, headers);
    const wrong = await put({ document: { start: "a", nodes: { a: { type: "queue", queue: 5 } } } });
    expect(wrong.status).to.equal(400);
    expect((wrong.body.errors as unknown as Items)[0]?.path).to.equal("document.nodes.a.queue");
    expect((await put({ document: { start: "a", nodes: [] } })).status).to.equal(400);
    expect((await put("{", sara)).status).to.equal(400);
    expect((await put({ document: {} }, sara, {})).status).to.equal(400);
    const olga = await testClient(web.url, "olga");
    expect((await put({ document: { start: "a", nodes: {} } }, olga)).status).to.equal(403);
    expect((await olga.call("GET", flowPath)).status).to.equal(403);
    expect((await (await testClient(web.url)).call("GET", flowPath)).status).to.equal(401);
    expect((await sara.call("GET", "/ivr-flows/055055")).status).to.equal(400);
    expect(
      (
        await sara.call(
          "GET",
          flowPath.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
        )
      ).status,
    ).to.equal(404);
  });

  it("changes the week and the exceptions of a calendar", async () => {
    const before = await sara.call("GET", calendarPath);
    expect(before.body).to.include({ version: 1, italianHolidays: true });
    const hours = [{ weekday: 1, opens: "09:00", closes: "24:00" }];
    const week = { name: "Contact center", italianHolidays: false, localHolidays: ["06-24"], hours };
    const changed = await sara.call("PUT", calendarPath, week, { "if-match": '"1"' });
    expect(changed.status).to.equal(200);
    expect(changed.body).to.deep.include({ version: 2, hours });
    const items = [{ day: "2099-01-02", opens: null, closes: null, note: "sciopero" }];
    const closed = await sara.call("PUT", `${calendarPath}/exceptions`, { items }, { "if-match": '"2"' });
    expect(closed.headers.get("etag")).to.equal('"3"');
    const read = await sara.call("GET", `${calendarPath}/exceptions`);
    expect(read.body).to.deep.equal({ items, version: 3 });
    expect(read.headers.get("etag")).to.equal('"3"');
  });

  it("refuses hours that are none", async () => {
    const week = { name: "x", italianHolidays: true, localHolidays: [], hours: [] };
    const put = async (change: object) =>
      (await sara.call("PUT", calendarPath, { ...week, ...change }, { "if-match": '"3"' })).status;
    for (const line of [
      { weekday: 8, opens: "08:00", closes: "09:00" },
      { weekday: 1, opens: "09:00", closes: "08:00" },
      { weekday: 1, opens: "8", closes: "24:01" },
    ])
      expect(await put({ hours: [line] }), JSON.stringify(line)).to.equal(400);
    expect(await put({ localHolidays: ["13-45"] })).to.equal(400);
    const twice = { weekday: 1, opens: "08:00", closes: "09:00" };
    expect(await put({ hours: [twice, twice] })).to.equal(422);
    const half = { items: [{ day: "2099-02-30", opens: "08:00" }] };
    expect((await sara.call("PUT", `${calendarPath}/exceptions`, half, { "if-match": '"3"' })).status).to.equal(400);
  });

  it("switches an agency's emergency announcement", async () => {
    const { rows } = await database.pool.query(
      "insert into agencies (name, short_name) values ('A', 'A') returning id",
    );
    const path = `/agencies/${rows[0].id}/emergency`;
    const on = await sara.call("PUT", path, { on: true });
    expect(on.body).to.include({ emergencyOn: true, emergencyPrompt: null });
    expect((await sara.call("PUT", path, { on: true, prompt: "nessuno" })).status).to.equal(422);
    expect((await sara.call("PUT", path, { on: "yes" })).status).to.equal(400);
  });
});
