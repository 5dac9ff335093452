import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type AsteriskServer, sharedAsterisk } from "./support/asterisk.ts";
import { loudness, type Phone, startPhone, toneShare } from "./support/baresip.ts";
import { pushPhone } from "./support/push-phone.ts";
import { citizenCalls } from "./support/sipp.ts";

type Row = string[];

describe("dialplan: the trunk and the parachute", () => {
  let asterisk: AsteriskServer;
  const phones: Phone[] = [];

  before(async () => {
    asterisk = await sharedAsterisk();
  });

  beforeEach(async () => {
    await rm(join(asterisk.cdrDir, "calls.csv"), { force: true });
    await rm(join(asterisk.cdrDir, "parachute.csv"), { force: true });
  });

  afterEach(async () => {
    for (const phone of phones.splice(0)) await phone.stop();
  });

  for (const number of ["0550000", "0550", "0550551", "0%2C9%2Cevil", "9".repeat(300), "s", "h", "parachute"]) {
    it(`answers 404 to ${number.slice(0, 20)} and leaves no record`, async () => {
      const result = await citizenCalls({ server: asterisk.sip, number });
      expect(result.refusals).to.deep.equal(["404 Not Found"]);
      expect(await rows("calls.csv")).to.deep.equal([]);
    });
  }

  it("answers 401 to whoever does not call from the trunk's address", async () => {
    const result = await citizenCalls({ server: asterisk.sip, address: "127.0.0.8" });
    expect(result.refusals).to.deep.equal(["401 Unauthorized"]);
    expect(await rows("calls.csv")).to.deep.equal([]);
  });

  it("catches a call that no copy claims, and tells it by its own records, whatever the Call-ID holds", async () => {
    const result = await citizenCalls({ server: asterisk.sip, callId: "%u:we,ird)(%p@%s", talkMs: 300 });
    expect(result).to.deep.equal({ code: 0, refusals: [] });
    const calls = await rowsWith("calls.csv", "ended");
    expect(calls.map(([event]) => event)).to.deep.equal(["arrived", "ended"]);
    const [, entity, channel, time, called, callId, outcome] = calls[1]!;
    expect(entity).to.match(/^02(:[0-9a-f]{2}){5}$/);
    expect(channel).to.equal(calls[0]![2]);
    expect(Math.abs(Number(time) - Date.now() / 1000)).to.be.below(5);
    expect(called).to.equal("055055");
    expect(Buffer.from(callId!, "base64").toString()).to.match(/^1:we,ird\)\(\d+@127\.0\.0\.9$/);
    expect(outcome).to.equal("parachute");
    const parachute = await rowsWith("parachute.csv", "ended");
    expect(parachute.map((row) => [row[0], row[2], row[6], row[7]])).to.deep.equal([
      ["parachute", channel, "+393331234567", ""],
      ["ended", channel, "", ""],
    ]);
  });

  it("writes no number into calls.csv and none of a caller whose number is no number", async () => {
    await citizenCalls({ server: asterisk.sip, from: "mario.rossi", talkMs: 300 });
    const parachute = await rowsWith("parachute.csv", "ended");
    expect(parachute[0]![6]).to.equal("");
    await citizenCalls({ server: asterisk.sip, from: "+390551234567", talkMs: 300 });
    expect(await readFile(join(asterisk.cdrDir, "calls.csv"), "utf8")).not.to.contain("0551234567");
  });

  it("apologises, then connects the citizen with a seat's phone, both hear each other", async () => {
    await pushPhone(asterisk, "201", "phone-password");
    const seat = await startPhone({ server: asterisk.sip, user: "201", password: "phone-password", toneHz: 700 });
    phones.push(seat);
    await seat.said(/200 OK/);
    const citizen = await startPhone({
      server: asterisk.sip,
      user: "+393331112223",
      address: "127.0.0.9",
      dial: `sip:055055@${asterisk.sip}`,
      toneHz: 1100,
    });
    phones.push(citizen);
    const answered = await rowsWith("parachute.csv", "answered", 30_000);
    expect(answered.find(([event]) => event === "answered")?.[7]).to.equal("201");
    await seat.said(/established|Call answered/i);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // time in which the tones are heard, measured below
    const citizenHeard = await citizen.stop();
    const seatHeard = await seat.stop();
    const ended = await rowsWith("parachute.csv", "ended");
    expect(ended.find(([event]) => event === "ended")?.slice(7)).to.deep.equal(["201", "COMPLETED"]);

    const apology = citizenHeard.subarray(8000, 4 * 8000);
    expect(loudness(apology)).to.be.above(0.02);
    expect(toneShare(apology, 700)).to.be.below(0.3);
    expect(toneShare(citizenHeard.subarray(-8000), 700)).to.be.above(0.8);
    expect(toneShare(seatHeard.subarray(-8000), 1100)).to.be.above(0.8);
  });

  async function rows(file: string): Promise<Row[]> {
    const text = await readFile(join(asterisk.cdrDir, file), "utf8").catch(() => "");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(","));
  }

  /** Reads until a row of that event is there. */
  async function rowsWith(file: string, event: string, limitMs = 5_000): Promise<Row[]> {
    for (const limit = Date.now() + limitMs; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const found = await rows(file);
      if (found.some((row) => row[0] === event)) return found;
      if (Date.now() > limit) throw new Error(`No row "${event}" in ${file} after ${limitMs} ms.`);
    }
  }
});
