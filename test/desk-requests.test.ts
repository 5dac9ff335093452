import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { z } from "zod";
import { answered, defineRoute } from "../src/desk/route.ts";
import { AppError } from "../src/errors.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("desk: requests", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let anna: TestClient;
  let nobody: TestClient;
  let made = 0;
  let finish: (() => void) | null = null;

  const body = z.object({
    text: z.string().max(100),
    kind: z.enum(["a", "b"]).default("a"),
    inner: z.object({ list: z.array(z.object({ n: z.number() })) }).optional(),
  });

  const routes = [
    defineRoute(
      { method: "post", path: "/echo", permission: "signed_in", summary: "Echo", body },
      async (input) => input.body,
    ),
    defineRoute(
      {
        method: "get",
        path: "/things/:id",
        permission: "signed_in",
        summary: "Thing",
        params: z.object({ id: z.uuid() }),
        query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
      },
      async ({ params, query }) => ({ ...params, ...query, version: 3 }),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/things/:id",
        permission: "signed_in",
        summary: "Change",
        params: z.object({ id: z.string() }),
        versioned: true,
      },
      async ({ ifMatch }) => {
        if (ifMatch !== 3) throw new AppError("stale_version", "Changed", { extra: { currentVersion: 3 } });
        return { version: 4 };
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/make",
        permission: "operator.work",
        summary: "Make",
        idempotent: true,
        status: 201,
        body,
      },
      async ({ body: given }) => {
        if (given.text === "refuse")
          throw new AppError("rule_violated", "No", {
            rule: "REQ 4",
            refusal: "no_answer",
            it: "No.",
            insteadIt: "Altro.",
          });
        if (given.text === "wait") await new Promise<void>((resolve) => (finish = resolve));
        return { made: ++made };
      },
    ),
    defineRoute({ method: "get", path: "/broken", permission: "public", summary: "Broken" }, async () => {
      throw new TypeError("secret words of a stack");
    }),
    defineRoute(
      { method: "get", path: "/slow", permission: "public", summary: "Slow" },
      () => new Promise(() => undefined),
    ),
    defineRoute(
      { method: "get", path: "/own", permission: "public", summary: "Own answer" },
      async ({ web: { response } }) => {
        response.type("text/csv").send("a;b");
        return answered;
      },
    ),
    defineRoute({ method: "get", path: "/watch", permission: "operator.watch", summary: "Watch" }, async () => ({
      ok: true,
    })),
  ];

  before(async () => {
    database = await testDatabase();
    web = await testWeb(database, { routes, more: { answerMs: 300 } });
    await testPerson(database.pool, "anna", "operator", "201");
    anna = await testClient(web.url, "anna");
    nobody = await testClient(web.url);
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  const bad: [string, string, string?][] = [
    ["not JSON", "{"],
    ["empty where one is needed", ""],
    ["10,000 levels (I24)", "[".repeat(10_000)],
    ["deep object (I24)", `{"text":"x","inner":${'{"a":'.repeat(40)}1${"}".repeat(40)}}`],
    ["__proto__ (I25)", '{"text":"x","__proto__":{"admin":true}}', "__proto__"],
    ["escaped __proto__ (I25)", '{"text":"x","\\u005f_proto__":{"admin":true}}', "__proto__"],
    ["constructor (I25)", '{"text":"x","inner":{"constructor":1,"list":[]}}', "constructor"],
    ["duplicate keys (I26)", '{"text":"x","text":"y"}', "text"],
    ["duplicate key written with an escape (I26)", '{"text":"x","te\\u0078t":"y"}', "text"],
    ["wrong type (I26)", '{"text":5}', "text"],
    ["number beyond range (I26)", '{"text":"x","inner":{"list":[{"n":1e309}]}}', "inner.list[0].n"],
    ["NaN (I26)", '{"text":"x","inner":{"list":[{"n":NaN}]}}'],
    ["NUL (I27)", '{"text":"a\\u0000b"}', "text"],
    ["lone surrogate (I28)", '{"text":"a\\ud800b"}', "text"],
    ["too long (I29)", JSON.stringify({ text: "x".repeat(101) }), "text"],
  ];
  for (const [name, text, path] of bad) {
    it(`refuses a body: ${name}`, async () => {
      const answer = await anna.call("POST", "/echo", text === "" ? undefined : text);
      expect(answer.status).equal(400);
      expect(answer.headers.get("content-type")).match(/^application\/problem\+json/);
      expect(answer.body).include({ status: 400, code: "invalid_form" });
      expect(answer.body.it).a("string").not.equal("");
      if (path) expect(answer.body.errors).satisfy((errors: { path: string }[]) => errors[0]?.path.endsWith(path));
      expect(({} as Record<string, unknown>).admin).equal(undefined);
    });
  }

  it("takes a good body, with its defaults", async () => {
    const answer = await anna.call("POST", "/echo", { text: "perché no 😀", more: 1 });
    expect(answer.status).equal(200);
    expect(answer.body).deep.equal({ text: "perché no 😀", kind: "a" });
  });

  it("answers 422 with the list to a word outside it (I34)", async () => {
    const answer = await anna.call("POST", "/echo", { text: "x", kind: "Chiuso" });
    expect(answer.status).equal(422);
    expect(answer.body.errors).deep.include({
      path: "kind",
      code: "invalid_value",
      it: "valore non ammesso (ammessi: a, b)",
      allowed: ["a", "b"],
    });
  });

  it("answers 413 to 10 MB at once (I23)", async () => {
    const socket = connect(Number(new URL(web.url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      `POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nCookie: ${anna.cookie}\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n{`,
    );
    const [data] = await once(socket, "data");
    expect(String(data)).match(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it("wants JSON as JSON", async () => {
    const answer = await anna.call("POST", "/echo", '{"text":"x"}', { "content-type": "text/plain" });
    expect(answer.status).equal(400);
  });

  it("checks path and query (I31, I32)", async () => {
    const id = "0198c3a0-0000-7000-8000-000000000001";
    expect((await anna.call("GET", "/things/1%20or%201=1")).status).equal(400);
    expect((await anna.call("GET", `/things/${id}?limit=1e9`)).status).equal(400);
    expect((await anna.call("GET", `/things/${id}?limit=5&limit=6`)).status).equal(400);
    expect((await anna.call("GET", "/things/%00")).status).equal(400);
    expect((await anna.call("GET", "/things/%zz")).status).equal(400);
    const good = await anna.call("GET", `/things/${id}`);
    expect(good.body).deep.equal({ id, limit: 50, version: 3 });
    expect(good.headers.get("etag")).equal('"3"');
    expect(good.headers.get("cache-control")).equal("no-store");
  });

  it("asks for the version that was read", async () => {
    expect((await anna.call("PATCH", "/things/1", {})).status).equal(400);
    const stale = await anna.call("PATCH", "/things/1", {}, { "if-match": '"2"' });
    expect(stale.status).equal(412);
    expect(stale.body.currentVersion).equal(3);
    const good = await anna.call("PATCH", "/things/1", {}, { "if-match": '"3"' });
    expect(good.status).equal(200);
    expect(good.headers.get("etag")).equal('"4"');
  });

  it("tells who may: 401 without sign-in, 403 without the role", async () => {
    expect((await nobody.call("POST", "/echo", { text: "x" })).status).equal(401);
    expect((await anna.call("GET", "/watch")).body.code).equal("role_missing");
    await testPerson(database.pool, "olga", "supervisor");
    const olga = await testClient(web.url, "olga");
    expect((await olga.call("GET", "/watch")).status).equal(200);
    expect((await olga.call("POST", "/make", { text: "x" })).status).equal(403);
  });

  it("does an idempotent request once and repeats its answer", async () => {
    const key = { "idempotency-key": "key-number-one" };
    const first = await anna.call("POST", "/make", { text: "x" }, key);
    const again = await anna.call("POST", "/make", { text: "x" }, key);
    expect([first.status, again.status]).deep.equal([201, 201]);
    expect(again.body).deep.equal(first.body);
    expect(again.headers.get("idempotency-replayed")).equal("true");
    const other = await anna.call("POST", "/make", { text: "y" }, key);
    expect(other.status).equal(422);
    expect(other.body.code).equal("idempotency_mismatch");
    expect((await anna.call("POST", "/make", { text: "x" }, { "idempotency-key": "short" })).status).equal(400);
  });

  it("lets the same request that comes twice at once wait for the first", async () => {
    const key = { "idempotency-key": "key-number-two" };
    const before = made;
    const first = anna.call("POST", "/make", { text: "wait" }, key);
    const stored = async () =>
      (await database.pool.query("select from idempotency_keys where key = 'key-number-two'")).rowCount;
    while (!finish || (await stored()) === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = anna.call("POST", "/make", { text: "wait" }, key);
    finish();
    const answers = await Promise.all([first, second]);
    expect(answers.map((answer) => answer.body.made)).deep.equal([before + 1, before + 1]);
  });

  it("frees the key after a refusal, and says rule, cause and way out", async () => {
    const key = { "idempotency-key": "key-number-three" };
    for (let round = 0; round < 2; round++) {
      const refused = await anna.call("POST", "/make", { text: "refuse" }, key);
      expect(refused.status).equal(422);
      expect(refused.body).include({ code: "no_answer", rule: "REQ 4", it: "No.", insteadIt: "Altro.", detail: "No" });
    }
  });

  it("shows no stack and no words of an unknown error", async () => {
    const answer = await nobody.call("GET", "/broken");
    expect(answer.status).equal(500);
    expect(JSON.stringify(answer.body)).not.match(/secret|stack/i);
  });

  it("gives up on an answer that takes too long", async () => {
    const answer = await nobody.call("GET", "/slow");
    expect(answer.status).equal(503);
    expect(answer.headers.get("retry-after")).equal("2");
  });

  it("knows its paths and methods (I42)", async () => {
    expect((await anna.call("GET", "/nothing")).status).equal(404);
    const wrong = await anna.call("DELETE", "/echo");
    expect(wrong.status).equal(405);
    expect(wrong.headers.get("allow")).equal("POST");
    expect((await anna.call("POST", "/echo", { text: "x" }, { "x-http-method-override": "DELETE" })).status).equal(405);
    expect((await anna.call("OPTIONS", "/echo")).status).equal(405);
    const socket = connect(Number(new URL(web.url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write("TRACE /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n");
    const [data] = await once(socket, "data");
    expect(String(data)).match(/^HTTP\/1\.1 405 /);
    socket.destroy();
  });

  it("refuses what another site's page sends (CSRF), not what our own does", async () => {
    const ours = new URL(web.url).origin;
    const send = async (headers: Record<string, string>) =>
      (await anna.call("POST", "/echo", { text: "x" }, headers)).status;
    expect(await send({ origin: "https://evil.example" })).equal(403);
    expect(await send({ origin: "null" })).equal(403);
    expect(await send({ "sec-fetch-site": "cross-site" })).equal(403);
    expect(await send({ "sec-fetch-site": "same-site", origin: ours })).equal(403);
    expect(await send({ origin: ours, "sec-fetch-site": "same-origin" })).equal(200);
    expect(await send({})).equal(200);
  });

  it("puts strict headers on every answer", async () => {
    for (const path of ["/own", "/nothing", "/broken"]) {
      const { headers } = await nobody.call("GET", path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).contain("default-src 'none'").contain("frame-ancestors 'none'").not.contain("unsafe");
      expect(policy).contain(`connect-src 'self' ws://${new URL(web.url).host}`);
      expect(headers.get("x-content-type-options")).equal("nosniff");
      expect(headers.get("referrer-policy")).equal("no-referrer");
      expect(headers.get("x-powered-by")).equal(null);
      expect(headers.get("access-control-allow-origin")).equal(null);
    }
  });

  it("describes itself: /openapi.json, /healthz, /readyz, /metrics", async () => {
    const get = (path: string) => fetch(web.url + path);
    const document = await (await get("/openapi.json")).json();
    expect(document.openapi).equal("3.1.0");
    expect(document.paths["/api/v1/things/{id}"].patch.parameters.map((one: { name: string }) => one.name)).deep.equal([
      "id",
      "If-Match",
    ]);
    expect((await get("/healthz")).status).equal(200);
    expect(await (await get("/readyz")).json()).deep.equal({ database: true, asterisk: true });
    expect(await (await get("/metrics")).text()).contain("http_request_seconds_count");
  });
});
