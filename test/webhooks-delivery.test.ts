import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { silentLogger } from "../src/log.ts";
import { startWebhooks, type Webhooks } from "../src/webhooks/deliver-webhooks.ts";
import { isForbiddenAddress, postWebhook } from "../src/webhooks/post-webhook.ts";
import { webhookPauseMs } from "../src/webhooks/webhook.ts";
import { webhookRoutes } from "../src/webhooks/webhook-routes.ts";
import { type CaseActions, type CaseWorld, callOf, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { eventually } from "./support/messages.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

type Got = {
  headers: IncomingHttpHeaders;
  body: string;
  event: { id: string; type: string; data: Record<string, unknown> };
};

describe("webhooks", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let act: CaseActions;
  let web: TestWeb;
  let admin: TestClient;
  let receiver: Server;
  let url: string;
  let copies: Webhooks[] = [];
  const got: Got[] = [];
  let answerWith: (path: string) => number = () => 204;
  let secret: string;
  let webhookId: string;

  const create = async (more: object = {}) => {
    const kinds = ["case.opened", "case.changed", "call.started", "call.answered", "call.ended"];
    const answer = await admin.call("POST", "/webhooks", { name: "URP", url: `${url}/one`, kinds, ...more });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    return answer.body as unknown as { id: string; secret: string; version: number };
  };
  const start = () => {
    const options = { pool: database.pool, clock: systemClock, log: silentLogger, allowLoopback: true };
    copies = [1, 2, 3].map(() => startWebhooks({ ...options, pauseMs: 20, retryMs: (n) => (n < 4 ? 20 * n : null) }));
  };
  const logOf = async (id: string, query = "") => {
    const answer = await admin.call("GET", `/webhooks/${id}/deliveries${query}`);
    return answer.body.items as unknown as {
      id: string;
      kind: string;
      state: string;
      attempts: number;
      lastStatus: number;
      lastError: string;
    }[];
  };

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    act = caseActions(world);
    web = await testWeb(database, { routes: webhookRoutes({ pool: database.pool }) });
    await testPerson(database.pool, "admin", "administrator");
    admin = await testClient(web.url, "admin");
    receiver = createServer((request, response) => {
      let body = "";
      request.on("data", (piece) => {
        body += piece;
      });
      request.on("end", () => {
        got.push({ headers: request.headers, body, event: JSON.parse(body) });
        response.writeHead(answerWith(request.url ?? ""), { location: `${url}/elsewhere` }).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    ({ id: webhookId, secret } = await create());
  });
  after(async () => {
    for (const copy of copies) await copy.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await web.close();
    await database.drop();
  });

  it("tell nothing of what was rolled back, and everything of what was kept", async () => {
    const client = await database.pool.connect();
    await client.query("begin");
    await client.query("insert into calls (id) values (gen_random_uuid())");
    await client.query("rollback");
    client.release();
    expect(await logOf(webhookId)).to.deep.equal([]);
    await act.assigned();
    const kinds = (await logOf(webhookId)).map(({ kind }) => kind);
    for (const kind of ["call.started", "call.ended", "case.opened", "case.changed"]) expect(kinds).to.include(kind);
  });

  it("come once, signed, from three copies, and carry no citizen's data", async () => {
    start();
    const expected = (await logOf(webhookId)).map(({ id }) => id);
    await eventually(async () => (await logOf(webhookId, "?state=done")).length === expected.length);
    expect(got.map(({ headers }) => headers["webhook-id"]).sort()).to.deep.equal([...expected].sort());
    for (const { headers, body, event } of got) {
      const key = Buffer.from(secret.replace("whsec_", ""), "base64");
      const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
      expect(headers["webhook-signature"]).to.equal(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
      expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1000)).to.be.below(60);
      expect(event.id).to.equal(headers["webhook-id"]);
      expect(body).not.to.match(/\+39055|Rossi|De Luca|Come\?/);
    }
    const moved = got.find(({ event }) => event.type === "case.changed" && event.data.status === "assigned");
    expect(moved?.event.data).to.include({ reason: "information", officeId: world.offices.registry.id });
  });

  it("are tried again after a failure with growing pauses, then lie dead until a person sends them again", async () => {
    answerWith = (path) => (path === "/two" ? 500 : 204);
    const second = await create({ url: `${url}/two`, kinds: ["call.started"] });
    await callOf(world, world.bruno, { ended: false });
    const [dead] = await eventually(async () => {
      const lines = await logOf(second.id, "?state=dead");
      return lines.length === 1 && lines;
    });
    expect(dead).to.include({ attempts: 4, lastStatus: 500, lastError: "the receiver answered 500" });
    answerWith = () => 204;
    expect((await admin.call("POST", `/webhooks/${second.id}/deliveries/${dead?.id}/retry`)).status).to.equal(202);
    await eventually(async () => (await logOf(second.id, "?state=done")).length === 1);
    expect((await admin.call("POST", `/webhooks/${second.id}/deliveries/${dead?.id}/retry`)).status).to.equal(409);
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempt) => webhookPauseMs(attempt) ?? 0);
    expect(pauses).to.deep.equal(pauses.toSorted((a, b) => a - b));
    expect(webhookPauseMs(10)).to.equal(null);
  });

  it("follow no redirect, and a receiver that hangs holds up nobody else", async () => {
    const hanging = createServer(() => undefined);
    await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
    const slow = await create({
      url: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/`,
      kinds: ["call.started"],
    });
    answerWith = (path) => (path === "/moved" ? 302 : 204);
    const moved = await create({ url: `${url}/moved`, kinds: ["call.started"] });
    await callOf(world, world.anna, { ended: true });
    for (let n = 0; n < 6; n++) await admin.call("POST", `/webhooks/${slow.id}/test`);
    await admin.call("POST", `/webhooks/${moved.id}/test`);
    const [dead] = await eventually(async () => {
      const lines = await logOf(moved.id, "?state=dead");
      return lines.length === 1 && lines;
    });
    expect(dead).to.include({ lastStatus: 302, kind: "test" });
    expect((await logOf(slow.id)).every(({ state }) => state !== "done")).to.equal(true);
    hanging.closeAllConnections();
    await new Promise((resolve) => hanging.close(resolve));
    expect(
      (await admin.call("PATCH", `/webhooks/${slow.id}`, { disabled: true }, { "if-match": '"1"' })).status,
    ).to.equal(200);
  });

  it("of one agency hear of that agency only; one that is off hears nothing", async () => {
    const first = await create({ kinds: ["case.changed"], agencyId: world.agencies[0] });
    const second = await create({ kinds: ["case.changed"], agencyId: world.agencies[1] });
    const off = await create({ kinds: ["case.changed"] });
    await admin.call("PATCH", `/webhooks/${off.id}`, { disabled: true }, { "if-match": '"1"' });
    await act.assigned();
    expect((await logOf(first.id)).length).to.be.above(0);
    expect(await logOf(second.id)).to.deep.equal([]);
    expect(await logOf(off.id)).to.deep.equal([]);
  });

  it("are the administrator's, their secret is told once, and bad addresses are refused", async () => {
    await testPerson(database.pool, "olga", "supervisor");
    const supervisor = await testClient(web.url, "olga");
    expect((await supervisor.call("GET", "/webhooks")).status).to.equal(403);
    expect(JSON.stringify((await admin.call("GET", "/webhooks")).body)).not.to.include("whsec_");
    const stale = await admin.call("PATCH", `/webhooks/${webhookId}`, { name: "x" }, { "if-match": '"9"' });
    expect(stale.status).to.equal(412);
    for (const bad of ["ftp://example.it/", "http://user:secret@example.it/", "javascript:alert(1)", "x"]) {
      const answer = await admin.call("POST", "/webhooks", { name: "x", url: bad, kinds: ["call.ended"] });
      expect(answer.status, bad).to.equal(400);
    }
  });

  it("never reach this machine or a cloud's secrets in production", async () => {
    for (const address of [
      "127.0.0.1",
      "0.0.0.0",
      "169.254.169.254",
      "::1",
      "fe80::1",
      "::ffff:127.0.0.1",
      "224.0.0.1",
    ]) {
      expect(isForbiddenAddress(address), address).to.equal(true);
    }
    for (const address of ["10.1.2.3", "93.184.216.34", "2001:db8::1"]) {
      expect(isForbiddenAddress(address), address).to.equal(false);
    }
    const { port } = receiver.address() as AddressInfo;
    for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"]) {
      const result = await postWebhook(`http://${host}:${port}/`, {}, "{}", false);
      expect(result.error, host).to.match(/not allowed/);
    }
    // Deliveries of the tests before may still be tried again.
    expect(got.filter(({ body }) => body === "{}")).to.deep.equal([]);
  });
});
