import { expect } from "chai";
import { Centre, type Copy, type TestOperator } from "./support/centre.ts";
import type { PhoneCall } from "./support/sip-phone.ts";

const recoverMs = 3_000;

describe("two copies of the program", () => {
  let centre: Centre;
  beforeEach(async () => {
    centre = await Centre.start({ copies: 2, wrapUpSeconds: 0, ringSeconds: 20 });
  });
  afterEach(async () => {
    expect(await centre.exceptions()).to.deep.equal([]);
    await centre.close();
  });

  const ownerOf = async (from: string): Promise<Copy> => {
    const sql = "select n.name from calls c join nodes n on n.id = c.node_id where c.caller_e164 = $1";
    const [row] = await centre.rows<{ name: string }>(sql, (rows) => rows.length === 1, 5_000, [`+39${from}`]);
    const copy = centre.copies.find((one) => one.node === row?.name);
    if (!copy) throw new Error("no owner");
    return copy;
  };
  const untilState = (from: string, state: string, limitMs = 10_000) =>
    centre.rows("select state from calls where caller_e164 = $1", (rows) => rows[0]?.state === state, limitMs, [
      `+39${from}`,
    ]);

  it("share the calls", async () => {
    await centre.operator("201", { available: false });
    await centre.pool.query(
      "update operators set chosen = 'pause', pause_reason = (select min(code) from pause_reasons)",
    );
    const calls = [];
    for (let n = 0; n < 12; n++) calls.push(await centre.call(`05500041${String(n).padStart(2, "0")}`));
    const rows = await centre.rows<{ node_id: string }>(
      "select node_id from calls where state = 'waiting'",
      (r) => r.length === 12,
    );
    expect(new Set(rows.map((row) => row.node_id)).size).to.equal(2);
    for (const call of calls) call.phone.hangUp(call);
    await centre.rows("select from calls where state <> 'ended'", (found) => found.length === 0);
  });

  it("one is killed: talking and waiting callers stay, the other goes on with them within three seconds", async () => {
    const anna = await centre.operator("201", { tone: 1_000 });
    const talk = await centre.citizen(600);
    const talking = await talk.dial("055055", "0550004201");
    const phone = await anna.rings();
    anna.phone.answer(phone);
    await untilState("0550004201", "talking");
    const victim = await ownerOf("0550004201");
    const survivor = centre.copies.find((copy) => copy !== victim) as Copy;
    const waiting: { from: string; call: PhoneCall & { phone: { hangUp(call: PhoneCall): void } } }[] = [];
    for (let n = 0; n < 6; n++) {
      const from = `055000421${n}`;
      waiting.push({ from, call: await centre.call(from) });
      await untilState(from, "waiting");
    }
    const bruno = await onCopy(survivor, "202");
    victim.process.kill("SIGKILL");
    const killedAt = performance.now();
    const left = "select from calls c join nodes n on n.id = c.node_id where c.state <> 'ended' and n.name = $1";
    await centre.rows(left, (rows) => rows.length === 0, recoverMs, [victim.node]);
    await bruno.available();
    const next = await bruno.rings(1, recoverMs);
    expect(performance.now() - killedAt, "recovered").lessThan(recoverMs + 500);
    bruno.phone.answer(next);
    await untilState(waiting[0]?.from ?? "", "talking");
    expect(talking.ended, "the talk was not cut").to.equal(null);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(talking.rtp.heard(1_000)).greaterThan(0.5);
    expect(phone.rtp.heard(600)).greaterThan(0.5);
    // Her page may hang on the surviving copy: she would be free, and take one of the calls that are counted below.
    await centre.pool.query("update operators set chosen = 'offline' where person_id = $1", [anna.personId]);
    // The heir hears the hang-up of a call it did not begin.
    anna.phone.hangUp(phone);
    await talking.until("ended");
    await untilState("0550004201", "ended");
    bruno.phone.hangUp(next);
    const order = [];
    for (let n = 2; n <= 6; n++) {
      const call = await bruno.rings(n);
      bruno.phone.answer(call);
      const [row] = await centre.rows<{ caller_e164: string }>(
        "select caller_e164 from calls where state = 'talking'",
        (r) => r.length === 1,
      );
      order.push(row?.caller_e164);
      bruno.phone.hangUp(call);
      await call.until("ended").catch(() => undefined);
      await centre.rows("select from calls where state = 'talking'", (rows) => rows.length === 0);
    }
    expect(order, "places kept").to.deep.equal(waiting.slice(1).map(({ from }) => `+39${from}`));
    expect(await centre.ari("channels")).to.deep.equal([]);
  });

  it("one is killed while a phone rings: the phone is answered and the two talk", async () => {
    const anna = await centre.operator("201", { tone: 1_000 });
    const citizen = await centre.citizen(600);
    const call = await citizen.dial("055055", "0550004301");
    const phone = await anna.rings();
    (await ownerOf("0550004301")).process.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 300));
    anna.phone.answer(phone);
    await untilState("0550004301", "talking", recoverMs + 1_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(call.rtp.heard(1_000)).greaterThan(0.5);
    expect(anna.phone.invited).to.have.length(1);
    citizen.hangUp(call);
    await phone.until("ended");
    await untilState("0550004301", "ended");
  });

  it("a frozen copy that wakes does not act on its old lease", async () => {
    const anna = await centre.operator("201");
    const call = await centre.call("0550004401");
    const phone = await anna.rings();
    anna.phone.answer(phone);
    await untilState("0550004401", "talking");
    const frozen = await ownerOf("0550004401");
    frozen.process.kill("SIGSTOP");
    const left = "select from calls c join nodes n on n.id = c.node_id where c.state <> 'ended' and n.name = $1";
    await centre.rows(left, (rows) => rows.length === 0, recoverMs, [frozen.node]);
    frozen.process.kill("SIGCONT");
    expect(await frozen.ended, "it ends itself").to.equal(75);
    expect(call.ended).to.equal(null);
    expect(phone.ended).to.equal(null);
    anna.phone.hangUp(phone);
    await call.until("ended");
    await untilState("0550004401", "ended");
  });

  it("a copy that leaves hands its waiting callers over at once", async () => {
    await centre.operator("201");
    await centre.operators[0]?.client.call("PUT", "/me/state", { state: "pause", reason: await aPause() });
    const call = await centre.call("0550004501");
    await untilState("0550004501", "waiting");
    const leaving = await ownerOf("0550004501");
    const copy = centre.copies.find((one) => one !== leaving) as Copy;
    leaving.process.kill("SIGTERM");
    const bruno = await onCopy(copy, "202");
    await bruno.available();
    const phone = await bruno.rings(1, 5_000);
    bruno.phone.answer(phone);
    await untilState("0550004501", "talking");
    call.phone.hangUp(call);
    await untilState("0550004501", "ended");
    expect(await leaving.ended).to.equal(0);
  });

  const onCopy = (copy: Copy, seat: string): Promise<TestOperator> => centre.operator(seat, { available: false, copy });
  const aPause = async (): Promise<string> =>
    (await centre.pool.query("select code from pause_reasons order by 1 limit 1")).rows[0].code;
});
