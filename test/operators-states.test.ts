import { expect } from "chai";
import { mayMove, shownState, systemStates } from "../src/operators/operator.ts";
import { afterCall } from "../src/operators/operator-store.ts";
import { sweepOperators } from "../src/operators/sweep-operators.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, TestFeed, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("operators: states", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let anna: TestClient;
  let id: string;

  const set = (sql: string) => database.pool.query(`update operators set ${sql} where person_id = $1`, [id]);
  const row = async () => (await database.pool.query("select * from operators where person_id = $1", [id])).rows[0];
  const inWrapUp = () =>
    set(
      "chosen = 'available', pause_reason = null, system = 'wrap_up', call_id = uuidv7(), wrap_up_extensions = 0, wrap_up_until = clock_timestamp() + interval '60 seconds', stream_lost_at = null",
    );

  before(async () => {
    database = await testDatabase();
    web = await testWeb(database);
    id = await testPerson(database.pool, "anna", "operator", "201");
    anna = await testClient(web.url, "anna");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });
  beforeEach(() =>
    set(
      "chosen = 'offline', pause_reason = null, system = 'idle', call_id = null, offer_id = null, wrap_up_until = null, wrap_up_extensions = 0, stream_lost_at = clock_timestamp()",
    ),
  );

  it("shows the system's state unless it is idle, as the database does", async () => {
    for (const system of systemStates) {
      expect(shownState({ chosen: "pause", system })).equal(system === "idle" ? "pause" : system);
      const { rows } = await database.pool.query(
        "select operator_shown_state(jsonb_populate_record(null::operators, jsonb_build_object('chosen', 'pause', 'system', $1::text))) as shown",
        [system],
      );
      expect(rows[0].shown).equal(shownState({ chosen: "pause", system }));
    }
    expect(mayMove("ringing", "wrap_up")).equal(false);
    expect(mayMove("on_call", "idle")).equal(true);
  });

  it("moves by choice, logs each move and tells the page in the same transaction", async () => {
    const feed = await TestFeed.open(web.url, anna);
    await feed.until("hello", (one) => one.events("hello").length === 1);
    const available = await anna.call("PUT", "/me/state", { state: "available" });
    expect(available.body).deep.include({
      state: "available",
      chosen: "available",
      pauseReason: null,
      seat: "201",
      phone: "sip",
    });
    const pause = await anna.call("PUT", "/me/state", { state: "pause", reason: "meal" });
    expect(pause.body).deep.include({ state: "pause", pauseReason: "meal" });
    await anna.call("PUT", "/me/state", { state: "offline" });
    await feed.until("three events", (one) => one.events("state").length === 3);
    expect(feed.events("state").map((frame) => (frame.data as { state: string }).state)).deep.equal([
      "available",
      "pause",
      "offline",
    ]);
    const { rows } = await database.pool.query(
      "select state, reason from operator_state_log where person_id = $1 order by at desc limit 3",
      [id],
    );
    expect(rows).deep.equal([
      { state: "offline", reason: null },
      { state: "pause", reason: "meal" },
      { state: "available", reason: null },
    ]);
    feed.close();
  });

  it("wants a listed reason for a pause", async () => {
    const { body } = await anna.call("GET", "/pause-reasons");
    const codes = (body.items as unknown as { code: string }[]).map((reason) => reason.code);
    expect(codes).contain("meal");
    for (const reason of [undefined, "coffee"]) {
      const answer = await anna.call("PUT", "/me/state", { state: "pause", reason });
      expect(answer.status).equal(422);
      expect(answer.body).deep.include({ code: "pause_reason_needed", rule: "REQ 1.7", allowed: codes });
    }
    expect((await anna.call("PUT", "/me/state", { state: "asleep" })).status).equal(422);
  });

  it("keeps a choice made during a call and lets it hold after wrap-up", async () => {
    await set("chosen = 'available', system = 'on_call', call_id = uuidv7()");
    const answer = await anna.call("PUT", "/me/state", { state: "pause", reason: "break" });
    expect(answer.body).deep.include({ state: "on_call", chosen: "pause" });
    await set("system = 'wrap_up', wrap_up_until = clock_timestamp()");
    expect((await sweepOperators(database.pool)).wrapUpsEnded).equal(1);
    expect(await row()).include({ system: "idle", chosen: "pause", call_id: null });
  });

  it("comes back from not answering by choosing again, as the one idle for the shortest time", async () => {
    await set(
      "chosen = 'available', system = 'not_answering', call_id = uuidv7(), idle_since = now() - interval '1 hour'",
    );
    const answer = await anna.call("PUT", "/me/state", { state: "available" });
    expect(answer.body.state).equal("available");
    const after = await row();
    expect(after.call_id).equal(null);
    expect(Date.now() - after.idle_since.getTime()).lessThan(10_000);
  });

  it("keeps the place in the order when the same choice is made again", async () => {
    await set("chosen = 'available', idle_since = now() - interval '1 hour'");
    await anna.call("PUT", "/me/state", { state: "available" });
    expect(Date.now() - (await row()).idle_since.getTime()).greaterThan(3_500_000);
  });

  it("ends a wrap-up when it is due, once though two copies sweep, and wakes the queue", async () => {
    await inWrapUp();
    expect((await sweepOperators(database.pool)).wrapUpsEnded).equal(0);
    const listener = await database.pool.connect();
    const told = new Promise((resolve) => listener.once("notification", resolve));
    await listener.query("listen queue");
    const in61s = new Date(Date.now() + 61_000);
    const sweeps = await Promise.all([1, 2, 3].map(() => sweepOperators(database.pool, in61s)));
    expect(sweeps.reduce((sum, sweep) => sum + sweep.wrapUpsEnded, 0)).equal(1);
    await told;
    listener.release(true);
    expect(await row()).include({ system: "idle", chosen: "available", wrap_up_until: null });
  });

  it("lengthens a wrap-up by a minute, twice", async () => {
    await inWrapUp();
    const until = (await row()).wrap_up_until.getTime();
    for (const count of [1, 2]) {
      const answer = await anna.call("POST", "/me/wrap-up/extend");
      expect(answer.body).deep.include({ wrapUpExtensions: count });
      expect(Date.parse(String(answer.body.wrapUpUntil))).equal(until + count * 60_000);
    }
    expect((await anna.call("POST", "/me/wrap-up/extend")).body.code).equal("wrap_up_limit");
  });

  it("ends a wrap-up by hand, and says when there is none", async () => {
    await inWrapUp();
    expect((await anna.call("POST", "/me/wrap-up/end")).body.state).equal("available");
    for (const what of ["end", "extend"]) {
      const answer = await anna.call("POST", `/me/wrap-up/${what}`);
      expect(answer.status).equal(409);
      expect(answer.body.code).equal("not_in_wrap_up");
    }
  });

  it("goes to wrap-up after a call, or straight to idle when it lasts 0 s", async () => {
    for (const [seconds, system] of [
      [30, "wrap_up"],
      [0, "idle"],
    ] as const) {
      await set("chosen = 'available', system = 'on_call', call_id = uuidv7(), wrap_up_until = null");
      await database.pool.query(`update operators o set ${afterCall("$2::int")} where o.person_id = $1`, [id, seconds]);
      const after = await row();
      expect(after.system).equal(system);
      expect(after.call_id === null).equal(seconds === 0);
      expect(after.wrap_up_until === null).equal(seconds === 0);
    }
  });

  it("shows a supervisor everybody, and lets the supervisor change a state", async () => {
    await testPerson(database.pool, "olga", "supervisor");
    const olga = await testClient(web.url, "olga");
    const changed = await olga.call("PUT", `/operators/${id}/state`, { state: "pause", reason: "meeting" });
    expect(changed.body.state).equal("pause");
    const list = await olga.call("GET", "/operators");
    expect((list.body.items as unknown as object[])[0]).deep.include({
      personId: id,
      state: "pause",
      seat: "201",
      connected: false,
    });
    expect((await anna.call("GET", "/operators")).status).equal(403);
    expect((await olga.call("PUT", "/me/state", { state: "available" })).status).equal(403);
  });
});
