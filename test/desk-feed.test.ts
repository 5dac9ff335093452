import { connect } from "node:net";
import { expect } from "chai";
import { inTransaction } from "../src/database/in-transaction.ts";
import { forgetOldEvents, loseStreamsOfNode } from "../src/desk/desk-feed-store.ts";
import { sweepOperators } from "../src/operators/sweep-operators.ts";
import { appendDeskEvents } from "./support/append-desk-events.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, TestFeed, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("desk: live feed", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let other: TestWeb;
  let anna: TestClient;
  let annaId: string;
  let feeds: TestFeed[] = [];

  const append = (payload: Record<string, unknown>, personId = annaId) =>
    inTransaction(database.pool, (client) => appendDeskEvents(client, [{ personId, kind: "task", payload }]));

  const open = async (on: TestWeb, client = anna, lastEventId?: number): Promise<TestFeed> => {
    const feed = await TestFeed.open(on.url, client, lastEventId);
    feeds.push(feed);
    await feed.until("hello", (one) => one.events("hello").length === 1);
    return feed;
  };

  const routable = async (): Promise<boolean> => {
    const { rows } = await database.pool.query(
      "select stream_lost_at is null as here from operators where person_id = $1",
      [annaId],
    );
    return rows[0].here;
  };

  /** The close of a stream is written a moment after the page saw it end. */
  const untilRoutable = async (wanted: boolean): Promise<void> => {
    const limit = performance.now() + 3_000;
    while ((await routable()) !== wanted) if (performance.now() > limit) throw new Error(`routable stays ${!wanted}`);
  };

  before(async () => {
    database = await testDatabase();
    web = await testWeb(database);
    other = await testWeb(database);
    annaId = await testPerson(database.pool, "anna", "operator", "201");
    anna = await testClient(web.url, "anna");
  });
  after(async () => {
    await web.close();
    await other.close();
    await database.drop();
  });
  afterEach(async () => {
    for (const feed of feeds) feed.close();
    feeds = [];
    await untilRoutable(false);
  });

  it("sends an event to the person's page on whatever copy, to nobody else", async () => {
    const brunoId = await testPerson(database.pool, "bruno", "supervisor");
    const bruno = await testClient(other.url, "bruno");
    const [mine, his] = [await open(web), await open(other, bruno)];
    const [written] = await append({ n: 1, text: "a\nb" });
    await append({ n: 2 }, brunoId);
    await mine.until("event", (feed) => feed.events("task").length === 1);
    await his.until("event", (feed) => feed.events("task").length === 1);
    expect(mine.events("task")).deep.equal([{ id: String(written?.seq), event: "task", data: { n: 1, text: "a\nb" } }]);
    expect(his.events("task").map((frame) => frame.data)).deep.equal([{ n: 2 }]);
  });

  it("needs a session, and a role with a desk", async () => {
    const nobody = await testClient(web.url);
    expect((await nobody.call("GET", "/desk/events")).status).equal(401);
  });

  it("pushes at once, in order, without sending twice", async () => {
    const feed = await open(web);
    const [first] = await append({ n: 1 });
    const [second] = await append({ n: 2 });
    if (!first || !second) throw new Error("nothing written");
    web.streams.push(annaId, second);
    web.streams.push(annaId, first);
    web.streams.push(annaId, second);
    await feed.until("both", (one) => one.events("task").length >= 2);
    const [third] = await append({ n: 3 });
    if (third) web.streams.push(annaId, third);
    await append({ n: 4 });
    await feed.until("all", (one) => one.events("task").length >= 4);
    expect(feed.events("task").map((frame) => frame.data)).deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
  });

  it("replays after a cut without a gap or a double, while many write at once", async () => {
    let feed = await open(web);
    const total = 400;
    const writers = Array.from({ length: 8 }, async (_none, writer) => {
      for (let n = 0; n < total / 8; n++) await append({ writer, n });
    });
    const seen: string[] = [];
    for (let cut = 1; cut <= 5; cut++) {
      await feed.until("some events", (one) => seen.length + one.events("task").length >= (total / 8) * cut);
      feed.close();
      const got = [...feed.events("task")];
      seen.push(...got.map((frame) => String(frame.id)));
      feed = await open(cut % 2 ? other : web, anna, Number(seen.at(-1)));
    }
    await Promise.all(writers);
    await feed.until("the rest", (one) => seen.length + one.events("task").length >= total);
    seen.push(...feed.events("task").map((frame) => String(frame.id)));
    const { rows } = await database.pool.query(
      "select seq from desk_events where person_id = $1 and payload ? 'writer' order by seq",
      [annaId],
    );
    expect(seen).deep.equal(rows.map((row) => String(row.seq)));
    expect(rows.at(-1).seq - rows[0].seq).equal(total - 1);
  });

  it("one transaction may tell several people several things", async () => {
    const carlaId = await testPerson(database.pool, "carla", "operator", "203");
    const { rows: before } = await database.pool.query("select seq from desk_feeds where person_id = $1", [annaId]);
    const written = await inTransaction(database.pool, (client) =>
      appendDeskEvents(client, [
        { personId: annaId, kind: "task", payload: { n: 1 } },
        { personId: carlaId, kind: "task", payload: { n: 2 } },
        { personId: annaId, kind: "task", payload: { n: 3 } },
      ]),
    );
    const of = (id: string) =>
      written.filter((event) => event.personId === id).map((event) => [event.seq, event.payload]);
    expect(of(annaId)).deep.equal([
      [before[0].seq + 1, { n: 1 }],
      [before[0].seq + 2, { n: 3 }],
    ]);
    expect(of(carlaId)).deep.equal([[1, { n: 2 }]]);
  });

  it("writes nothing and wakes nobody when the transaction fails", async () => {
    const feed = await open(web);
    const failed = inTransaction(database.pool, async (client) => {
      await appendDeskEvents(client, [{ personId: annaId, kind: "task", payload: { lost: true } }]);
      throw new Error("no");
    });
    expect(await failed.catch((error) => error.message)).equal("no");
    await append({ kept: true });
    await feed.until("event", (one) => one.events("task").length === 1);
    expect(feed.events("task")[0]?.data).deep.equal({ kept: true });
  });

  it("replaces an older page, here and on another copy, and the desk stays routable", async () => {
    const first = await open(web);
    const second = await open(web);
    await first.until("replaced", (feed) => feed.ended);
    expect(first.events("replaced")).length(1);
    const third = await open(other);
    await second.until("replaced", (feed) => feed.ended);
    expect(second.events("replaced")).length(1);
    expect(await routable()).equal(true);
    await append({ n: 1 });
    await third.until("event", (feed) => feed.events("task").length === 1);
  });

  it("is not routable from the moment the page closes; offline after 45 s", async () => {
    const feed = await open(web);
    await anna.call("PUT", "/me/state", { state: "available" });
    expect(await routable()).equal(true);
    feed.close();
    await untilRoutable(false);
    const in44s = new Date(Date.now() + 44_000);
    expect((await sweepOperators(database.pool, in44s)).sentOffline).equal(0);
    const in46s = new Date(Date.now() + 46_000);
    expect((await sweepOperators(database.pool, in46s)).sentOffline).equal(1);
    expect((await sweepOperators(database.pool, in46s)).sentOffline).equal(0);
    const { rows } = await database.pool.query(
      "select state from operator_state_log where person_id = $1 order by at desc limit 1",
      [annaId],
    );
    expect(rows[0].state).equal("offline");
  });

  it("a desk that comes back in time stays as it was, and the queue is told", async () => {
    const feed = await open(web);
    await anna.call("PUT", "/me/state", { state: "available" });
    feed.close();
    await untilRoutable(false);
    const listener = await database.pool.connect();
    const told = new Promise((resolve) => listener.once("notification", resolve));
    await listener.query("listen queue");
    await open(web);
    await told;
    listener.release(true);
    expect((await sweepOperators(database.pool, new Date(Date.now() + 46_000))).sentOffline).equal(0);
    await anna.call("PUT", "/me/state", { state: "offline" });
  });

  it("counts the streams of a dead copy as lost, and finds rows without a stream by itself", async () => {
    const feed = await open(other);
    await loseStreamsOfNode(database.pool, web.nodeId);
    expect(await routable()).equal(true);
    await loseStreamsOfNode(database.pool, other.nodeId);
    expect(await routable()).equal(false);
    feed.close();
    await feed.until("end", (one) => one.ended);
    await database.pool.query("update operators set stream_lost_at = null, stream_node_id = $2 where person_id = $1", [
      annaId,
      web.nodeId,
    ]);
    await web.streams.check();
    expect(await routable()).equal(false);
  });

  it("gives a reloaded page the pop of the call in progress again", async () => {
    const { rows } = await database.pool.query("select uuidv7() as id");
    const callId = rows[0].id;
    await append({ before: true });
    await inTransaction(database.pool, (client) =>
      appendDeskEvents(client, [{ personId: annaId, kind: "offer", payload: { callId, offerId: "o" } }]),
    );
    await append({ after: true });
    await database.pool.query("update operators set system = 'on_call', call_id = $2 where person_id = $1", [
      annaId,
      callId,
    ]);
    const feed = await open(web);
    await feed.until("replay", (one) => one.events("task").length === 1);
    expect(
      feed.frames.filter((frame) => frame.id !== null && frame.event !== "hello").map((frame) => frame.event),
    ).deep.equal(["offer", "task"]);
    const me = await anna.call("GET", "/me");
    expect(me.body.offer).deep.equal({ callId, offerId: "o" });
    expect(me.body.operator).deep.include({ state: "on_call", callId });
    await database.pool.query("update operators set system = 'idle', call_id = null where person_id = $1", [annaId]);
  });

  it("beats, and finds events whose NOTIFY got lost", async () => {
    const feed = await open(web);
    await database.pool.query("select append_desk_event($1, 'task', '{\"quiet\": true}', false)", [annaId]);
    await web.streams.check();
    await feed.until("event", (one) => one.events("task").length === 1);
    expect(feed.events("comment").length).greaterThan(0);
  });

  it("cuts a page that answered beats and stops, wherever the answers arrive", async () => {
    let nowMs = 0;
    const third = await testWeb(database, { monotonicMs: () => nowMs });
    const feed = await TestFeed.open(third.url, anna, undefined, "?beats=1");
    await feed.until("hello", (one) => one.events("hello").length === 1);
    nowMs = 10_000;
    expect((await anna.call("POST", "/desk/beat")).status).equal(204);
    // The answer came to another copy; an event sent after it arrives after it.
    await append({ n: 1 });
    await feed.until("event", (one) => one.events("task").length === 1);
    nowMs = 21_000;
    await third.streams.check();
    await append({ n: 2 });
    await feed.until("event", (one) => one.events("task").length === 2);
    nowMs = 22_001;
    await third.streams.check();
    await feed.until("end", (one) => one.ended);
    await untilRoutable(false);
    await third.close();
  });

  it("drops a page that does not read; the others go on", async () => {
    const daria = await testPerson(database.pool, "daria", "supervisor");
    const client = await testClient(web.url, "daria");
    const deaf = connect(Number(new URL(web.url).port), "127.0.0.1");
    deaf.pause();
    deaf.write(`GET /api/v1/desk/events HTTP/1.1\r\nHost: x\r\nCookie: ${client.cookie}\r\n\r\n`);
    const closed = new Promise((resolve) => deaf.once("close", resolve));
    deaf.on("error", () => deaf.destroy());
    const before = web.streams.count;
    while (web.streams.count === before) await new Promise((resolve) => setImmediate(resolve));
    const reader = await open(web);
    const long = "x".repeat(100_000);
    for (let n = 0; n < 200 && web.streams.count > before + 1; n++) await append({ n, long }, daria);
    expect(web.streams.count).equal(before + 1);
    await append({ n: 1 });
    await reader.until("event", (feed) => feed.events("task").length === 1);
    deaf.resume();
    await closed;
  });

  it("forgets events after a day, and begins now for a number it never gave", async () => {
    await database.pool.query("update desk_events set created_at = now() - interval '25 hours'");
    expect(await forgetOldEvents(database.pool)).greaterThan(0);
    const feed = await open(web, anna, 9_999_999);
    await append({ n: 1 });
    await feed.until("event", (one) => one.events("task").length === 1);
  });

  it("ends every page of the person at sign-out", async () => {
    const feed = await open(other);
    await anna.call("DELETE", "/session");
    await feed.until("end", (one) => one.ended);
    expect(feed.events("signed_out")).length(1);
    expect(feed.events("state").at(-1)?.data ?? { state: "offline" }).deep.include({ state: "offline" });
  });
});
