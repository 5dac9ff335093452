import { once } from "node:events";
import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import type { Request } from "express";
import { openDoors } from "../bench/access/open-doors.ts";
import { readConfig } from "../src/config.ts";
import { readBytes } from "../src/desk/request/read-body.ts";
import { expensiveDoors, type RequestLimits } from "../src/desk/request/request-limits.ts";
import type { Route } from "../src/desk/route.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestAnswer, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

// G3: nobody keeps a copy busy alone.
describe("desk: limits of requests, bodies and headers", () => {
  let database: TestDatabase;
  const none: RequestLimits = { address: 0, stranger: 0, person: 0, search: 0, export: 0, upload: 0 };
  const config = { port: 0, publicUrl: null as string | null, sessionSecret: "a secret of the tests" };
  before(async () => {
    database = await testDatabase();
    await testPerson(database.pool, "sara", "supervisor");
    await testPerson(database.pool, "rita", "supervisor");
    await testPerson(database.pool, "ugo", "administrator");
  });
  after(() => database.drop());

  type Doors = { web: TestWeb; routes: Route[] };
  const withLimits = async (limits: Partial<RequestLimits>, work: (doors: Doors) => Promise<void>, publicUrl = "") => {
    const doors = await openDoors(database, {
      config: { ...config, publicUrl: publicUrl || null, limits: { ...none, ...limits } },
    });
    try {
      await work(doors);
    } finally {
      await doors.web.close();
    }
  };
  const isTooMany = ({ status, headers, body }: TestAnswer, name = "") => {
    expect(status, name).to.equal(429);
    expect(headers.get("content-type")).to.include("application/problem+json");
    expect(Number(headers.get("retry-after"))).to.be.within(1, 60);
    expect(body).to.include({ code: "too_many_requests", status: 429 });
    expect(body.it).to.match(/^Troppe richieste in poco tempo: attenda (un secondo|\d+ secondi) e riprovi\.$/);
  };

  it("counts each person apart, through every door", async () => {
    await withLimits({ person: 3 }, async ({ web, routes }) => {
      const [sara, rita] = [await testClient(web.url, "sara"), await testClient(web.url, "rita")];
      for (let n = 0; n < 3; n++) expect((await sara.call("GET", "/me")).status).to.equal(200);
      for (const { spec } of routes.filter((route) => route.spec.permission !== "public")) {
        const answer = await sara.call(spec.method.toUpperCase(), spec.path.replace(/:\w+/g, "x"));
        isTooMany(answer, `${spec.method} ${spec.path}`);
      }
      expect((await rita.call("GET", "/me")).status).to.equal(200);
    });
  });

  it("counts strangers by address through every public door, but not a provider's callbacks nor this machine", async () => {
    const https = "https://055055.example.it";
    await withLimits({ stranger: 2 }, ({ web, routes }) => strangersAt(web, routes), https);
    async function strangersAt(web: TestWeb, routes: Route[]): Promise<void> {
      const client = await testClient(web.url);
      const from = (address: string) => ({ "x-forwarded-for": address, origin: https });
      for (let n = 0; n < 2; n++)
        expect((await client.call("GET", "/me", undefined, from("198.51.100.7"))).status).to.equal(401);
      for (const { spec } of routes) {
        if (spec.bodyKind === "form") continue;
        const path = spec.path.replace(/:\w+/g, "x");
        isTooMany(await client.call(spec.method.toUpperCase(), path, undefined, from("198.51.100.7")), path);
      }
      const callback = await client.call("POST", "/webhooks/twilio/status", undefined, from("198.51.100.7"));
      expect(callback.status).not.to.equal(429);
      expect((await client.call("GET", "/me", undefined, from("198.51.100.8"))).status).to.equal(401);
      // One subscriber of IPv6 has a whole network.
      for (const host of ["1", "2"]) await client.call("GET", "/me", undefined, from(`2001:db8:7:7::${host}`));
      isTooMany(await client.call("GET", "/me", undefined, from("2001:db8:7:7::3")));
      for (let n = 0; n < 4; n++) expect((await client.call("GET", "/me")).status).to.equal(401);
    }
  });

  it("counts everything from one address, the page too, but the sign of life", async () => {
    await withLimits(
      { address: 2 },
      async ({ web }) => {
        const ask = (path: string, address = "198.51.100.7") =>
          fetch(web.url + path, { headers: { "x-forwarded-for": address } });
        await ask("/openapi.json");
        await ask("/api/v1/me");
        for (const path of ["/api/v1/me", "/", "/readyz", "/metrics", "/openapi.json", "/sw.js"]) {
          const { status, headers } = await ask(path);
          expect([status, headers.get("content-type")], path).to.deep.equal([
            429,
            "application/problem+json; charset=utf-8",
          ]);
          expect(Number(headers.get("retry-after"))).to.be.within(1, 60);
        }
        expect((await ask("/healthz")).status).to.equal(200);
        expect((await ask("/api/v1/me", "198.51.100.9")).status).to.equal(401);
      },
      "https://055055.example.it",
    );
  });

  it("lets fewer through the expensive doors, which all exist", async () => {
    await withLimits({ search: 1, export: 1, upload: 1 }, async ({ web, routes }) => {
      const doors = routes.map(({ spec }) => `${spec.method} ${spec.path}`);
      expect(doors).to.include.members(Object.keys(expensiveDoors));
      const [sara, ugo] = [await testClient(web.url, "sara"), await testClient(web.url, "ugo")];
      expect((await sara.call("GET", "/cards?q=carta")).status).to.equal(200);
      isTooMany(await sara.call("GET", "/citizens?q=rossi"));
      expect((await sara.call("GET", "/cards")).status, "a list is no search").to.equal(200);
      expect((await sara.call("POST", "/reports", {})).status).to.equal(400);
      isTooMany(await sara.call("GET", `/citizens/${crypto.randomUUID()}/export`));
      expect((await sara.call("GET", "/me")).status).to.equal(200);
      expect((await ugo.call("POST", "/imports/organisation?dryRun=1", "x")).status).to.be.oneOf([200, 400]);
      isTooMany(await ugo.call("POST", "/imports/organisation?dryRun=1", "x"));
    });
  });

  it("has limits unless they are set to 0", () => {
    const given = {
      DATABASE_URL: "postgres://x/y",
      ASTERISK_URLS: "http://a:b@127.0.0.1:1",
      SESSION_SECRET: "0123456789abcdef",
    };
    expect(Math.min(...Object.values(readConfig(given).limits))).to.be.greaterThan(0);
    expect(readConfig({ ...given, LIMIT_PERSON: "0" }).limits.person).to.equal(0);
    expect(() => readConfig({ ...given, LIMIT_PERSON: "-1" })).to.throw(/LIMIT_PERSON/);
  });

  /** Writes to the socket and stops: what comes back until the server hangs up. */
  const answerTo = async (web: TestWeb, text: string): Promise<string> => {
    const socket = connect(Number(new URL(web.url).port), "127.0.0.1");
    let heard = "";
    socket.on("data", (piece) => {
      heard += piece.toString();
    });
    socket.write(text);
    await once(socket, "close");
    return heard;
  };

  it("answers 408 to a body that does not come, 413 to one that is too big, and hangs up", async () => {
    const web = await testWeb(database, { more: { bodyMs: 100 } });
    try {
      const head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
      const slow = await answerTo(web, `${head}Content-Length: 100\r\n\r\n{"login":`);
      expect(slow).to.match(/^HTTP\/1.1 408 /);
      expect(slow).to.include("application/problem+json").and.include('"code":"body_too_slow"');
      expect(slow).to.match(/connection: close/i);
      const big = await answerTo(web, `${head}Content-Length: 10000000\r\n\r\n{"login":`);
      expect(big).to.match(/^HTTP\/1.1 413 /);
      expect(big).to.include('"code":"body_too_large"');
    } finally {
      await web.close();
    }
  });

  it("hangs up on headers that do not end", async () => {
    const web = await testWeb(database, { more: { headersMs: 100 } });
    try {
      expect(await answerTo(web, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")).to.match(/^HTTP\/1.1 408 /);
    } finally {
      await web.close();
    }
  });

  it("gives an upload its own time, and no more", async () => {
    const stuck = Object.assign(new PassThrough(), { headers: {} });
    stuck.write("half");
    const error = await readBytes(stuck as unknown as Request, 1_000, 20).catch((found) => found);
    expect(error).to.include({ code: "body_too_slow", status: 408 });
  });
});
