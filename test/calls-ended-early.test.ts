import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Centre } from "./support/centre.ts";

type Ended = { outcome: string; status: string; cancel_reason: string | null; owner_id: string | null; state: string };

const endOf = `select c.state, c.outcome, s.status, s.cancel_reason, s.owner_id
  from calls c join cases s on s.opened_by_call_id = c.id where c.caller_e164 = $1`;

describe("calls that nobody talks to", () => {
  let centre: Centre;
  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 0, flow: menuFlow });
  });
  after(async () => centre.close());

  const ended = async (number: string): Promise<Ended> => {
    const [row] = await centre.rows<Ended>(endOf, (rows) => rows[0]?.state === "ended", 15_000, [number]);
    if (!row) throw new Error("no row");
    return row;
  };

  it("abandoned in the flow: the case is cancelled by the system", async () => {
    const citizen = await centre.citizen();
    const call = await citizen.dial("055055", "0550002001");
    await call.until("answered");
    await new Promise((resolve) => setTimeout(resolve, 300));
    citizen.hangUp(call);
    expect(await ended("+390550002001")).to.include({
      outcome: "abandoned_ivr",
      status: "cancelled",
      cancel_reason: "abandoned",
    });
  });

  it("hung up before we answer: still one contact and one case", async () => {
    const citizen = await centre.citizen();
    const call = await citizen.dial("055055", "0550002002");
    call.once("provisional", () => citizen.hangUp(call));
    await call.until("ended");
    // Cancelled so early that it may not have reached the dialplan: then it was no call. One that no copy had yet is
    // made a case by Asterisk's own records.
    const mark = Buffer.from(call.callId).toString("base64");
    const arrived = () => (readRecords().includes(mark) ? 1 : 0);
    const readRecords = () => readFileSync(join(centre.asterisk.cdrDir, "calls.csv"), { encoding: "utf8", flag: "a+" });
    const isTold = (rows: Ended[]) => rows.length === arrived() && rows.every(({ state }) => state === "ended");
    await centre.rows<Ended>("select state from calls where sip_call_id = $1", isTold, 20_000, [call.callId]);
    expect(await centre.exceptions()).to.deep.equal([]);
  });

  it("nobody signed in: an apology, and overflow as outcome", async () => {
    const citizen = await centre.citizen();
    const call = await citizen.dial("055055", "0550002003");
    await call.until("answered");
    await new Promise((resolve) => setTimeout(resolve, 400));
    call.rtp.press("1");
    await call.until("ended", 30_000);
    expect(call.ended).to.include({ by: "them" });
    expect(await ended("+390550002003")).to.include({ outcome: "overflow", status: "cancelled" });
  });

  it("abandoned in the queue", async () => {
    const anna = await centre.operator("211", { available: false });
    await anna.client.call("PUT", "/me/state", { state: "pause", reason: "break" });
    const citizen = await centre.citizen();
    const call = await citizen.dial("055055", "0550002004");
    await call.until("answered");
    call.rtp.press("1");
    await centre.rows("select state from calls where caller_e164 = $1", (r) => r[0]?.state === "waiting", 10_000, [
      "+390550002004",
    ]);
    citizen.hangUp(call);
    expect(await ended("+390550002004")).to.include({
      outcome: "abandoned_queue",
      status: "cancelled",
      cancel_reason: "abandoned",
    });
    expect(anna.phone.invited).to.have.length(0);
  });

  it("garbage keys: three wrong choices, then the queue; the right key in the prompt counts at once", async () => {
    const citizen = await centre.citizen();
    const call = await citizen.dial("055055", "0550002005");
    await call.until("answered");
    for (const key of "##*97") call.rtp.press(key);
    await centre.rows("select state from calls where caller_e164 = $1", (r) => r[0]?.state === "waiting", 30_000, [
      "+390550002005",
    ]);
    citizen.hangUp(call);
    expect((await ended("+390550002005")).outcome).to.equal("abandoned_queue");
  });

  it("leaves nothing behind in Asterisk, and no call without its case", async () => {
    await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0);
    expect(await centre.exceptions()).to.deep.equal([]);
    expect(await centre.ari("channels")).to.deep.equal([]);
    const bridges = await centre.ari<{ bridge_type: string }[]>("bridges");
    expect(bridges.filter((bridge) => bridge.bridge_type !== "holding")).to.deep.equal([]);
  });
});

const menuFlow = {
  start: "menu",
  nodes: {
    menu: {
      type: "menu",
      prompts: ["welcome", "menu-main"],
      choices: [{ key: "1", label: { it: "Informazioni", en: "Information" }, target: "operators" }],
      timeoutSeconds: 2,
      tries: 3,
      timeout: "operators",
    },
    operators: { type: "queue", queue: "principale" },
  },
};
