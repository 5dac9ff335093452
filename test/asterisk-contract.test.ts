import { expect } from "chai";
import { getApplication, subscribe } from "../src/asterisk/application.ts";
import { AriError, isGone } from "../src/asterisk/ari-error.ts";
import { getGlobal, setGlobal } from "../src/asterisk/asterisk-variables.ts";
import { createBridge, destroyBridge, getBridge, listBridges, moveLegs } from "../src/asterisk/bridge.ts";
import type { AsteriskAddress } from "../src/asterisk/connection.ts";
import { answerLeg, claimCall, createLeg, dialLeg, getLeg, hangUpLeg, listLegs } from "../src/asterisk/leg.ts";
import { playOnLeg, stopPlayback } from "../src/asterisk/playback.ts";
import { bridgeIdOf, legIdOf } from "../src/asterisk/wire-names.ts";
import { type AsteriskServer, ownAsterisk } from "./support/asterisk.ts";
import { channelJson, FakeAsterisk } from "./support/fake-asterisk.ts";
import { RecordedLink, rejection } from "./support/recorded-link.ts";
import { TcpGate } from "./support/tcp-gate.ts";

type World = { address: AsteriskAddress; end: () => Promise<void>; fake: FakeAsterisk | null };

async function fakeWorld(): Promise<World> {
  const fake = await FakeAsterisk.start();
  return { address: fake.address, end: () => fake.close(), fake };
}

/** Of its own: the calls made here would stand in the call records that other tests count. */
let server: AsteriskServer | null = null;

async function realWorld(): Promise<World> {
  server ??= await ownAsterisk();
  const { url, user, password } = server;
  return { address: { url, user, password }, end: async () => {}, fake: null };
}

after(() => server?.stop());

let names = 0;
const unused = (word: string) => `${word}-${process.pid}-${++names}`;

