import { expect } from "chai";
import { generateSync } from "otplib";
import { peopleRoutes } from "../src/people/admin/people-routes.ts";
import { makeFirstAdministrator } from "../src/people/first-administrator.ts";
import { passwordFault } from "../src/people/sign-in/password-rules.ts";
import { openSecret, sealSecret, stepOfCode } from "../src/people/sign-in/second-factor.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import {
  type TestAnswer,
  type TestClient,
  TestFeed,
  type TestWeb,
  testClient,
  testPassword,
  testPerson,
  testWeb,
} from "./support/web.ts";

const newPassword = "un gatto verde legge il giornale";

describe("people: passwords, second factor, administration", () => {
  let database: TestDatabase;
  let web: TestWeb;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    // Not a demo: an administrator needs the second factor.
    const config = { port: 0, publicUrl: null, sessionSecret: "a secret of the tests", demo: false };
    web = await testWeb(database, { routes: peopleRoutes({ pool }), more: { config } });
    await testPerson(pool, "olga", "supervisor");
    await testPerson(pool, "pietro", "administrator");
    await testPerson(pool, "quinto", "administrator");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });
  afterEach(() => database.pool.query("delete from sign_in_attempts"));

  const cookieOf = (answer: TestAnswer) => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const signIn = async (body: Record<string, unknown>): Promise<[TestAnswer, TestClient]> => {
    const client = await testClient(web.url);
    const answer = await client.call("POST", "/session", body);
    client.cookie = cookieOf(answer);
    return [answer, client];
  };
  const secrets = new Map<string, string>();
  /** Codes are good once: a test that signs in again lets the clock of the row stand still. */
  const codeOf = async (login: string) => {
    await database.pool.query("update person_second_factors set last_step = 0");
    return generateSync({ secret: secrets.get(login) ?? "" });
  };
  const administrator = async (login = "pietro"): Promise<TestClient> => {
    if (!secrets.has(login)) {
      const [, client] = await signIn({ login, password: testPassword });
      const begun = await client.call("POST", "/me/second-factor");
      secrets.set(login, String(begun.body.secret));
      const confirmed = await client.call("POST", "/me/second-factor/confirm", { code: await codeOf(login) });
      expect(confirmed.status, JSON.stringify(confirmed.body)).equal(204);
    }
    const [answer, client] = await signIn({ login, password: testPassword, code: await codeOf(login) });
    expect(answer.status, JSON.stringify(answer.body)).equal(201);
    return client;
  };

  it("knows weak passwords by length, common words and one's own name, and asks for no special signs", () => {
    const person = { login: "mrossi", displayName: "Mario Rossi" };
    const faults = Object.fromEntries([
      ["Firenze055!", "too_short"],
      ["Firenze055055!", "too_common"],
      ["P4ssw0rd2026!!", "too_common"],
      ["Giugno2026Firenze", "too_common"],
      ["qwertyuiop123", "too_uniform"],
      ["123456789012", "too_uniform"],
      ["mariorossi2026", "says_who"],
      ["una frase lunga per le prove", null],
      ["Zk9$vQ2!mX7#p", null],
    ] as const);
    for (const [password, fault] of Object.entries(faults)) {
      expect(passwordFault(password, person), password).equal(fault);
    }
  });

  it("changes a password: the old one is asked for, other sessions end, this one goes on under a new id", async () => {
    const [, here] = await signIn({ login: "olga", password: testPassword });
    const [, elsewhere] = await signIn({ login: "olga", password: testPassword });
    const change = (current: string, password: string) => here.call("PUT", "/me/password", { current, password });
    expect((await change("sbagliata", newPassword)).body.code).equal("password_wrong");
    expect((await change(testPassword, "Firenze055055!")).body.code).equal("password_too_common");
    expect((await change(testPassword, testPassword)).body.code).equal("password_same");
    const before = here.cookie;
    const changed = await change(testPassword, newPassword);
    expect(changed.status).equal(204);
    here.cookie = cookieOf(changed);
    expect(here.cookie).not.equal(before);
    expect((await here.call("GET", "/me")).status).equal(200);
    expect((await elsewhere.call("GET", "/me")).status).equal(401);
    expect((await signIn({ login: "olga", password: testPassword }))[0].status).equal(401);
    expect((await signIn({ login: "olga", password: newPassword }))[0].status).equal(201);
  });

  it("shows where one is signed in, and signs out everywhere with the live feed", async () => {
    const [, here] = await signIn({ login: "olga", password: newPassword });
    const [, elsewhere] = await signIn({ login: "olga", password: newPassword });
    const feed = await TestFeed.open(web.url, elsewhere);
    await feed.until("hello", (one) => one.events("hello").length > 0);
    const listed = (await here.call("GET", "/me/sessions")).body.items as unknown as { current: boolean }[];
    expect(listed.length).greaterThan(1);
    expect(listed.filter((one) => one.current)).length(1);
    const left = await here.call("DELETE", "/me/sessions");
    expect(left.status).equal(204);
    expect(left.headers.get("clear-site-data")).contain("cookies");
    await feed.until("end", (one) => one.ended);
    for (const client of [here, elsewhere]) expect((await client.call("GET", "/me")).status).equal(401);
  });

  it("gives an administrator no rights before the second factor, and then only with a fresh code", async () => {
    const [answer, client] = await signIn({ login: "pietro", password: testPassword });
    expect(answer.status).equal(201);
    const me = await client.call("GET", "/me");
    expect(me.body.person).deep.include({ roles: [], pending: ["second_factor"] });
    expect((await client.call("GET", "/people")).status).equal(403);
    const begun = await client.call("POST", "/me/second-factor");
    expect(begun.status).equal(201);
    expect(String(begun.body.uri)).match(/^otpauth:\/\/totp\//);
    secrets.set("pietro", String(begun.body.secret));
    const code = generateSync({ secret: secrets.get("pietro") ?? "" });
    expect((await client.call("POST", "/me/second-factor/confirm", { code: "000000" })).status).equal(422);
    const confirmed = await client.call("POST", "/me/second-factor/confirm", { code });
    expect(confirmed.status).equal(204);
    expect(cookieOf(confirmed)).not.equal(client.cookie);
    client.cookie = cookieOf(confirmed);
    expect((await client.call("GET", "/people")).status).equal(200);

    const without = (await signIn({ login: "pietro", password: testPassword }))[0];
    expect([without.status, without.body.code]).deep.equal([401, "second_factor_needed"]);
    const replayed = (await signIn({ login: "pietro", password: testPassword, code }))[0];
    expect([replayed.status, replayed.body.code]).deep.equal([401, "wrong_code"]);
    await database.pool.query("update person_second_factors set last_step = 0");
    const both = await Promise.all([1, 2].map(() => signIn({ login: "pietro", password: testPassword, code })));
    expect(both.map(([one]) => one.status).sort()).deep.equal([201, 401]);
    expect((await client.call("POST", "/me/second-factor")).status).equal(409);
  });

  it("throttles guessed codes like guessed passwords", async () => {
    await administrator();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) {
      statuses.push((await signIn({ login: "pietro", password: testPassword, code: "000000" }))[0].status);
    }
    expect(statuses.slice(0, 10)).deep.equal(Array(10).fill(401));
    expect(statuses[10]).equal(429);
  });

  it("keeps secrets sealed, and knows the codes of RFC 6238", () => {
    const sealed = sealSecret("JBSWY3DPEHPK3PXP", "one key");
    expect(sealed.toString("latin1")).not.contain("JBSWY3");
    expect(openSecret(sealed, "one key")).equal("JBSWY3DPEHPK3PXP");
    expect(() => openSecret(sealed, "another key")).throw();
    // Appendix B, SHA-1, secret "12345678901234567890", the last six of its eight digits.
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for (const [seconds, code] of [
      [59, "287082"],
      [1_111_111_109, "081804"],
      [1_234_567_890, "005924"],
      [2_000_000_000, "279037"],
    ] as const) {
      const now = new Date(seconds * 1_000);
      const step = Math.floor(seconds / 30);
      expect(stepOfCode(secret, code, now, 0)).equal(step);
      expect(stepOfCode(secret, code, now, step)).equal(null);
      expect(stepOfCode(secret, code, new Date((seconds + 120) * 1_000), 0)).equal(null);
    }
  });

  it("administration: creates a person, whose first password opens only its own change", async () => {
    const admin = await administrator();
    const made = await admin.call("POST", "/people", {
      login: "nuova",
      displayName: "Nuova Persona",
      roles: [{ role: "supervisor" }],
    });
    expect(made.status, JSON.stringify(made.body)).equal(201);
    expect((await admin.call("POST", "/people", { login: "NUOVA", displayName: "x", roles: [] })).status).equal(409);
    expect(
      (await admin.call("POST", "/people", { login: "y1", displayName: "x", roles: [{ role: "specialist" }] })).body
        .code,
    ).equal("agency_needed");
    const password = String(made.body.password);
    const [, first] = await signIn({ login: "nuova", password });
    expect((await first.call("GET", "/me")).body.person).deep.include({ roles: [], pending: ["change_password"] });
    expect((await first.call("GET", "/operators")).status).equal(403);
    const changed = await first.call("PUT", "/me/password", { current: password, password: newPassword });
    expect(changed.status, JSON.stringify(changed.body)).equal(204);
    first.cookie = cookieOf(changed);
    expect((await first.call("GET", "/operators")).status).equal(200);
  });

  it("administration: new roles, a reset and a switch-off end the person's sessions and feed at once", async () => {
    const admin = await administrator();
    const found = (await admin.call("GET", "/people?q=nuova")).body.items as unknown as {
      id: string;
      version: number;
    }[];
    const { id, version } = found[0]!;
    const open = async (password = newPassword) => {
      const [, client] = await signIn({ login: "nuova", password });
      const feed = await TestFeed.open(web.url, client);
      await feed.until("hello", (one) => one.events("hello").length > 0);
      return { client, feed };
    };
    const ended = async ({ client, feed }: Awaited<ReturnType<typeof open>>) => {
      await feed.until("end", (one) => one.ended);
      expect((await client.call("GET", "/me")).status).equal(401);
    };
    const byRoles = await open();
    await database.pool.query("select append_desk_event($1, 'old', '{}')", [id]);
    const scope = { roles: [{ role: "operator" }, { role: "supervisor" }] };
    const stale = await admin.call("PUT", `/people/${id}/roles`, scope, { "if-match": `"${version - 1}"` });
    expect(stale.status).equal(412);
    const changed = await admin.call(
      "PUT",
      `/people/${id}/roles`,
      { roles: [{ role: "supervisor" }] },
      { "if-match": `"${version}"` },
    );
    expect(changed.status, JSON.stringify(changed.body)).equal(200);
    await ended(byRoles);
    // A page that comes back with an old number is not told again what the old roles were told.
    const [, again] = await signIn({ login: "nuova", password: newPassword });
    const replay = await TestFeed.open(web.url, again, 0);
    await database.pool.query("select append_desk_event($1, 'mark', '{}')", [id]);
    await replay.until("mark", (one) => one.events("mark").length > 0);
    expect(replay.events("old")).deep.equal([]);
    replay.close();
    const bySession = await open();
    expect((await admin.call("DELETE", `/people/${id}/sessions`)).status).equal(204);
    await ended(bySession);
    const bySwitch = await open();
    const off = await admin.call(
      "PATCH",
      `/people/${id}`,
      { disabled: true },
      { "if-match": `"${changed.body.version}"` },
    );
    expect(off.status).equal(200);
    await ended(bySwitch);
    expect((await signIn({ login: "nuova", password: newPassword }))[0].status).equal(401);
    await admin.call("PATCH", `/people/${id}`, { disabled: false }, { "if-match": `"${off.body.version}"` });
    const reset = await admin.call("POST", `/people/${id}/password-reset`);
    expect((await signIn({ login: "nuova", password: newPassword }))[0].status).equal(401);
    expect((await signIn({ login: "nuova", password: String(reset.body.password) }))[0].status).equal(201);
    const { rows } = await database.pool.query(
      "select distinct action from audit where subject_kind = 'person' and subject_id = $1 order by 1",
      [id],
    );
    expect(rows.map((row) => row.action)).deep.equal([
      "person.create",
      "person.edit",
      "person.password_reset",
      "person.roles",
      "person.sessions_ended",
    ]);
  });

  it("administration: somebody always stays administrator; a lost phone is replaced", async () => {
    const [admin, other] = [await administrator(), await administrator("quinto")];
    const people = (await admin.call("GET", "/people?role=administrator")).body.items as unknown as {
      id: string;
      login: string;
      version: number;
    }[];
    const [pietro, quinto] = [
      people.find((one) => one.login === "pietro")!,
      people.find((one) => one.login === "quinto")!,
    ];
    expect((await other.call("DELETE", `/people/${pietro.id}/second-factor`)).status).equal(204);
    secrets.delete("pietro");
    expect((await admin.call("GET", "/people")).status).equal(401);
    const again = await administrator();
    const left = await again.call(
      "PATCH",
      `/people/${quinto.id}`,
      { disabled: true },
      { "if-match": `"${quinto.version}"` },
    );
    expect(left.status, JSON.stringify(left.body)).equal(200);
    const { rows } = await database.pool.query("select version from people where login = 'pietro'");
    const alone = await again.call(
      "PATCH",
      `/people/${pietro.id}`,
      { disabled: true },
      { "if-match": `"${rows[0].version}"` },
    );
    expect(alone.body.code).equal("last_administrator");
    expect((await again.call("GET", "/people?q=%25")).body.items).deep.equal([]);
  });

  it("outside a demo the first start makes one administrator, whose password is told once", async () => {
    const empty = await testDatabase();
    try {
      const made = await Promise.all([1, 2].map(() => makeFirstAdministrator(empty.url)));
      expect(made.filter(Boolean)).length(1);
      const told = made.find(Boolean)!;
      expect(told.password).match(/^[\w-]{16}$/);
      expect(await makeFirstAdministrator(empty.url)).equal(null);
      const { rows } = await empty.pool.query("select login, must_change_password, password_hash from people");
      expect(rows).length(1);
      expect(rows[0]).include({ login: "admin", must_change_password: true });
      expect(rows[0].password_hash).match(/^\$argon2id\$/);
    } finally {
      await empty.drop();
    }
  });
});
