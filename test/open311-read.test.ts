import { expect } from "chai";
import { open311Routes } from "../src/open311/open311-routes.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { pastCall } from "./support/reports.ts";
import { type TestWeb, testWeb } from "./support/web.ts";

const now = new Date("2026-04-10T10:00:00Z");

describe("Open311 GeoReport v2", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let web: TestWeb;
  let numbers: string[];

  const get = async (path: string) => {
    const response = await fetch(`${web.url}/api/v1/open311/v2${path}`);
    return { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.text() };
  };
  const json = async (path: string) => {
    const answer = await get(path);
    expect(answer.status, answer.text).to.equal(200);
    expect(answer.type).to.match(/^application\/json/);
    return JSON.parse(answer.text) as Record<string, string>[];
  };

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    world = await caseWorld(pool);
    web = await testWeb(database, { routes: open311Routes({ pool, clock: { now: () => now } }) });
    await pool.query("update agencies set external_id = 'firenze' where id = $1", [world.agencies[0]]);
    await pool.query("update services set name = 'Buche & <voragini>' where id = $1", [world.services.roads.id]);
    const { roads, registry, other } = world.services;
    const report = {
      wait: 3,
      reason: "issue_report",
      status: "assigned_resolved",
      request: "Mario Rossi, +39055123456",
    };
    const ids = [
      await pastCall(world, { ...report, at: "2026-03-01T10:00:00Z", service: roads }),
      await pastCall(world, { ...report, at: "2026-03-02T10:00:00Z", service: registry }),
      await pastCall(world, { ...report, at: "2026-03-03T10:00:00Z", service: other }),
      await pastCall(world, { ...report, at: "2025-11-01T10:00:00Z", service: roads }),
      await pastCall(world, { at: "2026-03-04T10:00:00Z", service: roads, wait: 3, reason: "grievance" }),
    ];
    const { rows } = await pool.query("select id, number from cases");
    numbers = ids.map(({ caseId }) => String(rows.find(({ id }) => id === caseId)?.number));
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  it("lists the services and their (absent) attributes, JSON and XML", async () => {
    const services = await json("/services.json?jurisdiction_id=firenze");
    expect(services).to.have.length(4);
    const roads = services.find(({ service_code }) => service_code === world.services.roads.id);
    expect(roads).to.include({
      service_name: "Buche & <voragini>",
      type: "realtime",
      metadata: false,
      group: "Servizi",
    });
    const xml = await get("/services.xml");
    expect(xml.type).to.match(/^text\/xml/);
    expect(xml.text)
      .to.include("<service_name>Buche &amp; &lt;voragini&gt;</service_name>")
      .and.to.include("</services>");
    const one = JSON.parse((await get(`/services/${world.services.roads.id}.json`)).text);
    expect(one).to.deep.equal({ service_code: world.services.roads.id, attributes: [] });
    const oneXml = await get(`/services/${world.services.roads.id}.xml`);
    expect(oneXml.text).to.match(/<service_definition><service_code>[0-9a-f-]{36}<\/service_code><attributes\/>/);
    expect((await get("/services/none.json")).status).to.equal(404);
  });

  it("shows the issue reports of the last 90 days and nothing that a citizen said", async () => {
    const requests = await json("/requests.json");
    expect(requests.map((one) => one.service_request_id)).to.deep.equal([numbers[2], numbers[1], numbers[0]]);
    expect(requests[2]).to.include({
      ...{ status: "closed", service_code: world.services.roads.id, requested_datetime: "2026-03-01T10:00:00.000Z" },
      ...{ status_notes: "Trasmessa all'ufficio competente: Strade", description: null },
    });
    for (const path of [
      "/requests.json",
      "/requests.xml",
      `/requests/${numbers[0]}.json`,
      `/requests/${numbers[0]}.xml`,
    ]) {
      expect((await get(path)).text, path).not.to.match(/Rossi|123456|Così|Nota/);
    }
    const xml = (await get("/requests.xml")).text;
    expect(xml.match(/<request>/g)).to.have.length(3);
    expect(xml)
      .to.include("<service_name>Buche &amp; &lt;voragini&gt;</service_name>")
      .and.to.include("<description/>");
  });

  it("finds by number, service, time, jurisdiction, status and page", async () => {
    const found = async (query: string) => (await json(`/requests.json?${query}`)).map((one) => one.service_request_id);
    expect(await found(`service_request_id=${numbers[3]},${numbers[0]},x`)).to.deep.equal([numbers[0], numbers[3]]);
    expect(await found(`service_code=${world.services.roads.id}`)).to.deep.equal([numbers[0]]);
    expect(await found("start_date=2026-03-02T00:00:00Z&end_date=2026-03-03T00:00:00Z")).to.deep.equal([numbers[1]]);
    expect(await found("start_date=2025-10-15")).to.deep.equal([numbers[3]]);
    expect(await found("jurisdiction_id=firenze")).to.deep.equal([numbers[1], numbers[0]]);
    expect(await found("status=open")).to.deep.equal([]);
    expect(await found("page=2&page_size=2")).to.deep.equal([numbers[0]]);
    expect((await json(`/requests/${numbers[3]}.json`))[0]).to.include({ service_request_id: numbers[3] });
    // A grievance, a number that is none, one that never was.
    for (const id of [numbers[4], "x", "1"]) {
      const answer = await get(`/requests/${id}.json`);
      expect(answer.status, id).to.equal(404);
      expect(JSON.parse(answer.text)).to.deep.equal([{ code: 404, description: "No such service_request_id" }]);
    }
    expect((await get("/requests.json?start_date=ieri")).status).to.equal(400);
  });

  it("answers so many a minute to one address, then says 429", async () => {
    const answers = await Promise.all(Array.from({ length: 130 }, () => get("/services.xml")));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).to.be.above(9);
    expect(refused[0]?.text).to.include("<errors><error><code>429</code>");
  });
});
