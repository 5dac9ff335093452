import { expect } from "chai";
import { citizenRoutes } from "../src/citizens/citizen-routes.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("the API of citizen records", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let operator: TestClient;
  let supervisor: TestClient;
  let editor: TestClient;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    web = await testWeb(database, { routes: citizenRoutes({ pool }) });
    await testPerson(pool, "anna", "operator", "201");
    await testPerson(pool, "olga", "supervisor");
    await testPerson(pool, "marco", "knowledge_editor");
    operator = await testClient(web.url, "anna");
    supervisor = await testClient(web.url, "olga");
    editor = await testClient(web.url, "marco");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  const audited = async () => {
    const rows = await database.pool.query(
      "select actor, action, subject_id, data from audit where subject_kind = 'citizen' order by id",
    );
    return rows.rows as { actor: string; action: string; subject_id: string | null; data: Record<string, unknown> }[];
  };
  const create = async (lastName: string) =>
    (await operator.call("POST", "/citizens", { firstName: "Prova", lastName })).body as unknown as { id: string };

  it("creates, finds, reads and changes a record, each told by the audit", async () => {
    const made = await operator.call("POST", "/citizens", {
      firstName: "Ada",
      lastName: "Conti",
      contacts: [
        { kind: "phone", value: "055 0040001", source: "network" },
        { kind: "address", value: "Via Roma 1, Firenze" },
      ],
    });
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    expect(made.headers.get("etag")).to.equal('"1"');
    const id = made.body.id as unknown as string;
    for (const q of ["%2B390550040001", "ada%20conti"]) {
      const found = await operator.call("GET", `/citizens?q=${q}`);
      expect((found.body.items as unknown as { id: string }[]).map((one) => one.id)).to.deep.equal([id]);
    }
    const changed = await operator.call(
      "PATCH",
      `/citizens/${id}`,
      { contacts: [{ kind: "phone", value: "+390550040001", source: "declared" }] },
      { "if-match": '"1"' },
    );
    expect(changed.status, JSON.stringify(changed.body)).to.equal(200);
    expect(changed.body.contacts).to.have.length(1);
    expect((changed.body.contacts as unknown as { source: string }[])[0]).to.include({ source: "declared" });
    expect(changed.body.firstName).to.equal("Ada");
    expect((await supervisor.call("GET", `/citizens/${id}`)).status).to.equal(200);
    const rows = await audited();
    expect(rows.map((row) => `${row.actor} ${row.action}`)).to.deep.equal([
      "anna citizen.create",
      "anna citizen.search",
      "anna citizen.search",
      "anna citizen.edit",
      "olga citizen.read",
    ]);
    expect(rows[2]?.data).to.deep.equal({ by: "name", found: [id] });
  });

  it("answers 412 with the record as it is, 400 for wrong data with the field", async () => {
    const { id } = await create("Versioni");
    const stale = await operator.call("PATCH", `/citizens/${id}`, { note: "x" }, { "if-match": '"7"' });
    expect(stale.status).to.equal(412);
    expect(stale.body.current).to.include({ id, version: 1 });
    const wrong = await operator.call("POST", "/citizens", {
      lastName: "X",
      contacts: [{ kind: "email", value: "a@b" }],
    });
    expect(wrong.status).to.equal(400);
    expect((wrong.body.errors as unknown as { path: string }[])[0]?.path).to.equal("contacts[0].value");
    expect((await operator.call("POST", "/citizens", { lastName: "x".repeat(81) })).status).to.equal(400);
    expect((await operator.call("GET", "/citizens/1%20or%201=1")).status).to.equal(400);
    expect((await operator.call("POST", "/citizens", {})).status).to.equal(422);
  });

  it("creates once for a repeated Idempotency-Key", async () => {
    const key = { "idempotency-key": "0123456789abcdef" };
    const first = await operator.call("POST", "/citizens", { lastName: "Una" }, key);
    const second = await operator.call("POST", "/citizens", { lastName: "Una" }, key);
    expect(second.body.id).to.equal(first.body.id);
  });

  it("merges and undoes for supervisors only, and shows who may not search at all", async () => {
    const [one, two] = [await create("Doppione"), await create("Doppione")];
    const merge = (client: TestClient) =>
      client.call("POST", `/citizens/${one.id}/merges`, { mergedId: two.id }, { "if-match": '"1"' });
    expect((await merge(operator)).status).to.equal(403);
    const merged = await merge(supervisor);
    expect(merged.status, JSON.stringify(merged.body)).to.equal(201);
    const listed = await supervisor.call("GET", `/citizens/${one.id}/merges`);
    expect((listed.body.items as unknown as { mergedId: string }[])[0]).to.include({ mergedId: two.id });
    expect((await supervisor.call("POST", `/citizen-merges/${merged.body.mergeId}/undo`)).status).to.equal(200);
    expect((await editor.call("GET", "/citizens?q=conti")).status).to.equal(403);
    const before = (await audited()).length;
    expect((await operator.call("GET", "/citizens?q=conti")).status).to.equal(200);
    expect(await audited()).to.have.length(before + 1);
  });
});
