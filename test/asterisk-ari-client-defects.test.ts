import { inspect } from "node:util";
import { expect } from "chai";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import type { AriError } from "../src/asterisk/ari-error.ts";
import { setGlobal } from "../src/asterisk/asterisk-variables.ts";
import { createBridge } from "../src/asterisk/bridge.ts";
import { answerLeg, listLegs } from "../src/asterisk/leg.ts";
import { LiveCall } from "../src/calls/live-call.ts";
import { LiveCalls } from "../src/calls/live-calls.ts";
import { FakeAsterisk } from "./support/fake-asterisk.ts";
import { RecordedLink, rejection } from "./support/recorded-link.ts";
import { TcpGate } from "./support/tcp-gate.ts";

/** The twelve defects of ari-client 2.2.0's transport that were reproduced; each is gone. */
describe("defects of ari-client's transport", () => {
  let fake: FakeAsterisk;
  const links: RecordedLink[] = [];
  const uncaught: unknown[] = [];
  const noteUncaught = (error: unknown) => uncaught.push(error);
  const link = (address = fake.address) => {
    const made = new RecordedLink({ address });
    links.push(made);
    return made;
  };

  beforeEach(async () => {
    fake = await FakeAsterisk.start();
    uncaught.length = 0;
    process.on("uncaughtExceptionMonitor", noteUncaught);
    process.on("unhandledRejection", noteUncaught);
  });

  afterEach(async () => {
    for (const { connection } of links.splice(0)) await connection.close();
    await fake.close();
    process.off("uncaughtExceptionMonitor", noteUncaught);
    process.off("unhandledRejection", noteUncaught);
    expect(uncaught).to.deep.equal([]);
  });

  describe("1: a command whose answer never comes settles", () => {
    const command = (opened: RecordedLink, timeoutMs?: number) =>
      rejection(answerLeg(opened.connection, "x", timeoutMs ? { timeoutMs } : {})) as Promise<AriError>;

    it("when Asterisk hangs", async () => {
      const opened = await link().open();
      fake.answer("POST channels/x/answer", "never");
      expect(await command(opened, 50)).to.include({ status: 0, reason: "timeout", operation: "channels.answer" });
    });

    it("within five seconds if not told otherwise", async () => {
      const opened = await link().open();
      fake.answer("POST channels/x/answer", "never");
      const clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      try {
        const settled = command(opened);
        clock.tick(5_000);
        expect(await settled).to.include({ status: 0, reason: "timeout" });
      } finally {
        clock.restore();
      }
    });

    it("when Asterisk resets the connection", async () => {
      const opened = await link().open();
      fake.answer("POST channels/x/answer", () => {
        fake.reset();
        return "never";
      });
      expect(await command(opened)).to.include({ status: 0, reason: "connection lost" });
    });

    it("when Asterisk is down", async () => {
      const opened = await link().open();
      fake.handshake = "reset";
      fake.reset();
      await opened.until(() => opened.disconnects === 1);
      expect(await command(opened)).to.include({ status: 0, reason: "not connected" });
    });

    it("when half an answer comes", async () => {
      const opened = await link().open();
      fake.answer("POST channels/x/answer", ({ application, requestId }) => {
        fake.send(application, `{"type":"RESTResponse","request_id":"${requestId}","status_code":20`);
        return "never";
      });
      expect(await command(opened, 50)).to.include({ status: 0, reason: "timeout" });
      await setGlobal(opened.connection, "C055_TEST", "still here");
    });
  });

  describe("2: a refused connect is logged and tried again", () => {
    for (const [status, html] of [
      [401, "<html>Unauthorized</html>"],
      [404, "<html>Not Found</html>"],
      [503, "Asterisk not booted"],
    ] as const) {
      it(`HTTP ${status}`, async () => {
        fake.handshake = { status, html };
        const refused = link();
        refused.connection.start();
        await refused.until(() => refused.log.includes(`"status":${status}`));
        fake.handshake = "accept";
        await refused.open();
        expect(refused.repairs).to.deep.equal([false]);
      });
    }
  });

  describe("3: a connect that leads nowhere is given up and tried again", () => {
    it("TCP reset", async () => {
      fake.handshake = "reset";
      const refused = link();
      refused.connection.start();
      await refused.until(() => fake.handshakes.length === 3);
      fake.handshake = "accept";
      await refused.open();
    });

    it("a handshake that hangs", async () => {
      fake.handshake = "hang";
      const hanging = link();
      hanging.connection.start();
      await hanging.until(() => hanging.log.includes("Opening handshake has timed out"));
      fake.handshake = "accept";
      await hanging.open();
    });

    for (const description of ["html", "half"] as const) {
      it(`a description of operations that is ${description}`, async () => {
        fake.version = `never-read-${description}`;
        fake.description = description;
        const confused = link();
        confused.connection.start();
        await confused.until(() => confused.log.includes("compare and repair failed"));
        expect(await rejection(answerLeg(confused.connection, "x"))).to.include({ status: 0 });
        fake.description = "good";
        await confused.open();
      });
    }
  });

  it("4: an answer that is no JSON settles its command", async () => {
    const opened = await link().open();
    fake.answer("POST channels/x/answer", { status: 200, bodyText: "<html>OK</html>" });
    await answerLeg(opened.connection, "x");
    fake.answer("POST channels/x/answer", { status: 500, reason: "Internal", bodyText: "<html>Oops</html>" });
    const failed = await rejection(answerLeg(opened.connection, "x"));
    expect(failed).to.include({ status: 500, reason: "Internal" });
  });

  it("5: unknown events and frames that are no JSON are logged, and the next event comes", async () => {
    const opened = await link().open();
    const { application } = opened;
    fake.send(application, { type: "NeverHeardOf", channel: { id: "1", caller: { number: "+390551234567" } } });
    for (const frame of ["<html>", "{", "[]", "null", '"text"', "{}", '{"type":7}', '{"type":"StasisStart"}']) {
      fake.send(application, frame);
    }
    fake.send(application, `{"type":"TextMessageReceived","message":"${"x".repeat(1_000_000)}"}`);
    fake.legEvent(application, "StasisEnd", "x");
    await opened.event((event) => event.type === "StasisEnd");
    expect(opened.events.length).to.equal(11);
    expect(opened.events.filter((event) => event.type === "unknown").length).to.equal(10);
    expect(opened.log).to.contain("NeverHeardOf").and.not.to.contain("1234567");
    expect(opened.disconnects).to.equal(0);
  });

  describe("with the clock in the test's hand", () => {
    let clock: SinonFakeTimers;
    /** Lets sockets work until a retry stands in the timers. */
    const untilRetryPlanned = async () => {
      while (clock.countTimers() === 0) await new Promise((resolve) => setImmediate(resolve));
    };

    beforeEach(() => {
      clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    });
    afterEach(() => clock.restore());

    it("6: reconnecting never gives up", async () => {
      fake.handshake = "reset";
      const refused = link();
      refused.connection.start();
      const waits: number[] = [];
      for (let attempt = 1; attempt <= 60; attempt++) {
        await untilRetryPlanned();
        expect(fake.handshakes.length).to.equal(attempt);
        const before = clock.now;
        clock.next();
        waits.push(clock.now - before);
      }
      expect(waits.slice(0, 6)).to.deep.equal([100, 200, 400, 800, 1600, 2000]);
      expect(waits.slice(6).every((wait) => wait === 2000)).to.equal(true);
      // The sixty-first attempt is on its way.
      fake.handshake = "accept";
      await refused.until(() => refused.connection.connected);
    });

    it("8: close() while waiting to reconnect is the end, and no drop is swallowed", async () => {
      fake.handshake = "reset";
      const refused = link();
      refused.connection.start();
      await untilRetryPlanned();
      await refused.connection.close();
      expect(clock.countTimers()).to.equal(0);
      clock.tick(60_000);
      expect(fake.handshakes.length).to.equal(1);
    });
  });

  it("7: a half-open peer is noticed within two and a half seconds", async () => {
    const gate = await TcpGate.to(fake.address.url);
    const opened = await link({ ...fake.address, url: gate.url }).open();
    const startedAt = performance.now();
    gate.freeze();
    const lost = rejection(answerLeg(opened.connection, "x"));
    await opened.until(() => opened.disconnects === 1);
    expect(performance.now() - startedAt).to.be.within(1_000, 2_700);
    expect(await lost).to.include({ status: 0, reason: "connection lost" });
    gate.thaw();
    gate.cut();
    await opened.until(() => opened.repairs.length === 2);
    await opened.connection.close();
    await gate.close();
  });

  it("9: two connections in one process keep their own credentials", async () => {
    const other = await FakeAsterisk.start();
    const b = new RecordedLink({ address: { ...other.address, user: "node-b", password: "pw-b" } });
    await Promise.all([link().open(), b.open()]);
    fake.reset();
    other.reset();
    await Promise.all([b.until(() => b.repairs.length === 2), links[0]?.until(() => links[0]?.repairs.length === 2)]);
    const decoded = (from: FakeAsterisk) =>
      from.handshakes.map(({ authorization }) => Buffer.from(authorization.replace("Basic ", ""), "base64").toString());
    expect(decoded(fake)).to.deep.equal(Array(2).fill(`${fake.user}:${fake.password}`));
    expect(decoded(other)).to.deep.equal(Array(2).fill("node-b:pw-b"));
    await b.connection.close();
    await other.close();
  });

  it("10: the HTTP status is in the error", async () => {
    const opened = await link().open();
    for (const status of [400, 404, 409, 412, 422, 500]) {
      fake.answer("POST bridges/x", { status, body: { message: "Said by Asterisk" } });
      const error = await rejection(createBridge(opened.connection, "x"));
      expect(error).to.include({ status, reason: "Said by Asterisk", operation: "bridges.createWithId" });
    }
  });

  it("11: three thousand ended calls leave no listener", async () => {
    const opened = await link().open();
    const live = new LiveCalls();
    const ends = Array.from({ length: 3_000 }, (_, i) => {
      const call = new LiveCall({ id: `call-${i}`, channelId: `leg-${i}` } as LiveCall["row"], opened.connection);
      live.add(call);
      return call.next(60_000).then(
        () => "something else",
        () => live.remove(call),
      );
    });
    expect(live.entries).to.equal(6_000);
    for (let i = 0; i < 3_000; i++) fake.legEvent(opened.application, "ChannelDestroyed", `leg-${i}`, { cause: 16 });
    await opened.until(() => opened.events.length === 3_000);
    for (const event of opened.events) if ("leg" in event) live.ofLeg(event.leg.id)?.callerLeft();
    expect((await Promise.all(ends)).every((end) => end === undefined)).to.equal(true);
    expect(live.entries).to.equal(0);
  });

  it("12: every reconnect compares and repairs first; no password is in an address, log or error", async () => {
    const repaired = link();
    const seen: string[] = [];
    repaired.repair = async (connection) => {
      fake.legEvent(repaired.application, "StasisStart", "meanwhile", { args: ["in"] });
      await listLegs(connection);
      seen.push(`repaired with ${repaired.events.length} events`);
    };
    await repaired.open();
    await repaired.until(() => repaired.events.length === 1);
    fake.restarted();
    await repaired.until(() => repaired.events.length === 2);
    expect(seen).to.deep.equal(["repaired with 0 events", "repaired with 1 events"]);
    expect(repaired.repairs).to.deep.equal([false, true]);
    fake.answer("POST channels/x/answer", { status: 401, body: { message: "no" } });
    const error = await rejection(answerLeg(repaired.connection, "x"));
    const written = [repaired.log, inspect(error, { depth: 9 }), inspect(repaired.connection, { depth: 9 })].join();
    const said = written + JSON.stringify([error, repaired.connection, fake.handshakes.map(({ url }) => url)]);
    expect(said).not.to.contain(fake.password).and.not.to.contain("api_key");
    expect(said).not.to.contain(Buffer.from(`${fake.user}:${fake.password}`).toString("base64"));
  });
});
