import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { caseRoutes } from "../src/cases/case-routes.ts";
import { citizenRoutes } from "../src/citizens/citizen-routes.ts";
import { inTransaction } from "../src/database/in-transaction.ts";
import { sealAudit } from "../src/people/audit/audit-chain-store.ts";
import type { AuditLine } from "../src/people/audit/audit-line.ts";
import { auditRoutes } from "../src/people/audit/audit-routes.ts";
import { writeOffers } from "../src/queue/dispatch-store.ts";
import { type CaseWorld, callOf, caseActions, caseWorld, citizenOf } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("audit: who read which citizen record", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let web: TestWeb;
  let operator: TestClient;
  let administrator: TestClient;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    world = await caseWorld(pool);
    web = await testWeb(database, {
      routes: [...auditRoutes({ pool }), ...citizenRoutes({ pool }), ...caseRoutes({ pool })],
    });
    await testPerson(pool, "reader", "operator", "777");
    await testPerson(pool, "admin", "administrator");
    operator = await testClient(web.url, "reader");
    administrator = await testClient(web.url, "admin");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  async function log(query: string): Promise<AuditLine[]> {
    const answer = await administrator.call("GET", `/audit?${query}`);
    expect(answer.status, JSON.stringify(answer.body)).equal(200);
    return answer.body.items as unknown as AuditLine[];
  }
  const actions = async (query: string) => (await log(query)).map(({ action }) => action);
  it("tells record, search by number and name, case, list and search of cases, each once, with the reader", async () => {
    const { id: caseId, citizenId } = await caseActions(world).assigned();
    const { rows } = await database.pool.query("select value from citizen_contacts where citizen_id = $1", [citizenId]);
    const of = `citizenId=${citizenId}`;
    for (const path of [
      `/citizens/${citizenId}`,
      `/citizens?q=${encodeURIComponent(rows[0].value)}`,
      "/citizens?q=de%20luca",
      `/cases/${caseId}`,
      `/cases?citizenId=${citizenId}`,
    ]) {
      expect((await operator.call("GET", path)).status, path).equal(200);
    }
    expect(await actions(of)).deep.equal([
      ...["citizen.search", "citizen.read", "citizen.search", "citizen.search", "citizen.read"],
    ]);
    expect(await actions(`caseId=${caseId}&subjectKind=citizen`)).deep.equal(["citizen.read"]);
    expect((await log(`caseId=${caseId}&subjectKind=citizen`))[0]).include({
      ...{ actor: "reader", personName: "reader", subjectId: citizenId },
    });
    // A list that is looked at all day tells it once.
    for (let n = 0; n < 3; n++) expect((await operator.call("GET", "/cases")).status).equal(200);
    expect(await actions(`${of}&action=citizen.listed`)).deep.equal(["citizen.listed"]);
  });

  it("tells a pop that showed the caller's record", async () => {
    const { pool } = database;
    const citizenId = await citizenOf(world, "+390550099002");
    const { callId, caseId } = await callOf(world, world.bruno);
    await pool.query(
      `with q as (select id from queues limit 1), o as (
        update operators set chosen = 'available', system = 'idle', call_id = null where person_id = $2)
      update calls set state = 'waiting', person_id = null, talk_at = null, caller_e164 = '+390550099002',
        queue_id = (select id from q), queued_at = now() where id = $1`,
      [callId, world.bruno.id],
    );
    const pair = { callId, personId: world.bruno.id, offerId: randomUUID() };
    const written = await inTransaction(pool, (client) => writeOffers(client, [pair as never], web.nodeId));
    expect(written).length(1);
    const [line, ...more] = await log(`citizenId=${citizenId}`);
    expect(more).deep.equal([]);
    expect(line).include({ action: "citizen.pop", personId: world.bruno.id, actor: world.bruno.login });
    expect(line?.data).deep.equal({ found: [citizenId] });
    // It may become an anonymous grievance: no line leads from the case to a record.
    expect(await actions(`caseId=${caseId}`)).deep.equal([]);
  });

  it("filters by person, action and time, and gives every line once, page after page", async () => {
    const { rows } = await database.pool.query(
      "select count(*)::int as lines from audit where action like 'citizen.%'",
    );
    const seen: number[] = [];
    let cursor = "";
    for (;;) {
      const { body } = await administrator.call("GET", `/audit?action=citizen.*&limit=2${cursor}`);
      seen.push(...(body.items as unknown as AuditLine[]).map(({ id }) => id));
      if (!body.nextCursor) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(new Set(seen).size).equal(seen.length);
    expect(seen.length).equal(rows[0].lines);
    const { rows: people } = await database.pool.query("select id from people where login = 'reader'");
    expect(new Set((await log(`personId=${people[0].id}`)).map(({ actor }) => actor))).deep.equal(
      new Set(["reader", "person"]),
    );
    expect(await actions("to=2020-01-01T00:00:00Z")).deep.equal([]);
    expect(await actions("from=2020-01-01T00:00:00Z&action=citizen.pop")).deep.equal(["citizen.pop"]);
    for (const wrong of ["cursor=abc", "personId=1", "from=yesterday", "action=%25", "limit=101"]) {
      expect((await administrator.call("GET", `/audit?${wrong}`)).status, wrong).equal(400);
    }
  });

  it("is the administrator's alone, and its reading is told too", async () => {
    expect((await operator.call("GET", "/audit")).status).equal(403);
    expect((await operator.call("GET", "/audit/link")).status).equal(403);
    const [first] = await log("action=audit.read&limit=1");
    expect(first).include({ action: "audit.read", actor: "admin" });
    expect((await administrator.call("GET", "/audit/link")).body).deep.equal({ seq: null, hash: null });
    const sealed = await sealAudit(database.pool);
    expect((await administrator.call("GET", "/audit/link")).body).include({ seq: sealed });
  });
});
