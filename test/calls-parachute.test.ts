import { expect } from "chai";
import { Centre } from "./support/centre.ts";

describe("calls while no copy runs", () => {
  let centre: Centre;
  before(async () => {
    centre = await Centre.start({ copies: 1, wrapUpSeconds: 0 });
  });
  after(async () => centre.close());

  it("answered by a seat: a draft to complete; not answered: cancelled; waiting callers keep their place", async () => {
    const anna = await centre.operator("201", { tone: 1_000, available: false });
    await anna.client.call("PUT", "/me/state", { state: "pause", reason: "break" });
    const patient = await centre.call("0550008000");
    await centre.rows("select from calls where state = 'waiting'", (rows) => rows.length === 1);
    const [copy] = centre.copies;
    copy?.process.kill("SIGKILL");
    await copy?.ended;
    const citizen = await centre.citizen(600);
    const answered = await citizen.dial("055055", "0550008001");
    const phone = await anna.rings(1, 25_000);
    const impatient = await centre.call("0550008002");
    await impatient.until("answered", 10_000);
    anna.phone.answer(phone);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(answered.rtp.heard(1_000), "they talk without us").greaterThan(0.5);
    impatient.phone.hangUp(impatient);
    anna.phone.hangUp(phone);
    await answered.until("ended");
    expect(patient.ended, "music went on").to.equal(null);

    await centre.startCopy();
    const rows = await centre.rows<Record<string, unknown>>(
      `select c.caller_e164, c.outcome, s.status, s.cancel_reason, s.owner_id
      from calls c join cases s on s.opened_by_call_id = c.id where c.parachute and c.state = 'ended' order by 1`,
      (found) => found.length === 2,
      20_000,
    );
    expect(rows[0]).to.include({
      caller_e164: "+390550008001",
      outcome: "parachute_answered",
      status: "draft",
      owner_id: anna.personId,
    });
    expect(rows[1]).to.include({ outcome: "parachute_unanswered", status: "cancelled" });
    await centre.rows(
      "select from calls c join nodes n on n.id = c.node_id and n.state = 'alive' where c.state = 'waiting'",
      (r) => r.length === 1,
      6_000,
    );
    expect(patient.ended).to.equal(null);
    patient.phone.hangUp(patient);
    await centre.rows("select from calls where state <> 'ended'", (found) => found.length === 0);
    expect(await centre.exceptions()).to.deep.equal([]);
  });

  it("an unknown number is refused with 404 and leaves no row", async () => {
    const before = (await centre.pool.query("select count(*) from calls")).rows[0].count;
    const citizen = await centre.citizen();
    const call = await citizen.dial("0559999999", "0550008003");
    await call.until("ended");
    expect(call.status).to.equal(404);
    expect((await centre.pool.query("select count(*) from calls")).rows[0].count).to.equal(before);
  });

  it("odd callers are answered: no number, a name of 300 signs, SQL, HTML, emoji", async () => {
    const names = ["A".repeat(300), "'; drop table calls; --", "<img src=x onerror=alert(1)>", "Zoë 🚒 <b>", ""];
    for (const [n, name] of names.entries()) {
      const citizen = await centre.citizen();
      const call = await citizen.dial("055055", n === 4 ? "anonymous" : `055000810${n}`, name.replaceAll('"', ""));
      await call.until("answered");
      citizen.hangUp(call);
    }
    const rows = await centre.rows<{ caller_name: string | null; caller_e164: string | null }>(
      "select caller_name, caller_e164 from calls where not parachute order by started_at desc limit 5",
      (found) => found.length === 5,
    );
    await centre.rows("select from calls where state <> 'ended'", (found) => found.length === 0);
    expect(rows.some((row) => row.caller_e164 === null)).to.equal(true);
    expect(Math.max(...rows.map((row) => [...(row.caller_name ?? "")].length))).to.be.within(78, 80);
    expect(await centre.exceptions()).to.deep.equal([]);
  });
});
