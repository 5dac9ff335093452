import { expect } from "chai";
import { attemptOf } from "../src/calls/outbound/end-outbound-call.ts";
import { dialsPerHour } from "../src/switchboard/toll-fraud.ts";
import { type CaseActions, type CaseWorld, caseActions, caseWorld } from "./support/cases.ts";
import { Centre, type TestOperator } from "./support/centre.ts";
import { type PhoneCall, SipPhone } from "./support/sip-phone.ts";
import { hearEachOther, nothingLeft } from "./support/transfer-scene.ts";
import { testClient, testPerson } from "./support/web.ts";

const [operatorTone, citizenTone] = [1_000, 600];

describe("an operator calls by a click", () => {
  let centre: Centre;
  let anna: TestOperator;
  let world: CaseWorld;
  let actions: CaseActions;
  /** Whatever is dialled over the trunk rings here. */
  let citizen: SipPhone;

  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 60 });
    anna = await centre.operator("201", { tone: operatorTone });
    world = await caseWorld(centre.pool);
    actions = caseActions(world);
    const port = Number(centre.asterisk.sip.split(":")[1]);
    citizen = await new SipPhone({ server: centre.asterisk.sip, address: "127.0.0.9", port, tone: citizenTone }).open();
    centre.citizens.push(citizen);
  });
  beforeEach(async () => {
    await anna.client.call("POST", "/me/wrap-up/end");
    await anna.available();
  });
  afterEach(async () => nothingLeft(centre));
  after(async () => centre.close());

  /** A case that waits for its contact back, claimed by the operator; its citizen's number. */
  const contactBack = async (): Promise<{ caseId: string; number: string }> => {
    const { id } = await actions.answered();
    await actions.move(world.office, id, { to: "resolved_l2", attribute: "to_communicate" });
    const { rows } = await centre.pool.query(
      `select t.id, z.value from case_tasks t join cases s on s.id = t.case_id
      join citizen_contacts z on z.citizen_id = s.citizen_id where s.id = $1`,
      [id],
    );
    const claimed = await anna.client.call("POST", `/cases/${id}/tasks/${rows[0].id}/claim`);
    expect(claimed.status).to.equal(200);
    return { caseId: id, number: rows[0].value };
  };

  const dial = (body: unknown, key: string = crypto.randomUUID(), operator = anna) =>
    operator.client.call("POST", "/calls", body, { "idempotency-key": key });

  const callOf = async (callId: string) => {
    const { rows } = await centre
      .rows<{ state: string }>(
        `select c.state, c.direction, c.outcome, c.called_number as number, d.result from calls c
      join outbound_calls d on d.call_id = c.id where c.id = $1`,
        (found) => found[0]?.state === "ended",
        20_000,
        [callId],
      )
      .then((found) => ({ rows: found }));
    return rows[0];
  };
  const attemptsOf = async (caseId: string) =>
    (
      await centre.pool.query(
        "select outcome, channel, call_id, after_answer from contact_attempts where case_id = $1",
        [caseId],
      )
    ).rows;

  /** The operator's phone rings and is lifted; then the citizen's rings. */
  const untilItRings = async (body: unknown): Promise<{ callId: string; desk: PhoneCall; other: PhoneCall }> => {
    const [desks, others] = [anna.phone.invited.length, citizen.invited.length];
    const answer = await dial(body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    const desk = await anna.phone.nextInvite(desks);
    expect(citizen.invited.length, "nobody else is called before the operator is there").to.equal(others);
    anna.phone.answer(desk);
    return { callId: String(answer.body.callId), desk, other: await citizen.nextInvite(others) };
  };

  it("rings the operator, then the citizen; they talk, and the try is on the case", async () => {
    const { caseId, number } = await contactBack();
    const { callId, desk, other } = await untilItRings({ caseId, number });
    expect(desk.invite?.headers.get("alert-info")?.[0], "the phone may lift by itself").to.match(/autoanswer/);
    expect(other.invite?.start).to.include(number);
    expect(other.invite?.headers.get("from")?.[0]).to.match(/055055/);
    expect(await anna.state()).to.equal("on_call");
    citizen.answer(other);
    await hearEachOther(desk, other, operatorTone, citizenTone);
    expect((await anna.client.call("POST", `/calls/${callId}/hold`)).status).to.equal(200);
    expect((await anna.client.call("POST", `/calls/${callId}/unhold`)).status).to.equal(200);
    await hearEachOther(desk, other, operatorTone, citizenTone);
    citizen.hangUp(other);
    await desk.until("ended");
    expect(await callOf(callId)).to.deep.include({
      direction: "outbound",
      outcome: "answered",
      number,
      result: "answered",
    });
    expect(await anna.state()).to.equal("wrap_up");
    expect(await attemptsOf(caseId)).to.deep.equal([
      { outcome: "reached", channel: "phone", call_id: callId, after_answer: true },
    ]);
    const { rows } = await centre.pool.query(
      `select k.direction, k.channel, kc.case_id from contacts k join contact_cases kc on kc.contact_id = k.id
      where k.call_id = $1`,
      [callId],
    );
    expect(rows).to.deep.equal([{ direction: "outbound", channel: "phone", case_id: caseId }]);
    const told = await anna.client.call(
      "POST",
      `/cases/${caseId}/moves`,
      { to: "resolved_l2", attribute: "communicated" },
      {
        "if-match": `"${(await anna.client.call("GET", `/cases/${caseId}`)).body.version}"`,
      },
    );
    expect(told.status, JSON.stringify(told.body)).to.equal(200);
  });

  for (const [status, result] of [
    [486, "busy"],
    [603, "refused"],
    [480, "no_answer"],
    [404, "wrong_number"],
    [503, "unreachable"],
  ] as const) {
    it(`the citizen's phone answers ${status}: a failed try, and Non comunicabile becomes legal`, async () => {
      const { caseId, number } = await contactBack();
      const { callId, desk, other } = await untilItRings({ caseId, number });
      citizen.refuse(other, status);
      await desk.until("ended");
      expect(await callOf(callId)).to.deep.include({ outcome: "not_reached", result });
      expect((await attemptsOf(caseId)).map(({ outcome }) => outcome)).to.deep.equal([result]);
      expect(await anna.state()).to.equal("available");
      const { body } = await anna.client.call("GET", `/cases/${caseId}/legal-moves`);
      const moves = body.moves as unknown as { to: string; attribute: string; refusal: unknown }[];
      expect(
        moves.find(({ to, attribute }) => to === "resolved_l2" && attribute === "not_communicable")?.refusal,
      ).to.equal(null);
    });
  }

  it("calls nobody when the operator's phone refuses, and takes no hasty hang-up for a try", async () => {
    const { caseId, number } = await contactBack();
    const others = citizen.invited.length;
    const first = await dial({ caseId, number });
    anna.phone.refuse(await anna.phone.nextInvite(anna.phone.invited.length), 486);
    expect(await callOf(String(first.body.callId))).to.deep.include({
      outcome: "not_reached",
      result: "operator_unreachable",
    });
    expect(citizen.invited.length).to.equal(others);
    const { callId, desk, other } = await untilItRings({ caseId, number });
    anna.phone.hangUp(desk);
    await other.until("ended");
    expect(await callOf(callId)).to.deep.include({ result: "withdrawn" });
    expect(await attemptsOf(caseId)).to.deep.equal([]);
    expect([attemptOf("withdrawn", 9_000), attemptOf("withdrawn", 11_000)]).to.deep.equal([null, "no_answer"]);
  });

  it("dials only what belongs to the case, the directory or the organisation", async () => {
    const { caseId } = await contactBack();
    const refused = async (body: unknown) => {
      const answer = await dial(body);
      return [answer.status, answer.body.code];
    };
    expect(await refused({ caseId, number: "0557654321" })).to.deep.equal([422, "number_not_known"]);
    const numbers = ["+442079460000", "899123456", "112"];
    await centre.pool.query(
      `insert into citizen_contacts (citizen_id, kind, value, source) select citizen_id, 'phone', n, 'declared'
      from cases, unnest('{+442079460000,+39899123456}'::text[]) n where id = $1`,
      [caseId],
    );
    for (const [index, code] of ["number_international", "number_premium", "number_not_a_number"].entries()) {
      expect(await refused({ caseId, number: numbers[index] }), code).to.deep.equal([422, code]);
    }
    const { rows } = await centre.pool.query<{ id: string }>(
      `with a as (update agencies set switchboard = true where id = $1 returning id)
      insert into directory_entries (agency_id, external_id, kind, name, phone)
      select id, 'x', 'office', 'Anagrafe', '+390552761234' from a returning id`,
      [world.agencies[0]],
    );
    const entryId = rows[0]?.id;
    expect(await refused({ entryId, number: "0557654321" })).to.deep.equal([422, "number_not_known"]);
    await centre.pool.query("update offices set phone = '055 2768888' where id = $1", [world.offices.registry.id]);
    for (const body of [{ entryId }, { caseId, number: "+390552768888" }]) {
      const { desk, other } = await untilItRings(body);
      expect(other.invite?.start).to.match(/\+39055276(1234|8888)@/);
      citizen.refuse(other, 486);
      await desk.until("ended");
      await centre.rows("select from calls where state <> 'ended'", (found) => found.length === 0);
    }
  });

  it("rings once for a request that came twice, one call at a time, so many in an hour, and for who claimed it", async () => {
    const { caseId, number } = await contactBack();
    const key = crypto.randomUUID();
    const before = anna.phone.invited.length;
    const answers = [await dial({ caseId, number }, key), await dial({ caseId, number }, key)];
    expect(answers.map(({ status }) => status)).to.deep.equal([202, 202]);
    expect(answers[0]?.body.callId).to.equal(answers[1]?.body.callId);
    const desk = await anna.phone.nextInvite(before);
    const second = await dial({ caseId, number });
    expect([second.status, second.body.code]).to.deep.equal([409, "operator_in_call"]);
    anna.phone.refuse(desk, 486);
    await callOf(String(answers[0]?.body.callId));
    expect(anna.phone.invited.length).to.equal(before + 1);
    await testPerson(centre.pool, "bruno-dials", "operator", "202");
    const bruno = await testClient(centre.url, "bruno-dials");
    const foreign = await bruno.call("POST", "/calls", { caseId, number }, { "idempotency-key": crypto.randomUUID() });
    expect([foreign.status, foreign.body.code]).to.deep.equal([422, "contact_back_not_claimed"]);
    await centre.pool.query(
      `insert into calls (id, direction, state, person_id, ended_at, outcome)
      select uuidv7(), 'outbound', 'ended', $1, now(), 'not_reached' from generate_series(1, $2)`,
      [anna.personId, dialsPerHour],
    );
    expect((await dial({ caseId, number })).status).to.equal(429);
    await centre.pool.query(
      "delete from calls c where direction = 'outbound' and not exists (select from outbound_calls d where d.call_id = c.id)",
    );
  });

  for (const moment of ["the operator's phone rings", "the citizen's phone rings", "they talk"] as const) {
    it(`the copy is killed while ${moment}: another one goes on, and the row ends`, async () => {
      const { caseId, number } = await contactBack();
      const doomed = centre.copies.at(-1);
      const desks = anna.phone.invited.length;
      const others = citizen.invited.length;
      const heir = await centre.startCopy();
      const key = crypto.randomUUID();
      const { body } = await dial({ caseId, number }, key);
      const callId = String(body.callId);
      const owner = async () =>
        (
          await centre.pool.query("select n.name from calls c join nodes n on n.id = c.node_id where c.id = $1", [
            callId,
          ])
        ).rows[0]?.name;
      const desk = await anna.phone.nextInvite(desks);
      let other: PhoneCall | null = null;
      if (moment !== "the operator's phone rings") {
        anna.phone.answer(desk);
        other = await citizen.nextInvite(others);
      }
      if (moment === "they talk" && other) {
        citizen.answer(other);
        await hearEachOther(desk, other, operatorTone, citizenTone);
      }
      const killed = (await owner()) === heir.node ? heir : doomed;
      killed?.process.kill("SIGKILL");
      await centre.rows(
        "select from calls c join nodes n on n.id = c.node_id where c.id = $1 and n.name <> $2",
        (rows) => rows.length === 1,
        15_000,
        [callId, killed?.node],
      );
      if (moment === "the operator's phone rings") {
        anna.phone.answer(desk);
        other = await citizen.nextInvite(others);
      }
      if (!other) throw new Error("the citizen was not called");
      if (moment !== "they talk") citizen.answer(other);
      await hearEachOther(desk, other, operatorTone, citizenTone);
      citizen.hangUp(other);
      await desk.until("ended");
      expect(await callOf(callId)).to.deep.include({ outcome: "answered", result: "answered" });
      expect((await attemptsOf(caseId)).map(({ outcome }) => outcome)).to.deep.equal(["reached"]);
      expect(citizen.invited.length, "called once").to.equal(others + 1);
      anna.url = centre.url;
      anna.client = await testClient(anna.url, "op201");
    });
  }
});
