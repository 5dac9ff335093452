import { expect } from "chai";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { decodeEvent, type EventOf } from "../src/asterisk/event.ts";
import { CallerLeft, CallerSignal, EventWaits } from "../src/asterisk/waits.ts";
import { channelJson } from "./support/fake-asterisk.ts";
import { rejection } from "./support/recorded-link.ts";

const event = (type: string, legId: string, more = {}) =>
  decodeEvent(JSON.stringify({ type, channel: channelJson(legId), ...more }));
const isDestroyed = (seen: { type: string }): seen is EventOf<"ChannelDestroyed"> => seen.type === "ChannelDestroyed";

describe("waits for Asterisk's events", () => {
  let clock: SinonFakeTimers;
  let waits: EventWaits;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    waits = new EventWaits();
  });
  afterEach(() => {
    expect(waits.activeWaits).to.equal(0);
    expect(clock.countTimers()).to.equal(0);
    clock.restore();
  });

  it("end when it happened, by id and kind", async () => {
    const wait = waits.next("a", isDestroyed, 1_000);
    waits.deliver(event("ChannelDestroyed", "b", { cause: 16 }));
    waits.deliver(event("ChannelStateChange", "a"));
    expect(waits.activeWaits).to.equal(1);
    waits.deliver(event("ChannelDestroyed", "a", { cause: 17 }));
    waits.deliver(event("ChannelDestroyed", "a", { cause: 18 }));
    expect(await wait).to.include({ type: "ChannelDestroyed", cause: 17 });
  });

  it("end when time is up", async () => {
    const wait = waits.next("a", isDestroyed, 1_000);
    clock.tick(999);
    expect(waits.activeWaits).to.equal(1);
    clock.tick(1);
    expect(await wait).to.equal("timeout");
  });

  it("end when the caller leaves, all of them, once", async () => {
    const caller = new CallerSignal();
    const left = ["a", "b"].map((id) => rejection(waits.next(id, isDestroyed, 1_000, caller)));
    const other = waits.next("c", isDestroyed, 1_000, new CallerSignal());
    caller.leave();
    caller.leave();
    for (const error of await Promise.all(left)) expect(error).to.be.instanceOf(CallerLeft);
    expect(waits.activeWaits).to.equal(1);
    waits.deliver(event("ChannelDestroyed", "c", { cause: 16 }));
    expect(await other).not.to.equal("timeout");
  });

  it("do not begin for a caller who has left", async () => {
    const caller = new CallerSignal();
    caller.leave();
    expect(await rejection(waits.next("a", isDestroyed, 1_000, caller))).to.be.instanceOf(CallerLeft);
  });

  it("listen before the command, so that its event can not be missed", async () => {
    const command = async () => waits.deliver(event("ChannelDestroyed", "a", { cause: 16 }));
    expect(await waits.after(command, "a", isDestroyed, 1_000)).to.include({ cause: 16 });
  });

  it("are over when their command fails, or the caller leaves during it", async () => {
    const failing = waits.after(() => Promise.reject(new Error("refused")), "a", isDestroyed, 1_000);
    expect((await rejection(failing)).message).to.equal("refused");
    const caller = new CallerSignal();
    const leaving = waits.after(async () => caller.leave(), "a", isDestroyed, 1_000, caller);
    expect(await rejection(leaving)).to.be.instanceOf(CallerLeft);
  });
});
