import { expect } from "chai";
import { v7 as uuid } from "uuid";
import type { Offer } from "../src/calls/call.ts";
import { type Arrival, enterQueues, insertArrivals } from "../src/calls/call-store.ts";
import { answerOffers, endCalls } from "../src/calls/talk-store.ts";
import { silentLogger } from "../src/log.ts";
import { chooseOperators } from "../src/queue/choose-operator.ts";
import { beginDecision, readDecisionInput, writeOffers } from "../src/queue/dispatch-store.ts";
import { Dispatcher } from "../src/queue/dispatcher.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

const epoch = 7;

/** Many calls in one statement: each as if it were alone. */
describe("calls that are written together", () => {
  let db: TestDatabase;
  let nodeId: string;
  let queueId: string;

  const rows = async (text: string) => (await db.pool.query(text)).rows;

  beforeEach(async () => {
    db = await testDatabase();
    nodeId = uuid();
    await db.pool.query(
      `insert into nodes (id, name, epoch, roles, state, heartbeat_at) overriding system value
       values ($1, '055055-together', $2, '{calls}', 'alive', now())`,
      [nodeId, epoch],
    );
    await db.pool.query(`with s as (
        insert into seats (number, sip_password, web_password) select n::text, 'x', 'x' from generate_series(301, 303) n
        returning id, number
      ), p as (
        insert into people (login, display_name, password_hash) select 'op' || number, number, 'x' from s returning id, login
      ), c as (
        insert into seat_contacts (account, online) select number, true from s
      )
      insert into operators (person_id, seat_id, chosen, idle_since, stream_lost_at)
      select p.id, s.id, 'available', now(), null from p join s on p.login = 'op' || s.number`);
    queueId = (await rows("update queues set max_waiting = 3, wrap_up_seconds = 30 returning id"))[0].id;
  });
  afterEach(async () => {
    await db.drop();
  });

  async function arrive(count: number): Promise<Arrival[]> {
    const [flow] = await rows("select flow_id, version from ivr_flow_versions limit 1");
    const arrivals = Array.from({ length: count }, (_, n) => ({
      ...{ callId: uuid(), caseId: uuid(), asteriskId: "a", application: "055055-together", channelId: `c${n}` },
      ...{ sipCallId: null, calledNumber: "055055", callerE164: n === 0 ? null : `+39055000${n}00`, callerRaw: null },
      ...{ callerName: n === 1 ? `O'Brien, "{x}" \\ 😀` : null, flowId: flow.flow_id, flowVersion: flow.version },
      ...{ language: "it" as const, nodeId, epoch },
    }));
    await insertArrivals(db.pool, arrivals);
    return arrivals;
  }

  const enter = (calls: { callId: string; epoch?: number }[]) =>
    enterQueues(
      db.pool,
      calls.map(({ callId, epoch: of = epoch }) => {
        return { callId, epoch: of, queueId, priority: 0, agencyId: null, language: "it", choices: [{ key: "1" }] };
      }),
    );

  async function offerAll(): Promise<Offer[]> {
    const client = await db.pool.connect();
    try {
      expect(await beginDecision(client)).to.equal(true);
      const { heads, operators } = await readDecisionInput(client);
      const pairs = chooseOperators(heads, operators).map((pair) => ({ ...pair, offerId: uuid() }));
      const offers = await writeOffers(client, pairs, nodeId);
      await client.query("commit");
      return offers;
    } finally {
      client.release();
    }
  }

  it("arrive with one contact and one case each, whatever their names hold", async () => {
    const arrivals = await arrive(4);
    expect(
      await rows("select from v_call_audit where contacts <> 1 or cases <> 1 or opened_cases <> 1"),
    ).to.have.length(0);
    const written = await rows("select id, caller_name, caller_e164 from calls order by channel_id");
    expect(written).to.deep.equal(
      arrivals.map(({ callId, callerName, callerE164 }) => {
        return { id: callId, caller_name: callerName, caller_e164: callerE164 };
      }),
    );
    const cases = await rows("select opened_by_call_id as call, id from cases order by id");
    expect(cases).to.deep.equal(arrivals.map(({ callId, caseId }) => ({ call: callId, id: caseId })));
  });

  it("enter the queue in their order, no more than there is room for, and not for another copy", async () => {
    const arrivals = await arrive(5);
    const [first, second, third, fourth, foreign] = arrivals as [Arrival, Arrival, Arrival, Arrival, Arrival];
    const entries = await enter([second, { ...foreign, epoch: 8 }, first, third]);
    const kinds = entries.map((entry) => ("refused" in entry ? entry.refused : "queued"));
    expect(kinds).to.deep.equal(["queued", "gone", "queued", "full"]);
    expect(await enter([fourth])).to.deep.equal([
      { queuedAt: (await rows("select queued_at from calls where channel_id = 'c3'"))[0].queued_at },
    ]);
    const order = await rows("select id from calls where state = 'waiting' order by queued_at, id");
    expect(order.map(({ id }) => id)).to.deep.equal([second.callId, first.callId, fourth.callId]);
    const places = await rows("select distinct queued_at from calls where state = 'waiting'");
    expect(places, "each its own moment").to.have.length(3);
  });

  it("are answered each by its own operator; a call that is gone does not hinder the others", async () => {
    const [first, second, third] = (await arrive(3)) as [Arrival, Arrival, Arrival];
    await enter([first, second, third]);
    const offers = await offerAll();
    expect(offers).to.have.length(3);
    await endCalls(db.pool, [{ callId: second.callId, epoch, outcome: "abandoned_queue" }]);
    const answered = await answerOffers(
      db.pool,
      offers.map((offer) => ({ ...offer, epoch })),
    );
    const gone = offers.findIndex((offer) => offer.callId === second.callId);
    expect(answered).to.deep.equal(offers.map((_, index) => index !== gone));
    const pairs =
      await rows(`select c.id, c.person_id, o.person_id as operator, s.owner_id, k.person_id as contact, f.state
      from calls c join operators o on o.call_id = c.id join cases s on s.opened_by_call_id = c.id
      join contacts k on k.call_id = c.id join offers f on f.call_id = c.id where c.state = 'talking'`);
    expect(pairs).to.have.length(2);
    for (const pair of pairs) {
      expect([pair.operator, pair.owner_id, pair.contact]).to.deep.equal([
        pair.person_id,
        pair.person_id,
        pair.person_id,
      ]);
      expect(pair.state).to.equal("answered");
    }
    const feed =
      await rows(`select kind, payload ->> 'state' as state from desk_events e join operators o using (person_id)
      where o.system = 'on_call' and kind <> 'offer' order by person_id, seq`);
    const told = [
      { kind: "call", state: "talking" },
      { kind: "state", state: "on_call" },
    ];
    expect(feed, "the call, then the state, numbered in order").to.deep.equal([...told, ...told]);
  });

  it("end in the moment of an offer and leave neither it nor its operator behind", async () => {
    const [first] = (await arrive(1)) as [Arrival];
    await enter([first]);
    const decision = await db.pool.connect();
    await beginDecision(decision);
    const { heads, operators } = await readDecisionInput(decision);
    const pairs = chooseOperators(heads, operators).map((pair) => ({ ...pair, offerId: uuid() }));
    await writeOffers(decision, pairs, nodeId);
    const ended = endCalls(db.pool, [{ callId: first.callId, epoch, outcome: "abandoned_queue" }]);
    const waits = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while ((await rows(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await decision.query("commit");
    decision.release();
    expect(await ended).to.deep.equal([true]);
    expect(await rows("select state from offers")).to.deep.equal([{ state: "caller_left" }]);
    expect(await rows("select from operators where system <> 'idle' or call_id is not null")).to.deep.equal([]);
    const told = await rows("select kind, payload ->> 'reason' as reason from desk_events order by seq");
    expect(told).to.deep.include({ kind: "offer_ended", reason: "caller_left" });
  });

  it("are offered within two seconds although an operator has an offer that was forgotten", async () => {
    const [first, second] = (await arrive(2)) as [Arrival, Arrival];
    await enter([first, second]);
    await rows(`insert into offers (id, call_id, person_id, account, channel_id)
      select gen_random_uuid(), '${first.callId}', person_id, '301', 'forgotten' from operators order by idle_since, person_id
      limit 1`);
    const rung: string[] = [];
    const targets = {
      nodeId,
      ring: (offer: Offer) => rung.push(offer.callId),
      pop: () => undefined,
      mayAct: () => true,
    };
    const dispatcher = new Dispatcher(db.pool, targets, silentLogger);
    try {
      dispatcher.nudge(true);
      for (let n = 0; n < 40 && rung.length < 2; n++) await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      dispatcher.stop();
    }
    expect(rung.sort()).to.deep.equal([first.callId, second.callId].sort());
    expect(await rows("select state from offers where channel_id = 'forgotten'")).to.deep.equal([
      { state: "withdrawn" },
    ]);
  });

  it("end with their own outcomes: wrap-up after a talk, a cancelled case without one, nothing for another copy's", async () => {
    const [talked, rang, waited, foreign] = (await arrive(4)) as [Arrival, Arrival, Arrival, Arrival];
    await enter([talked, rang]);
    const offers = await offerAll();
    await enter([waited]);
    await answerOffers(
      db.pool,
      offers.filter((offer) => offer.callId === talked.callId).map((offer) => ({ ...offer, epoch })),
    );
    const ended = await endCalls(db.pool, [
      { callId: waited.callId, epoch, outcome: "abandoned_queue" },
      { callId: foreign.callId, epoch: 8, outcome: "answered" },
      { callId: talked.callId, epoch, outcome: "answered" },
      { callId: rang.callId, epoch, outcome: "abandoned_queue" },
    ]);
    expect(ended).to.deep.equal([true, false, true, true]);
    const calls = await rows(`select c.channel_id, c.outcome, s.status, s.cancel_reason from calls c
      join cases s on s.opened_by_call_id = c.id order by c.channel_id`);
    expect(calls.map(({ outcome, status }) => [outcome, status])).to.deep.equal([
      ["answered", "draft"],
      ["abandoned_queue", "cancelled"],
      ["abandoned_queue", "cancelled"],
      [null, "draft"],
    ]);
    expect((await rows("select state from offers order by state")).map(({ state }) => state)).to.deep.equal([
      "answered",
      "caller_left",
    ]);
    const operators = await rows("select system from operators order by system");
    expect(operators.map(({ system }) => system)).to.deep.equal(["idle", "idle", "wrap_up"]);
    expect(
      await endCalls(db.pool, [{ callId: talked.callId, epoch, outcome: "answered" }]),
      "ended once",
    ).to.deep.equal([false]);
  });
});
