import { expect } from "chai";
import { revokeWebPhones } from "../src/operators/seats/issue-web-phone.ts";
import { loadDemoPeople } from "../src/people/demo-people.ts";
import { isThrottled, signIn } from "../src/people/sign-in/sign-in.ts";
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

describe("people: signing in", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let nobody: TestClient;
  const ids: Record<string, string> = {};

  const attempt = (login: string, password: string, more: object = {}) =>
    nobody.call("POST", "/session", { login, password, ...more });

  before(async () => {
    database = await testDatabase();
    web = await testWeb(database);
    nobody = await testClient(web.url);
    for (const [login, seat] of [
      ["anna", "201"],
      ["bruno", "202"],
      ["carla", "203"],
    ] as const) {
      ids[login] = await testPerson(database.pool, login, "operator", seat);
    }
    ids.olga = await testPerson(database.pool, "olga", "supervisor");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });
  afterEach(() => database.pool.query("delete from sign_in_attempts"));
  const keys = { secret: "a secret of the tests", now: new Date() };

  it("takes the right password, whatever the case of the name, and says who it is", async () => {
    const client = await testClient(web.url, "ANNA");
    const me = await client.call("GET", "/me");
    expect(me.status).equal(200);
    expect(me.body).deep.include({ seat: "201", phone: "sip", state: "offline", call: null, offer: null });
    expect(me.body.person).deep.include({ id: ids.anna, login: "anna", roles: [{ role: "operator", agencyId: null }] });
    expect(me.body.permissions).contain("operator.work").not.contain("operator.watch");
    expect(JSON.stringify(me.body)).not.contain("argon2");
  });

  it("refuses a wrong password and an unknown name with the same words", async () => {
    const wrong = await attempt("anna", "sbagliata");
    const unknown = await attempt("nessuno", "sbagliata");
    expect(wrong.status).equal(401);
    expect(wrong.body).deep.equal(unknown.body);
    expect(wrong.body.code).equal("wrong_credentials");
  });

  it("sets a strict cookie, and a new session id at sign-in (a planted one is worth nothing)", async () => {
    const planted = { cookie: "055055=s%3Aplanted.signature" };
    const answer = await nobody.call("POST", "/session", { login: "anna", password: testPassword }, planted);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie)
      .match(/^055055=s%3A.{60,}; Path=\/; HttpOnly; SameSite=Strict$/)
      .not.contain("planted");
    const first = await testClient(web.url, "anna");
    const again = await nobody.call(
      "POST",
      "/session",
      { login: "anna", password: testPassword },
      { cookie: first.cookie },
    );
    expect(again.headers.get("set-cookie")?.split(";")[0]).not.equal(first.cookie);
    expect((await first.call("GET", "/me")).status).equal(401);
  });

  it("uses a __Host- cookie with Secure behind https", async () => {
    const https = await testWeb(database, {
      more: { config: { port: 0, publicUrl: "https://055055.example", sessionSecret: "a secret of the tests" } },
    });
    const answer = await (await testClient(https.url)).call(
      "POST",
      "/session",
      { login: "olga", password: testPassword },
      { "x-forwarded-proto": "https", origin: "https://055055.example" },
    );
    expect(answer.headers.get("set-cookie")).match(/^__Host-055055=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.headers.get("strict-transport-security")).contain("max-age=31536000");
    await https.close();
  });

  it("slows down guessing: 10 failures of a name from an address, then 429", async () => {
    for (let count = 0; count < 10; count++) expect((await attempt("bruno", "no")).status).equal(401);
    const throttled = await attempt("bruno", testPassword);
    expect(throttled.status).equal(429);
    expect(throttled.headers.get("retry-after")).equal("900");
    expect((await attempt("carla", testPassword)).status).equal(201);
  });

  it("counts a hundred attempts at once", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => attempt("bruno", "no")));
    const tried = answers.filter((answer) => answer.status === 401).length;
    // Those already on their way may not see each other's uncommitted line: at most one a database connection.
    expect(tried).within(10, 20);
  });

  it("lets a whole shift sign in from one address at once", async () => {
    const { pool } = database;
    await pool.query(
      `with p as (
        insert into people (login, display_name, password_hash)
        select 'shift' || n, 'shift', (select password_hash from people where login = 'anna') from generate_series(1, 80) n
        returning id
      ) insert into person_roles (person_id, role) select id, 'supervisor' from p`,
    );
    const answers = await Promise.all(Array.from({ length: 80 }, (_none, n) => attempt(`shift${n + 1}`, testPassword)));
    expect(answers.filter((answer) => answer.status !== 201)).deep.equal([]);
  });

  it("locks nobody out: an attack from elsewhere does not stop who has signed in from here before", async () => {
    await signIn(database.pool, { login: "bruno", password: testPassword, address: "192.0.2.1" }, keys);
    for (let count = 0; count < 12; count++) {
      await signIn(database.pool, { login: "bruno", password: "no", address: `198.51.100.${count}` }, keys).catch(
        () => null,
      );
    }
    await signIn(database.pool, { login: "bruno", password: testPassword, address: "192.0.2.1" }, keys);
    const elsewhere = signIn(database.pool, { login: "bruno", password: testPassword, address: "203.0.113.9" }, keys);
    expect(await elsewhere.catch((error) => error.code)).equal("too_many_requests");
  });

  it("stops an address that tries many names", () => {
    const base = { id: 1, pairFailures: 0, loginFailures: 0, addressFailures: 0, addressPending: 0, known: false };
    expect(isThrottled(base)).equal(false);
    expect(isThrottled({ ...base, addressFailures: 50 })).equal(true);
    expect(isThrottled({ ...base, addressFailures: 50, known: true })).equal(false);
    expect(isThrottled({ ...base, pairFailures: 10, known: true })).equal(true);
  });

  it("says who sits at a seat, and gives it away when that person has gone", async () => {
    const anna = await testClient(web.url, "anna");
    const taken = await attempt("bruno", testPassword, { seat: "201" });
    expect(taken.status).equal(409);
    expect(taken.body).deep.include({ code: "seat_taken", takenBy: "anna" });
    expect((await attempt("bruno", testPassword, { seat: "299" })).body.code).equal("unknown_seat");
    await anna.call("DELETE", "/session");
    expect((await attempt("bruno", testPassword, { seat: "201", phone: "web" })).status).equal(201);
    const { rows } = await database.pool.query(
      "select p.login, s.number, o.phone from operators o join people p on p.id = o.person_id left join seats s on s.id = o.seat_id order by 1 limit 2",
    );
    expect(rows).deep.equal([
      { login: "anna", number: null, phone: "sip" },
      { login: "bruno", number: "201", phone: "web" },
    ]);
    const without = await attempt("anna", testPassword);
    expect(without.body.code).equal("seat_needed");
    expect(without.body.freeSeats).deep.equal(["202"]);
    await attempt("anna", testPassword, { seat: "202" });
  });

  it("gives the phone in the page a password of its own each time, and to nobody else", async () => {
    await attempt("carla", testPassword, { phone: "web" });
    const carla = await testClient(web.url, "carla");
    const stored = async () =>
      (await database.pool.query("select web_password from seats where number = '203'")).rows[0].web_password;
    const first = (await carla.call("POST", "/me/phone")).body;
    expect(first).deep.equal({ account: "203-web", password: await stored() });
    const second = (await carla.call("POST", "/me/phone")).body;
    expect(second.password).not.equal(first.password);
    expect(second.password).equal(await stored());
    const anna = await testClient(web.url, "anna");
    expect((await anna.call("POST", "/me/phone")).status, "a desk phone").equal(404);
    expect((await (await testClient(web.url)).call("POST", "/me/phone")).status).equal(401);
    const written: string[] = [];
    const revoke = () => revokeWebPhones(database.pool, async (account) => void written.push(account));
    expect(await revoke(), "the page is open").equal(0);
    await carla.call("DELETE", "/session");
    expect(await revoke()).equal(1);
    expect(written).deep.equal(["203-web"]);
    expect(await stored()).not.equal(second.password);
    await attempt("carla", testPassword, { phone: "sip" });
  });

  it("ends a session at sign-out, after 30 minutes without use, after 12 hours, and when the account is disabled", async () => {
    const status = async (client: TestClient) => (await client.call("GET", "/me")).status;
    const set = (sql: string) => database.pool.query(`update ${sql}`);
    const out = await testClient(web.url, "olga");
    const answer = await out.call("DELETE", "/session");
    expect(answer.status).equal(204);
    expect(answer.headers.get("clear-site-data")).contain("storage");
    expect(await status(out)).equal(401);

    const idle = await testClient(web.url, "olga");
    await set("sessions set expire = now() + interval '1 minute'");
    expect(await status(idle)).equal(200);
    const { rows } = await database.pool.query(
      "select bool_or(expire > now() + interval '29 minutes') as moved from sessions where person_id = $1",
      [ids.olga],
    );
    expect(rows[0]).deep.equal({ moved: true });
    await set("sessions set expire = now() - interval '1 second'");
    expect(await status(idle)).equal(401);

    const old = await testClient(web.url, "olga");
    await set(
      "sessions set sess = jsonb_set(sess::jsonb, '{signedInAt}', to_jsonb(extract(epoch from now() - interval '12 hours 1 second') * 1000))::json",
    );
    expect(await status(old)).equal(401);

    const disabled = await testClient(web.url, "olga");
    const feed = await TestFeed.open(web.url, disabled);
    await set("people set disabled_at = now() where login = 'olga'");
    expect(await status(disabled)).equal(401);
    expect((await attempt("olga", testPassword)).status).equal(401);
    await web.streams.check();
    await feed.until("end", (one) => one.ended);
    expect(feed.events("signed_out")).length(1);
    await set("people set disabled_at = null");
  });

  it("never cuts a call by the absolute limit, nor a waiting desk by the idle limit", async () => {
    const carla = await testClient(web.url, "carla");
    const feed = await TestFeed.open(web.url, carla);
    await carla.call("PUT", "/me/state", { state: "available" });
    await database.pool.query("update sessions set expire = now() + interval '1 second' where person_id = $1", [
      ids.carla,
    ]);
    await web.streams.check();
    const { rows } = await database.pool.query(
      "select min(expire) > now() + interval '29 minutes' as kept from sessions where person_id = $1 and expire > now() + interval '1 minute'",
      [ids.carla],
    );
    expect(rows[0]).deep.equal({ kept: true });
    await database.pool.query("update operators set system = 'on_call', call_id = uuidv7() where person_id = $1", [
      ids.carla,
    ]);
    await database.pool.query(
      "update sessions set sess = jsonb_set(sess::jsonb, '{signedInAt}', '1')::json where person_id = $1",
      [ids.carla],
    );
    await web.streams.check();
    expect((await carla.call("GET", "/me")).status).equal(200);
    expect(feed.ended).equal(false);
    await database.pool.query("update operators set system = 'idle', call_id = null where person_id = $1", [ids.carla]);
    expect((await carla.call("GET", "/me")).status).equal(401);
    feed.close();
  });

  it("takes roles as they are now, not as they were at sign-in", async () => {
    const olga = await testClient(web.url, "olga");
    expect((await olga.call("GET", "/operators")).status).equal(200);
    await database.pool.query("delete from person_roles where person_id = $1", [ids.olga]);
    expect((await olga.call("GET", "/operators")).status).equal(403);
  });

  it("loads demo people twice with the same result", async () => {
    const { rows } = await database.pool.query<{ id: string; shortName: string }>(
      `insert into agencies (name, short_name) values ('A', 'A'), ('B', 'B'), ('C', 'C') returning id, short_name as "shortName"`,
    );
    const organisation = { agencies: rows, offices: [], services: [] };
    await database.pool.query("delete from people where login in ('anna', 'bruno', 'carla', 'olga')");
    const first = await loadDemoPeople(database.pool, organisation);
    const before = await database.pool.query("select number, sip_password from seats order by 1");
    expect(await loadDemoPeople(database.pool, organisation)).deep.equal(first);
    expect((await database.pool.query("select number, sip_password from seats order by 1")).rows).deep.equal(
      before.rows,
    );
    expect(first.filter((login) => login.seat)).length(9);
    for (const { login, password } of first.slice(0, 8)) {
      expect((await attempt(login, password)).status, login).equal(201);
    }
  });
});
