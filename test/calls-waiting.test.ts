import { expect } from "chai";
import { Centre } from "./support/centre.ts";
import type { PhoneCall } from "./support/sip-phone.ts";

describe("a caller who waits", () => {
  let centre: Centre;
  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 0, ringSeconds: 6 });
  });
  after(async () => {
    expect(await centre.exceptions()).to.deep.equal([]);
    await centre.close();
  });

  it("hears music, the announcement is cut the instant an operator answers, and never talks over it", async () => {
    const anna = await centre.operator("201", { tone: 1_000, available: false });
    await anna.client.call("PUT", "/me/state", { state: "pause", reason: "break" });
    const citizen = await centre.citizen(600);
    const call = await citizen.dial("055055", "0550005001");
    await centre.rows("select state from calls", (rows) => rows[0]?.state === "waiting");
    const enteredAt = performance.now();
    await hearsMusic(call, 3_500);
    // The first announcement begins four seconds after the entry and lasts about eight.
    await new Promise((resolve) => setTimeout(resolve, enteredAt + 5_500 - performance.now()));
    await anna.available();
    const phone = await anna.rings();
    anna.phone.answer(phone);
    await centre.rows("select state from calls", (rows) => rows[0]?.state === "talking");
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(call.rtp.heard(1_000), "only the operator").greaterThan(0.9);
    expect(phone.rtp.heard(600)).greaterThan(0.9);
    citizen.hangUp(call);
    await phone.until("ended");
  });

  it("hears music while a phone rings, also the first caller of a free operator", async () => {
    const [anna] = centre.operators;
    const call = await centre.call("0550005002");
    await anna?.rings(2);
    await hearsMusic(call, 4_500);
    call.phone.hangUp(call);
    await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0);
  });
});

/** The piece has soft moments: once within the time is enough, silence has none. */
async function hearsMusic(call: PhoneCall, withinMs: number): Promise<void> {
  const limit = performance.now() + withinMs;
  while (call.rtp.loudness() < 0.000005 && performance.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(call.rtp.loudness(), "music").greaterThan(0.000005);
}
