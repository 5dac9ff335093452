import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { WebSocket, WebSocketServer } from "ws";
import { createPool } from "../src/database/pool.ts";
import type { SipTarget } from "../src/desk/server/sip-proxy.ts";
import { silentLogger } from "../src/log.ts";
import { freePort, type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, TestFeed, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("desk: server", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let anna: TestClient;
  let page: string;
  let asterisk: WebSocketServer;
  let target: SipTarget | null = null;
  let asteriskConnected = true;

  before(async () => {
    page = await mkdtemp(join(tmpdir(), "055055-page-"));
    await mkdir(join(page, "assets"));
    await writeFile(join(page, "index.html"), "<!doctype html><title>055055</title>");
    await writeFile(join(page, "assets", "page-1a2b.js"), "export {};");
    await writeFile(join(page, "assets", "page-1a2b.js.gz"), gzipSync("export {};"));
    asterisk = new WebSocketServer({ port: 0, host: "127.0.0.1", path: "/ws", handleProtocols: () => "sip" });
    await once(asterisk, "listening");
    asterisk.on("connection", (socket, request) => {
      socket.send(JSON.stringify({ cookie: request.headers.cookie ?? null, protocol: socket.protocol }));
      socket.on("message", (data) => socket.send(`echo ${data}`));
    });
    target = { host: "127.0.0.1", port: (asterisk.address() as AddressInfo).port };
    database = await testDatabase();
    web = await testWeb(database, {
      more: { page, sipTarget: () => target, asteriskConnected: () => asteriskConnected },
    });
    await testPerson(database.pool, "anna", "operator", "201");
    anna = await testClient(web.url, "anna");
  });
  after(async () => {
    await web.close();
    asterisk.close();
    await database.drop();
    await rm(page, { recursive: true });
  });

  const dial = (headers: Record<string, string>, path = "/sip"): WebSocket =>
    new WebSocket(web.url.replace("http", "ws") + path, ["sip"], { headers });

  /** Status with which an upgrade was refused. */
  const refusal = async (headers: Record<string, string>, path?: string): Promise<number> => {
    const socket = dial(headers, path);
    socket.on("error", () => socket.terminate());
    const [, response] = await once(socket, "unexpected-response");
    return response.statusCode;
  };

  it("pipes the phone's WebSocket to Asterisk, without our cookie", async () => {
    const socket = dial({ cookie: anna.cookie, origin: web.url });
    const [hello] = await once(socket, "message");
    expect(JSON.parse(String(hello))).deep.equal({ cookie: null, protocol: "sip" });
    socket.send("REGISTER");
    const [echo] = await once(socket, "message");
    expect(String(echo)).equal("echo REGISTER");
    const upstream = [...asterisk.clients][0];
    socket.close();
    if (upstream) await once(upstream, "close");
    expect(asterisk.clients.size).equal(0);
  });

  it("refuses a phone without session, of another site, elsewhere, or without Asterisk", async () => {
    expect(await refusal({ origin: web.url })).equal(401);
    expect(await refusal({ cookie: "055055=s%3Aforged.x", origin: web.url })).equal(401);
    expect(await refusal({ cookie: anna.cookie, origin: "https://evil.example" })).equal(403);
    expect(await refusal({ cookie: anna.cookie, origin: web.url }, "/ws")).equal(404);
    const was = target;
    target = null;
    expect(await refusal({ cookie: anna.cookie, origin: web.url })).equal(503);
    target = was;
  });

  it("lets one person open six phones at most, and another one when one has closed", async () => {
    const headers = { cookie: anna.cookie, origin: web.url };
    const phones = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const phone = dial(headers);
        await once(phone, "message");
        return phone;
      }),
    );
    expect(await refusal(headers)).equal(429);
    for (const phone of phones) {
      phone.close();
      await once(phone, "close");
    }
    const opens = (): Promise<boolean> =>
      new Promise((resolve) => {
        const phone = dial(headers);
        phone.on("error", () => resolve(false));
        phone.on("open", () => {
          phone.on("close", () => resolve(true));
          phone.close();
        });
      });
    // The server hears of it when the last pipe has closed.
    const until = performance.now() + 5_000;
    let opened = false;
    while (!opened && performance.now() < until) opened = await opens();
    expect(opened).equal(true);
  });

  it("serves the page: assets for ever, index.html for every path of the page, nothing outside its folder", async () => {
    const get = (path: string) => fetch(web.url + path);
    const asset = await get("/assets/page-1a2b.js");
    expect(asset.headers.get("cache-control")).equal("public, max-age=31536000, immutable");
    for (const path of ["/", "/casi/100001"]) {
      const index = await get(path);
      expect(await index.text()).contain("<title>055055</title>");
      expect(index.headers.get("cache-control")).equal("no-cache");
      expect(index.headers.get("content-security-policy")).contain("script-src 'self'");
    }
    expect((await get("/assets/none.js")).status).equal(404);
    expect(await (await get("/..%2f..%2fetc%2fpasswd")).text()).not.contain("root:");
    expect((await get("/api/nothing")).status).equal(404);
  });

  it("gives scripts packed to who takes them, as they are to others", async () => {
    const get = (encoding: string) =>
      fetch(`${web.url}/assets/page-1a2b.js`, { headers: { "accept-encoding": encoding } });
    for (const [asked, given] of [
      ["gzip, br", "gzip"],
      ["identity", null],
    ]) {
      const answer = await get(asked ?? "");
      expect(answer.headers.get("content-encoding")).equal(given);
      expect(answer.headers.get("content-type")).match(/javascript/);
      expect(answer.headers.get("vary")).match(/accept-encoding/i);
      expect(answer.headers.get("cache-control")).contain("immutable");
      expect(await answer.text()).equal("export {};");
    }
  });

  it("is ready only with database and Asterisk", async () => {
    asteriskConnected = false;
    const answer = await fetch(`${web.url}/readyz`);
    asteriskConnected = true;
    expect(answer.status).equal(503);
    expect(await answer.json()).deep.equal({ database: true, asterisk: false });
  });

  it("answers 503 with Retry-After while the database is away", async () => {
    const away = createPool(`postgres://x:y@127.0.0.1:${await freePort()}/none`, "web", 2, silentLogger);
    const broken = await testWeb(database, { more: { pool: away } });
    const client = await testClient(broken.url);
    client.cookie = anna.cookie;
    const answer = await client.call("GET", "/me");
    expect(answer.status).equal(503);
    expect(answer.body.code).equal("database_unavailable");
    expect(answer.headers.get("retry-after")).equal("2");
    expect((await fetch(`${broken.url}/readyz`)).status).equal(503);
    expect((await fetch(`${broken.url}/healthz`)).status).equal(200);
    await broken.close();
    await away.end();
  });

  it("closes with open pages, which end, and leaves no desk behind", async () => {
    const second = await testWeb(database);
    const feed = await TestFeed.open(second.url, anna);
    await feed.until("hello", (one) => one.events("hello").length === 1);
    await second.close();
    await feed.until("end", (one) => one.ended);
    expect(feed.events("replaced").length + feed.events("signed_out").length).equal(0);
    const { rows } = await database.pool.query("select stream_lost_at is null as here from operators");
    expect(rows).deep.equal([{ here: false }]);
  });
});
