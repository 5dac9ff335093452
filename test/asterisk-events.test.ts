import { expect } from "chai";
import fc from "fast-check";
import { decodeEvent, decodeFrame, idsOf } from "../src/asterisk/event.ts";
import { allowedEvents } from "../src/asterisk/event-filter.ts";
import { bridgeIdOf, legIdOf, parseBridgeId, parseLegId } from "../src/asterisk/wire-names.ts";
import { channelJson } from "./support/fake-asterisk.ts";

describe("Asterisk's events", () => {
  it("are parsed once into our words", () => {
    const channel = { ...channelJson("leg-1", { C055_CALL: { value: "c" } }), protocol_id: "sip-call-id", state: "Up" };
    const head = { application: "055055-a", asterisk_id: "02:00", timestamp: "t" };
    const decode = (frame: object) => decodeEvent(JSON.stringify({ ...head, ...frame }));
    expect(decode({ type: "ChannelDestroyed", channel, cause: 17, tech_cause: 486 })).to.deep.include({
      type: "ChannelDestroyed",
      cause: 17,
      techCause: 486,
      application: "055055-a",
      asteriskId: "02:00",
      at: "t",
    });
    const destroyed = decode({ type: "ChannelDestroyed", channel, cause: 17 });
    expect(destroyed).to.have.nested.property("leg.protocolId", "sip-call-id");
    expect(destroyed).to.have.nested.property("leg.dialplan.extension", "055055");
    expect(destroyed).to.have.nested.property("leg.variables.C055_CALL", "c");
    const contact = { aor: "201", uri: "sip:201@1", contact_status: "Removed" };
    const endpoint = { technology: "PJSIP", resource: "201" };
    const removed = decode({ type: "ContactStatusChange", endpoint, contact_info: contact });
    expect(removed).to.include({ endpoint: "PJSIP/201", aor: "201", status: "Removed" });
    expect(idsOf(removed)).to.deep.equal(["PJSIP/201"]);
    const transfer = decode({
      type: "ChannelTransfer",
      refer_to: { requested_destination: { destination: "202" } },
      referred_by: { source_channel: channel },
    });
    expect(transfer).to.include({ type: "ChannelTransfer", legId: "leg-1", referTo: "202" });
    const played = decode({
      type: "PlaybackFinished",
      playback: { id: "p", state: "failed", target_uri: "channel:x" },
    });
    expect(played).to.include({ playbackId: "p", failed: true });
  });

  it("never throw, whatever comes", () => {
    const types = fc.constantFrom(...allowedEvents, "Other");
    const frames = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ type: types, channel: fc.jsonValue(), args: fc.jsonValue(), endpoint: fc.jsonValue() }).map(toText),
      fc.record({ type: types, playback: fc.jsonValue(), status_code: fc.jsonValue() }).map(toText),
      fc.record({ type: types, refer_to: fc.jsonValue(), referred_by: fc.jsonValue() }).map(toText),
    );
    fc.assert(fc.property(frames, (frame) => typeof decodeFrame(frame).type === "string"));
  });

  it("that are unknown keep only their name", () => {
    const frame = { type: "Strange".repeat(40), channel: channelJson("x"), body: "digest" };
    const unknown = decodeEvent(JSON.stringify(frame));
    expect(unknown).to.deep.equal({ type: "unknown", name: frame.type.slice(0, 64) });
  });

  it("carry our ids, which lead back to our rows", () => {
    const callId = "0190b5a0-7d1e-7c3a-9f00-1a2b3c4d5e6f";
    expect(parseBridgeId(bridgeIdOf("talk", callId, 3))).to.deep.equal({ kind: "talk", callId, round: 3 });
    expect(parseBridgeId("someone-else")).to.equal(null);
    expect(parseLegId(legIdOf(callId))).to.equal(callId);
    expect(parseLegId("1700000000.12")).to.equal(null);
  });
});

function toText(value: unknown): string {
  return JSON.stringify(value);
}