for (const [name, world] of Object.entries({ fake: fakeWorld, real: realWorld })) {
  describe(`Asterisk contract, ${name}`, () => {
    let here: World;
    let gate: TcpGate;
    const links: RecordedLink[] = [];
    const link = (application?: string) => {
      const address = { ...here.address, url: gate.url };
      const made = new RecordedLink(application === undefined ? { address } : { address, application });
      links.push(made);
      return made;
    };

    beforeEach(async () => {
      here = await world();
      gate = await TcpGate.to(here.address.url);
    });

    afterEach(async () => {
      for (const { connection } of links.splice(0)) await connection.close();
      await gate.close();
      await here.end();
    });

    it("knows who is there and hands over a repaired connection", async () => {
      const { connection, repairs, log } = await link().open();
      expect(connection.asteriskId).to.match(/^..(:..)+$/);
      expect(connection.asteriskStartedAt).to.match(/^\d{4}-/);
      expect(repairs).to.deep.equal([false]);
      expect(log).to.contain("connected to Asterisk");
      expect(await getApplication(connection)).to.include({ name: connection.application });
    });

    it("tells each refusal by its HTTP status", async () => {
      const { connection } = await link().open();
      const bridge = unused("bridge");
      const gone = await rejection(answerLeg(connection, unused("nobody")));
      expect(gone).to.be.instanceOf(AriError).and.include({ status: 404, operation: "channels.answer" });
      expect(isGone(gone)).to.equal(true);
      await createBridge(connection, bridge);
      const twice = await rejection(createBridge(connection, bridge));
      expect(twice).to.include({ status: 409, operation: "bridges.createWithId" });
      expect(isGone(twice)).to.equal(false);
      await destroyBridge(connection, bridge);
    });

    it("treats what is gone already as done", async () => {
      const { connection } = await link().open();
      await hangUpLeg(connection, unused("nobody"));
      await destroyBridge(connection, unused("no-bridge"));
      if (here.fake) here.fake.answer("DELETE playbacks/", { status: 404, body: { message: "Playback not found" } });
      await stopPlayback(connection, unused("no-playback"));
      expect(await getLeg(connection, unused("nobody"))).to.equal(null);
      expect(await getBridge(connection, unused("no-bridge"))).to.equal(null);
      if (here.fake) here.fake.answer("POST events/claim", { status: 404 });
      expect(await claimCall(connection, unused("nobody"))).to.equal(false);
    });

    it("keeps our ids and reported variables on a leg, from list to last event", async () => {
      const opened = await link().open();
      const { connection, application } = opened;
      const id = legIdOf(unused("offer"));
      const variables = { C055_CALL: "call-7 è €", OTHER: "silent" };
      await createLeg(connection, { endpoint: "Local/s@parachute", channelId: id, variables });
      here.fake?.legEvent(application, "StasisStart", id, { args: [] });
      const start = await opened.event((event) => event.type === "StasisStart" && event.leg.id === id);
      expect(start).to.have.nested.property("leg.variables.C055_CALL", "call-7 è €");
      expect(start).not.to.have.nested.property("leg.variables.OTHER");
      expect((await listLegs(connection)).map((leg) => leg.id)).to.include(id);
      await hangUpLeg(connection, id, { reason: "answered_elsewhere" });
      here.fake?.legEvent(application, "ChannelDestroyed", id, { cause: 26 });
      await opened.event((event) => event.type === "ChannelDestroyed" && event.leg.id === id);
      expect(await getLeg(connection, id)).to.equal(null);
    });

    it("moves legs into a bridge and takes the bridge away after them", async () => {
      const opened = await link().open();
      const { connection, application } = opened;
      const [id, bridge] = [legIdOf(unused("offer")), bridgeIdOf("talk", unused("call"))];
      await createLeg(connection, { endpoint: "Local/s@parachute", channelId: id });
      here.fake?.legEvent(application, "StasisStart", id, { args: [] });
      await opened.event((event) => event.type === "StasisStart" && event.leg.id === id);
      const made = createBridge(connection, bridge, "mixing,dtmf_events");
      const moved = moveLegs(connection, bridge, [id]);
      await Promise.all([made, moved]);
      expect((await listBridges(connection)).map((found) => found.id)).to.include(bridge);
      if (!here.fake) expect((await getBridge(connection, bridge))?.legIds).to.deep.equal([id]);
      await hangUpLeg(connection, id);
      await Promise.all([destroyBridge(connection, bridge), destroyBridge(connection, bridge)]);
      expect(await getBridge(connection, bridge)).to.equal(null);
    });

    it("takes a broadcast call once, and hears the end of a playback on it", async () => {
      const opened = await link().open();
      const { connection, application } = opened;
      const [id, playback] = [legIdOf(unused("offer")), unused("play")];
      const caller = `${id};2`;
      await createLeg(connection, { endpoint: "Local/055055@from-trunk", channelId: id });
      here.fake?.legEvent(application, "StasisStart", id, { args: [] });
      await opened.event((event) => event.type === "StasisStart" && event.leg.id === id);
      await dialLeg(connection, id, 5);
      here.fake?.legEvent(application, "CallBroadcast", caller, { called: "055055" });
      const offered = await opened.event((event) => event.type === "CallBroadcast" && event.leg.id === caller);
      if (!here.fake) expect(offered).to.include({ called: "055055" });
      here.fake?.answer("POST events/claim", () => {
        here.fake?.answer("POST events/claim", { status: 409 });
        return { status: 204 };
      });
      expect(await Promise.all([claimCall(connection, caller), claimCall(connection, caller)])).to.have.members([
        true,
        false,
      ]);
      here.fake?.legEvent(application, "StasisStart", caller, { args: ["in", "055055", ""] });
      const arrived = await opened.event((event) => event.type === "StasisStart" && event.leg.id === caller);
      expect(arrived.type === "StasisStart" && arrived.args.slice(0, 2)).to.deep.equal(["in", "055055"]);
      here.fake?.legs.set(caller, channelJson(caller));
      await answerLeg(connection, caller);
      await playOnLeg(connection, caller, playback, ["sound:beep", "sound:beep"], "it");
      await stopPlayback(connection, playback);
      here.fake?.send(application, { type: "PlaybackFinished", playback: { id: playback, state: "done" } });
      await opened.event((event) => event.type === "PlaybackFinished" && event.playbackId === playback);
      await hangUpLeg(connection, caller);
      await hangUpLeg(connection, id);
    });

    it("refuses a command too large for Asterisk before sending it, and lives on", async () => {
      const { connection, repairs } = await link().open();
      const value = "x".repeat(70_000);
      const refused = await rejection(setGlobal(connection, "C055_TEST", value));
      expect(refused).to.include({ status: 413, operation: "asterisk.setGlobalVar" });
      await setGlobal(connection, "C055_TEST", "è 1");
      expect(await getGlobal(connection, "C055_TEST")).to.equal("è 1");
      expect(repairs.length).to.equal(1);
    });

    it("sends nothing without a fresh lease, but what is always allowed", async () => {
      const opened = await link().open();
      opened.mayAct = false;
      const refused = await rejection(setGlobal(opened.connection, "C055_TEST", "no"));
      expect(refused).to.include({ status: 0, reason: "lease" });
      await setGlobal(opened.connection, "C055_TEST", "yes", { always: true });
      opened.mayAct = true;
      expect(await getGlobal(opened.connection, "C055_TEST")).to.equal("yes");
    });

    it("stops for good when another takes its name", async () => {
      const first = await link().open();
      const second = await link(first.application).open();
      await first.until(() => first.replacements === 1);
      const refused = await rejection(setGlobal(first.connection, "C055_TEST", "no", { always: true }));
      expect(refused).to.include({ status: 0, reason: "replaced" });
      await setGlobal(second.connection, "C055_TEST", "second");
      expect(first.connection.connected).to.equal(false);
      expect(first.repairs.length + second.repairs.length).to.equal(2);
    });

    it("repairs after every loss of connection, without being told of a new start", async () => {
      const opened = await link().open();
      gate.cut();
      await opened.until(() => opened.disconnects === 1);
      await opened.until(() => opened.repairs.length === 2);
      gate.cut();
      await opened.until(() => opened.repairs.length === 3);
      expect(opened.repairs).to.deep.equal([false, false, false]);
      await setGlobal(opened.connection, "C055_TEST", "back");
    });

    it("rejects commands under way when the connection breaks, and those after it at once", async () => {
      const opened = await link().open();
      gate.freeze();
      const lost = rejection(setGlobal(opened.connection, "C055_TEST", "1"));
      gate.cut(true);
      expect(await lost).to.include({ status: 0, reason: "connection lost" });
      expect(await rejection(setGlobal(opened.connection, "C055_TEST", "1"))).to.include({ reason: "not connected" });
    });

    it("answers five hundred commands at once, each with its own answer", async () => {
      const { connection } = await link().open();
      await Promise.all(Array.from({ length: 500 }, (_, i) => setGlobal(connection, `C055_T${i}`, String(i))));
      const values = await Promise.all(Array.from({ length: 500 }, (_, i) => getGlobal(connection, `C055_T${i}`)));
      expect(values).to.deep.equal(Array.from({ length: 500 }, (_, i) => String(i)));
    });

    it("subscribes to a phone", async () => {
      const { connection } = await link().open();
      await subscribe(connection, "endpoint:PJSIP/trunk");
      if (!here.fake) expect((await getApplication(connection))?.endpoints).to.deep.equal(["PJSIP/trunk"]);
    });
  });
}
