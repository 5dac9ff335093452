import { expect } from "chai";
import { Centre } from "./support/centre.ts";

describe("a call that is offered", () => {
  let centre: Centre;
  beforeEach(async () => {
    centre = await Centre.start({ wrapUpSeconds: 0, ringSeconds: 5 });
  });
  afterEach(async () => {
    expect(await centre.exceptions()).to.deep.equal([]);
    await centre.close();
  });

  it("refused by one, answered by the next, at the caller's old place", async () => {
    const [anna, bruno] = [await centre.operator("201"), await centre.operator("202")];
    const call = await centre.call("0550003001");
    anna.phone.refuse(await anna.rings(), 603);
    const second = await bruno.rings();
    bruno.phone.answer(second);
    await centre.rows("select state from calls", (rows) => rows[0]?.state === "talking");
    expect(await anna.state()).to.equal("not_answering");
    expect(await bruno.state()).to.equal("on_call");
    const offers = await centre.rows<{ state: string }>(
      "select state from offers order by created_at",
      (r) => r.length === 2,
    );
    expect(offers.map((offer) => offer.state)).to.deep.equal(["refused", "answered"]);
    expect(anna.feed.events("offer_ended").map((frame) => (frame.data as { reason: string }).reason)).to.deep.equal([
      "refused",
    ]);
    const missed = async (client: typeof anna.client) =>
      ((await client.call("GET", "/me/missed-calls")).body.items as unknown as Record<string, string>[]).map(
        ({ caller, reason, becameOf }) => ({ caller, reason, becameOf }),
      );
    expect(await missed(anna.client), "told to the one who missed it").to.deep.equal([
      { caller: "+390550003001", reason: "refused", becameOf: "answered" },
    ]);
    expect(await missed(bruno.client)).to.deep.equal([]);
    call.phone.hangUp(call);
    await second.until("ended");
    await centre.rows("select outcome from calls", (rows) => rows[0]?.outcome === "answered");
    expect(await bruno.state()).to.equal("available");
  });

  it("not answered, busy or gone: back at the head, the operator is set aside", async () => {
    const anna = await centre.operator("201");
    const first = await centre.call("0550003011");
    await centre.rows("select from calls where queued_at is not null", (rows) => rows.length === 1);
    const later = await centre.call("0550003012");
    await anna.rings();
    await centre.rows("select state from offers", (rows) => rows[0]?.state === "no_answer", 12_000);
    expect(await anna.state()).to.equal("not_answering");
    await anna.available();
    const again = await anna.rings(2);
    anna.phone.refuse(again, 486);
    await centre.rows("select from offers where state = 'busy'", (rows) => rows.length === 1);
    await anna.available();
    const third = await anna.rings(3);
    anna.phone.answer(third);
    const [talking] = await centre.rows<{ caller_e164: string }>(
      "select caller_e164 from calls where state = 'talking'",
      (rows) => rows.length === 1,
    );
    expect(talking?.caller_e164, "the first caller was never overtaken").to.equal("+390550003011");
    for (const call of [first, later]) call.phone.hangUp(call);
    await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0);
  });

  it("a phone that is not there says nothing against its operator, who is passed over until it is", async () => {
    const anna = await centre.operator("201");
    await anna.phone.register(0);
    const call = await centre.call("0550003025");
    // As between two looks at the phones, e.g. when Asterisk was started anew and has asked none of them yet.
    const old = setInterval(() => void centre.pool.query("update seat_contacts set online = true"), 50);
    await centre.rows("select from offers where state = 'withdrawn'", (rows) => rows.length > 0);
    clearInterval(old);
    await centre.rows("select from seat_contacts where online", (rows) => rows.length === 0);
    expect(await anna.state()).to.equal("available");
    await anna.phone.register(60);
    const ring = await anna.rings();
    anna.phone.answer(ring);
    await centre.rows("select from calls where state = 'talking'", (rows) => rows.length === 1);
    call.phone.hangUp(call);
    await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0);
  });

  it("the caller leaves at the moment of the answer: one clear end, nobody left behind", async () => {
    const anna = await centre.operator("201");
    for (const [n, delayMs] of [-10, 0, 2, 5, 10, 20].entries()) {
      const call = await centre.call(`055000302${n}`);
      const ringing = await anna.rings(n + 1, 8_000);
      const leave = () => call.phone.hangUp(call);
      if (delayMs < 0) leave();
      anna.phone.answer(ringing);
      if (delayMs >= 0) setTimeout(leave, delayMs);
      await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0);
      await centre.rows("select system from operators", (rows) => rows[0]?.system === "idle");
      if (!ringing.ended) await ringing.until("ended");
    }
    const rows = await centre.rows<{ outcome: string; status: string }>(
      "select c.outcome, s.status from calls c join cases s on s.opened_by_call_id = c.id",
      (found) => found.length === 6,
    );
    for (const { outcome, status } of rows) {
      expect(status, outcome).to.equal(outcome === "answered" ? "draft" : "cancelled");
    }
    expect(await centre.ari("channels")).to.deep.equal([]);
  });

  it("the operator's phone vanishes in the talk: the citizen waits at the head and gets the next one", async () => {
    const anna = await centre.operator("201");
    const call = await centre.call("0550003031");
    const talk = await anna.rings();
    anna.phone.answer(talk);
    await centre.rows("select state from calls", (rows) => rows[0]?.state === "talking");
    anna.phone.vanish();
    await centre.rows("select state from calls", (rows) => rows[0]?.state === "waiting", 15_000);
    expect(call.ended, "the citizen is still on the line").to.equal(null);
    const bruno = await centre.operator("202", { tone: 800 });
    const second = await bruno.rings();
    bruno.phone.answer(second);
    await centre.rows("select state from calls", (rows) => rows[0]?.state === "talking");
    // An operator who is gone before the two are joined would send the citizen back to the queue.
    await new Promise((resolve) => setTimeout(resolve, 300));
    bruno.phone.hangUp(second);
    await call.until("ended");
  });

  it("ten callers, two operators: in order, never two phones for one or two calls for a phone", async () => {
    const operators = [await centre.operator("201"), await centre.operator("202")];
    const calls = [];
    for (let n = 0; n < 10; n++) {
      calls.push(await centre.call(`055000304${n}`));
      await centre.rows("select from calls", (rows) => rows.length === n + 1);
    }
    for (const operator of operators) {
      void (async () => {
        for (let n = 1; n <= 9; n++) {
          const ringing = await operator.rings(n, 30_000).catch(() => null);
          if (!ringing) return;
          operator.phone.answer(ringing);
          setTimeout(() => operator.phone.hangUp(ringing), 150);
        }
      })();
    }
    await Promise.all(calls.map((call) => call.until("ended", 40_000)));
    await centre.rows("select from calls where outcome = 'answered'", (rows) => rows.length === 10);
    const order = await centre.rows<{ caller_e164: string }>(
      "select c.caller_e164 from offers f join calls c on c.id = f.call_id order by f.created_at, f.id",
      (rows) => rows.length === 10,
    );
    expect(order.map((row) => row.caller_e164)).to.deep.equal(calls.map((_, n) => `+39055000304${n}`));
  });
});
