import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AsteriskConnection } from "../src/asterisk/connection.ts";
import type { AsteriskEvent } from "../src/asterisk/event.ts";
import { createLeg, dialLeg, hangUpLeg } from "../src/asterisk/leg.ts";
import { playOnLeg } from "../src/asterisk/playback.ts";
import { promptMedia } from "../src/ivr/prompts.ts";
import { silentLogger } from "../src/log.ts";
import { sharedAsterisk } from "./support/asterisk.ts";

const leg = "ivr-prompts-test";

/** Where the prompts lie is agreed between three: set-up, Asterisk's configuration and `promptMedia`. */
describe("ivr: prompts on a real Asterisk", () => {
  const events = new EventEmitter();
  let connection: AsteriskConnection;
  let catalogueDir: string;

  before(async () => {
    catalogueDir = await mkdtemp(join(tmpdir(), "055055-catalogue-"));
    const address = await sharedAsterisk();
    const connected = once(events, "connected");
    connection = new AsteriskConnection({
      address,
      application: "055055-ivr-prompts",
      mayAct: () => true,
      onEvent: (event: AsteriskEvent) => {
        if (event.type === "PlaybackFinished") events.emit(event.playbackId, event);
        if (event.type === "StasisStart") events.emit("started");
        if (event.type === "ChannelStateChange" && event.leg.state === "Up") events.emit("up");
      },
      onConnected: async () => void setImmediate(() => events.emit("connected")),
      onDisconnected: () => undefined,
      onReplaced: () => undefined,
      log: silentLogger,
      catalogueDir,
    });
    connection.start();
    await connected;
    const started = once(events, "started");
    await createLeg(connection, { endpoint: "Local/s@parachute/n", channelId: leg });
    await started;
    const up = once(events, "up");
    await dialLeg(connection, leg, 5);
    await up;
  });
  after(async () => {
    await hangUpLeg(connection, leg);
    await connection.close();
    await rm(catalogueDir, { recursive: true, force: true });
  });

  let plays = 0;
  async function failed(media: string[], language: string): Promise<boolean> {
    const playbackId = `${leg}-${++plays}`;
    const finished = once(events, playbackId);
    await playOnLeg(connection, leg, playbackId, media, language);
    const [event] = await finished;
    return event.failed; // what became of the last of the media
  }

  it("are found in their own language, whatever the language of the call", async () => {
    expect(await failed(promptMedia("position-after", "it"), "it")).to.equal(false);
    expect(await failed(promptMedia("position-after@en", "it"), "it")).to.equal(false);
    expect(await failed([...promptMedia("wait-after@it", "en"), ...promptMedia("wait-after@en", "en")], "en")).to.equal(
      false,
    );
  });

  it("of two, one that is missing is left out and the other is heard (FAULTS F21)", async () => {
    expect(await failed(promptMedia("never-made", "it"), "it")).to.equal(true);
    expect(await failed([...promptMedia("never-made", "it"), ...promptMedia("wait-after", "it")], "it")).to.equal(
      false,
    );
  });

  it("numbers are said in Italian and in English", async () => {
    for (const language of ["it", "en"]) expect(await failed(["number:21"], language)).to.equal(false);
  });
});
