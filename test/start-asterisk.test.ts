import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { startAsterisk } from "../src/start/asterisk-server.ts";
import { anyTcpPort, isTcpPortFree, isUdpPortFree, rtpPorts, sipPort } from "../src/start/machine/free-ports.ts";
import { type AsteriskServer, asteriskRoot, ownAsterisk } from "./support/asterisk.ts";
import { startPhone } from "./support/baresip.ts";
import { pushPhone, removePhone } from "./support/push-phone.ts";

const checkout = fileURLToPath(new URL("../", import.meta.url));

describe("start: an Asterisk of one's own", () => {
  let asterisk: AsteriskServer;

  before(async () => {
    asterisk = await ownAsterisk({ servedNumbers: ["055055", "+39055055"], logLevel: "verbose" });
  });

  after(() => asterisk.stop());

  it("reads dialplan/ without an error or a missing file", async () => {
    const words = await readFile(join(asterisk.logDir, "console.log"), "utf8");
    const messages = await readFile(join(asterisk.logDir, "messages.log"), "utf8");
    expect(`${words}\n${messages}`.split("\n").filter((line) => /ERROR|Unable to|could not/i.test(line))).to.deep.equal(
      [],
    );
    expect(messages).to.contain("modules will be loaded");
  });

  it("runs the modules that calls need and none of those that open a door", async () => {
    const modules = await asterisk.console("module show");
    for (const wanted of [
      "app_stasis_broadcast",
      "app_queue",
      "chan_pjsip",
      "res_pjsip_transport_websocket",
      "res_srtp",
    ]) {
      expect(modules).to.contain(`${wanted}.so`);
    }
    const shut =
      /(app_system|res_agi|func_shell|app_mixmonitor|app_chanspy|endpoint_identifier_anonymous|app_voicemail)/;
    expect(modules).not.to.match(shut);
  });

  it("serves each of its numbers and nothing else", async () => {
    const plan = await asterisk.console("dialplan show from-trunk");
    expect([...plan.matchAll(/^ {2}'([^']+)' =>/gm)].map((match) => match[1]).sort()).to.deep.equal([
      "+39055055",
      "055055",
    ]);
  });

  it("listens on loopback only", async () => {
    const settings = `${await asterisk.console("pjsip show transports")}\n${await asterisk.console("http show status")}`;
    expect([...settings.matchAll(/(\d+\.\d+\.\d+\.\d+):\d+/g)].map((match) => match[1])).to.satisfy(
      (addresses: string[]) => addresses.length >= 3 && addresses.every((address) => address === "127.0.0.1"),
    );
  });

  it("keeps its entity id and its phones over a crash; a password that changed no longer signs in", async () => {
    const entity = async () => /Entity ID:\s+(\S+)/.exec(await asterisk.console("core show settings"))?.[1];
    const before = await entity();
    await pushPhone(asterisk, "201", "first");
    expect(await registers("201", "first")).to.equal(true);
    await pushPhone(asterisk, "201", "second");
    expect(await registers("201", "first")).to.equal(false);
    await asterisk.kill();
    await asterisk.restart();
    expect(await entity())
      .to.match(/^02:/)
      .and.equal(before);
    expect(await registers("201", "second")).to.equal(true);
    await removePhone(asterisk, "201");
    expect(await registers("201", "second")).to.equal(false);
  });

  it("leaves no process, port or mount when it is stopped, and none that is missing at kill", async () => {
    const runDir = await mkdtemp(join(tmpdir(), "055055-asterisk-"));
    const ports = { sip: await sipPort(await anyTcpPort()), http: await anyTcpPort(), ...rtpPorts() };
    const options = {
      runDir,
      dialplanDir: join(checkout, "dialplan"),
      cacheRoot: asteriskRoot(),
      ports,
      soundsDir: join(runDir, "sounds"),
      ari: { user: "test", password: "only-here" },
    };
    for (const end of ["stop", "kill"] as const) {
      const server = await startAsterisk(options);
      expect(await isTcpPortFree(ports.http)).to.equal(false);
      const { pid } = server;
      await server[end]();
      expect(await readdir(`/proc/${pid}`).catch(() => "gone")).to.equal("gone");
      expect(await isTcpPortFree(ports.http)).to.equal(true);
      expect((await isUdpPortFree(ports.sip)) && (await isTcpPortFree(ports.sip))).to.equal(true);
      expect(await readFile("/proc/self/mountinfo", "utf8")).not.to.contain("055055");
    }
    await rm(runDir, { recursive: true, force: true });
  });

  it("says why when it can not start: its port is taken", async () => {
    const runDir = await mkdtemp(join(tmpdir(), "055055-asterisk-"));
    const ports = { sip: await sipPort(await anyTcpPort()), http: Number(new URL(asterisk.url).port), ...rtpPorts() };
    const failed = await startAsterisk({
      runDir,
      dialplanDir: join(checkout, "dialplan"),
      cacheRoot: asteriskRoot(),
      ports,
      soundsDir: join(runDir, "sounds"),
      ari: { user: "test", password: "only-here" },
    }).catch((error: Error) => error.message);
    expect(failed).to.match(/^Asterisk did not start: another one already uses port \d+ of 127\.0\.0\.1\.$/);
    await rm(runDir, { recursive: true, force: true });
  });

  async function registers(user: string, password: string): Promise<boolean> {
    const phone = await startPhone({ server: asterisk.sip, user, password, toneHz: 700 });
    try {
      await phone.said(/ (200 OK|40[13] \w+)/);
      return await phone.said(/200 OK/, 1_000).then(
        () => true,
        () => false,
      );
    } finally {
      await phone.stop();
    }
  }
});
