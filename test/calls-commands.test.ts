import { expect } from "chai";
import { Centre } from "./support/centre.ts";

describe("the page drives the real call", () => {
  let centre: Centre;
  beforeEach(async () => {
    // The desk is on one copy, the call may be on the other.
    centre = await Centre.start({ copies: 2, wrapUpSeconds: 60 });
  });
  afterEach(async () => {
    expect(await centre.exceptions()).to.deep.equal([]);
    await centre.close();
  });

  it("hold, unhold, mute, unmute, hang up", async () => {
    const anna = await centre.operator("201", { tone: 1_000 });
    const citizen = await centre.citizen(600);
    const call = await citizen.dial("055055", "0550007001");
    const phone = await anna.rings();
    anna.phone.answer(phone);
    const [row] = await centre.rows<{ id: string }>(
      "select id from calls where state = 'talking'",
      (r) => r.length === 1,
    );
    const command = async (kind: string) => (await anna.client.call("POST", `/calls/${row?.id}/${kind}`)).status;
    const pause = async () => {
      for (const { rtp } of [call, phone]) rtp.forgetHeard();
      await new Promise((resolve) => setTimeout(resolve, 1_300));
    };

    expect(await command("hold")).to.equal(200);
    await pause();
    expect(call.rtp.heard(1_000), "music, not the operator").lessThan(0.3);
    expect(call.rtp.loudness()).greaterThan(0.000001);
    expect(phone.rtp.heard(600), "the operator hears nothing").lessThan(0.3);
    expect(await command("unhold")).to.equal(200);
    await pause();
    expect(call.rtp.heard(1_000)).greaterThan(0.5);
    expect(phone.rtp.heard(600)).greaterThan(0.5);
    expect(await command("mute")).to.equal(200);
    await pause();
    expect(call.rtp.heard(1_000), "muted").lessThan(0.3);
    expect(phone.rtp.heard(600), "but hears").greaterThan(0.5);
    expect(await command("unmute")).to.equal(200);
    await anna.feed.until("news of the unmute", (feed) => {
      const { held, muted, state } = (feed.events("call").at(-1)?.data ?? {}) as Record<string, unknown>;
      return held === false && muted === false && state === "talking";
    });
    expect(await command("hangup")).to.equal(200);
    await call.until("ended");
    await phone.until("ended");
    await centre.rows("select from calls where outcome = 'answered'", (rows) => rows.length === 1);
    expect(await anna.state()).to.equal("wrap_up");
    expect(await command("hold"), "the call is over").to.equal(409);
  });

  it("refuses another operator's commands; refuses an offer by hanging up", async () => {
    const anna = await centre.operator("201");
    const bruno = await centre.operator("202", { available: false });
    const call = await centre.call("0550007002");
    const phone = await anna.rings();
    const [row] = await centre.rows<{ id: string }>("select id from calls", (r) => r.length === 1);
    expect((await bruno.client.call("POST", `/calls/${row?.id}/hangup`)).status).to.equal(409);
    expect((await anna.client.call("POST", `/calls/${row?.id}/hangup`)).status).to.equal(200);
    await phone.until("ended");
    await centre.rows("select from offers where state = 'refused'", (rows) => rows.length === 1);
    expect(await anna.state()).to.equal("not_answering");
    call.phone.hangUp(call);
    await centre.rows("select from calls where state = 'ended'", (rows) => rows.length === 1);
  });

  it("a seat that answers by itself: the page rings, the leg is made at the click", async () => {
    const anna = await centre.operator("201", { tone: 1_000, available: false });
    await centre.pool.query("update seats set auto_answer = true");
    await anna.available();
    const citizen = await centre.citizen(600);
    const call = await citizen.dial("055055", "0550007003");
    await anna.feed.until("the pop", (feed) => feed.events("offer").length === 1);
    const offer = anna.feed.events("offer")[0]?.data as { callId: string; autoAnswer: boolean };
    expect(offer.autoAnswer).to.equal(true);
    expect(anna.phone.invited, "no phone rings before the click").to.have.length(0);
    expect((await anna.client.call("POST", `/calls/${offer.callId}/answer`)).status).to.equal(200);
    const phone = await anna.rings();
    expect(phone.invite?.headers.get("call-info")?.[0]).to.contain("answer-after=0");
    expect(phone.invite?.headers.get("x-055055-call")?.[0]).to.equal(offer.callId);
    anna.phone.answer(phone);
    await centre.rows("select from calls where state = 'talking'", (rows) => rows.length === 1);
    citizen.hangUp(call);
    await phone.until("ended");
  });
});
