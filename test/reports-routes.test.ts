import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { reportRoutes } from "../src/reports/report-routes.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { makeNow, pastCall } from "./support/reports.ts";
import { type TestClient, type TestWeb, testClient, testPassword, testPerson, testWeb } from "./support/web.ts";

type File = { id: string; officeId: string | null; format: string; name: string; sha256: string };

describe("reports: asked for and fetched", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let web: TestWeb;
  const clients: Record<string, TestClient> = {};
  const wish = { kind: "issue_reports", firstDay: "2026-03-23", lastDay: "2026-03-29" };
  let reportId: string;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    world = await caseWorld(pool);
    web = await testWeb(database, { routes: reportRoutes({ pool, clock: systemClock }) });
    // One with a password lends its hash to those of the world.
    await testPerson(pool, "admin", "administrator");
    await pool.query("update people set password_hash = (select password_hash from people where login = 'admin')");
    clients.admin = await testClient(web.url, "admin");
    for (const [name, login] of Object.entries({
      ...{ supervisor: world.supervisor.login, referent: world.referent.login, roads: world.roads.login },
      ...{ registry: world.office.login, other: world.otherOffice.login, operator: world.anna.login },
    })) {
      clients[name] = await testClient(web.url, login);
    }
    const { roads, registry } = world.services;
    const past = { wait: 5, reason: "issue_report", status: "assigned_resolved" };
    await pastCall(world, { ...past, at: "2026-03-24T09:00:00Z", service: roads, request: "Una buca in via Roma" });
    await pastCall(world, { ...past, at: "2026-03-25T09:00:00Z", service: registry, request: "Insegna caduta" });
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  const filesOf = async (client: TestClient) => {
    const answer = await client.call("GET", `/reports/${reportId}`);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    return answer.body.files as unknown as File[];
  };
  const fetched = async (client: TestClient, file: File) => {
    const response = await fetch(`${web.url}/api/v1/reports/${reportId}/files/${file.id}`, {
      headers: { cookie: client.cookie },
    });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it("are asked for by supervisors, and by referents for their own agency", async () => {
    expect(testPassword).to.be.a("string");
    const [own, other] = world.agencies;
    const statuses: [string, string | null, number][] = [
      ["operator", own, 403],
      ["roads", own, 403],
      ["admin", own, 403],
      ["referent", other, 404],
      ["supervisor", null, 400],
      ["referent", own, 202],
      ["supervisor", other, 202],
    ];
    for (const [name, agencyId, status] of statuses) {
      const answer = await clients[name]!.call("POST", "/reports", { ...wish, agencyId });
      expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).to.equal(status);
    }
    const whole = { ...wish, kind: "contact_centre", agencyId: null };
    expect((await clients.referent!.call("POST", "/reports", whole)).status).to.equal(404);
    const asked = await clients.supervisor!.call(
      "POST",
      "/reports",
      { ...wish, agencyId: own },
      { "idempotency-key": "due-volte" },
    );
    const again = await clients.supervisor!.call(
      "POST",
      "/reports",
      { ...wish, agencyId: own },
      { "idempotency-key": "due-volte" },
    );
    expect(again.body.id).to.equal(asked.body.id);
    expect(asked.body).to.include({ state: "queued", origin: "person", askedBy: world.supervisor.displayName });
    reportId = String(asked.body.id);
  });

  it("on days to come, the wrong way round or on no days are refused with a sentence", async () => {
    const [agencyId] = world.agencies;
    for (const days of [{ lastDay: "2099-01-01" }, { lastDay: "2026-03-01" }, { firstDay: "2026-02-30" }]) {
      const answer = await clients.supervisor!.call("POST", "/reports", { ...wish, agencyId, ...days });
      expect(answer.status, JSON.stringify(days)).to.equal(400);
      expect(String(answer.body.it)).to.match(/^Periodo non valido/);
    }
  });

  it("one that is made has definition, reconciliation and three files for each copy, and the hashes fit", async () => {
    expect(await makeNow(database, reportId)).to.equal(true);
    const answer = await clients.supervisor!.call("GET", `/reports/${reportId}`);
    expect(answer.body).to.include({ state: "made", reconciled: true, agencyId: world.agencies[0] });
    expect(answer.body.totals).to.deep.equal({ cases: 2, offices: 2 });
    expect(answer.body.definition).to.have.nested.property("it.title", "Segnalazioni");
    expect(answer.body.deliveries).to.deep.equal([]);
    const files = await filesOf(clients.supervisor!);
    expect(
      files
        .map(({ format }) => format)
        .sort()
        .join(),
    ).to.equal("csv,csv,csv,pdf,pdf,pdf,xlsx,xlsx,xlsx");
    const { createHash } = await import("node:crypto");
    for (const file of files) {
      const { status, headers, bytes } = await fetched(clients.supervisor!, file);
      expect(status).to.equal(200);
      expect(headers.get("content-disposition")).to.equal(`attachment; filename="${file.name}"`);
      expect(createHash("sha256").update(bytes).digest("hex")).to.equal(file.sha256);
    }
    const { rows } = await database.pool.query(
      "select from audit where action = 'report.download' and subject_id = $1",
      [reportId],
    );
    expect(rows).to.have.length(9);
  });

  it("an office sees its own copy only, a stranger nothing", async () => {
    const all = await filesOf(clients.supervisor!);
    expect(await filesOf(clients.referent!)).to.have.length(9);
    const own = await filesOf(clients.roads!);
    expect(own.map(({ officeId }) => officeId)).to.deep.equal(Array(3).fill(world.offices.roads.id));
    const csv = await fetched(clients.roads!, own.find(({ format }) => format === "csv")!);
    expect(csv.bytes.toString()).to.include("Una buca in via Roma").and.to.not.include("Insegna caduta");
    for (const file of all.filter(({ officeId }) => officeId !== world.offices.roads.id)) {
      expect((await fetched(clients.roads!, file)).status).to.equal(404);
    }
    for (const file of all) expect((await fetched(clients.other!, file)).status).to.equal(404);
    expect((await clients.other!.call("GET", `/reports/${reportId}`)).status).to.equal(404);
    const seen = async (client: TestClient) => {
      const items = (await client.call("GET", "/reports")).body.items as unknown as { id: string }[];
      return items.some(({ id }) => id === reportId);
    };
    expect([await seen(clients.roads!), await seen(clients.other!)]).to.deep.equal([true, false]);
    for (const name of ["operator", "admin"]) {
      expect((await fetched(clients[name]!, all[0]!)).status, name).to.equal(403);
      expect((await clients[name]!.call("GET", "/reports")).status, name).to.equal(403);
    }
  });

  it("are listed page after page, by kind and agency", async () => {
    const [own] = world.agencies;
    const first = await clients.supervisor!.call("GET", `/reports?limit=1&kind=issue_reports&agency=${own}`);
    expect(first.body.items).to.have.length(1);
    const next = await clients.supervisor!.call(
      "GET",
      `/reports?limit=1&agency=${own}&cursor=${first.body.nextCursor}`,
    );
    expect(next.body.items).to.have.length(1);
    expect(next.body.nextCursor).to.equal(null);
    expect((await clients.supervisor!.call("GET", "/reports?kind=switchboard")).body.items).to.deep.equal([]);
  });

  it("go where the agency says; a mail without an address is sent when there is one", async () => {
    const [own, other] = world.agencies;
    const put = (client: TestClient, agencyId: string, email: string | null) =>
      client.call("PUT", `/report-addresses/${agencyId}`, { email });
    expect((await put(clients.referent!, other, "x@example.it")).status).to.equal(404);
    expect((await put(clients.referent!, own, "x@example.it\nBcc: y@example.it")).status).to.equal(400);
    const { rows } = await database.pool.query(
      `insert into report_deliveries (report_id, recipient, state) values ($1, 'agency', 'no_address') returning id`,
      [reportId],
    );
    const resend = `/reports/${reportId}/deliveries/${rows[0].id}/resend`;
    expect((await clients.referent!.call("POST", resend)).status).to.equal(409);
    expect((await put(clients.referent!, own, "urp@example.it")).status).to.equal(204);
    const addresses = await clients.referent!.call("GET", "/report-addresses");
    expect(addresses.body.items).to.have.length(1);
    const answer = await clients.referent!.call("POST", resend);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    expect(answer.body.items).to.have.nested.property("[0].state", "queued");
    expect(answer.body.items).to.have.nested.property("[0].toAddress", "urp@example.it");
  });
});
