import { expect } from "chai";
import { Centre } from "./support/centre.ts";

describe("a citizen's call that is answered", () => {
  let centre: Centre;
  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 60 });
  });
  after(async () => centre.close());

  it("rings an operator with the pop, joins the two, and leaves a draft for wrap-up", async () => {
    const anna = await centre.operator("201", { tone: 1_000 });
    const citizen = await centre.citizen(600);
    const call = await citizen.dial("055055", "0550001111", "Mario <Rossi>");
    const ringing = await anna.rings();
    await anna.feed.until("the pop", (feed) => feed.frames.some((frame) => frame.event === "offer"));
    anna.phone.answer(ringing);
    await call.until("answered");
    await centre.rows("select state from calls", (rows) => rows[0]?.state === "talking");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(call.rtp.heard(1_000), "citizen hears the operator").greaterThan(0.5);
    expect(ringing.rtp.heard(600), "operator hears the citizen").greaterThan(0.5);
    anna.phone.hangUp(ringing);
    await call.until("ended");
    const [row] = await centre.rows<Record<string, unknown>>(
      "select c.outcome, c.caller_e164, c.caller_name, s.status, s.owner_id from calls c join cases s on s.opened_by_call_id = c.id",
      (rows) => rows[0]?.outcome === "answered",
    );
    expect(row).to.include({ caller_e164: "+390550001111", status: "draft", owner_id: anna.personId });
    expect(row?.caller_name).to.equal("Mario <Rossi>");
    expect(await anna.state()).to.equal("wrap_up");
    expect(await centre.exceptions()).to.deep.equal([]);
    expect(await centre.ari("channels")).to.deep.equal([]);
  });
});
