import { expect } from "chai";
import { Centre, type TestOperator } from "./support/centre.ts";
import {
  checked,
  command,
  hearEachOther,
  nothingLeft,
  ringOffice,
  type Talk,
  type TestOffice,
  talkReady,
  testOffice,
  transferState,
} from "./support/transfer-scene.ts";

const [operatorTone, officeTone, citizenTone] = [1_000, 1_400, 600];

describe("a consultation with the second level", () => {
  let centre: Centre;
  let anna: TestOperator;
  let office: TestOffice;
  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 60 });
    anna = await centre.operator("201", { tone: operatorTone });
    office = await testOffice(centre, "301", officeTone);
  });
  afterEach(async () => nothingLeft(centre));
  after(async () => centre.close());

  const caseStatus = async (talk: Talk): Promise<string> =>
    (await centre.pool.query("select status from cases where id = $1", [talk.caseId])).rows[0].status;

  it("is completed: citizen and office talk, the case is Trasferito and taken, the operator is in wrap-up", async () => {
    const talk = await talkReady(centre, anna, office);
    const ring = await ringOffice(talk, "consult");
    expect(ring.invite?.headers.get("from")?.[0], "the office sees the citizen's number").to.match(/\+390550/);
    office.phone.answer(ring);
    await transferState(talk, "consulting");
    // What was said before the music is not asked about.
    talk.citizen.rtp.forgetHeard();
    await hearEachOther(talk.desk, ring, operatorTone, officeTone);
    expect(talk.citizen.rtp.heard(operatorTone), "the citizen hears music, not the operator").lessThan(0.3);
    expect(await caseStatus(talk)).to.equal("draft");
    expect((await command(talk, "complete")).status).to.equal(200);
    await hearEachOther(talk.citizen, ring, citizenTone, officeTone);
    await talk.desk.until("ended");
    expect(talk.desk.ended?.by).to.equal("them");
    expect(await anna.state()).to.equal("wrap_up");
    const { rows } = await centre.pool.query("select status, office_id, taken_by_id from cases where id = $1", [
      talk.caseId,
    ]);
    expect(rows[0]).to.deep.equal({ status: "transferred", office_id: office.id, taken_by_id: office.personId });
    office.phone.hangUp(ring);
    await talk.citizen.until("ended");
    await transferState(talk, "ended", "completed");
  });

  it("is returned from: the office is hung up, citizen and operator talk, assignment has its reason", async () => {
    const talk = await talkReady(centre, anna, office);
    const ring = await ringOffice(talk, "consult");
    office.phone.answer(ring);
    await transferState(talk, "consulting");
    expect((await command(talk, "return")).status).to.equal(200);
    await ring.until("ended");
    await hearEachOther(talk.citizen, talk.desk, citizenTone, operatorTone);
    const { rows } = await centre.pool.query("select data ->> 'result' as result from case_history where kind = $1", [
      "transfer_failed",
    ]);
    expect(rows).to.deep.equal([{ result: "returned" }]);
    expect(await caseStatus(talk)).to.equal("draft");
    talk.citizen.phone.hangUp(talk.citizen);
    await talk.desk.until("ended");
  });

  it("swaps between the two, joins all three, and is completed from there", async () => {
    const talk = await talkReady(centre, anna, office);
    const ring = await ringOffice(talk, "consult");
    office.phone.answer(ring);
    await transferState(talk, "consulting");
    expect((await command(talk, "swap")).status).to.equal(200);
    await hearEachOther(talk.citizen, talk.desk, citizenTone, operatorTone);
    expect((await command(talk, "swap")).status).to.equal(200);
    await hearEachOther(ring, talk.desk, officeTone, operatorTone);
    expect((await command(talk, "conference")).status).to.equal(200);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (const [phone, tones] of [
      [talk.citizen, [operatorTone, officeTone]],
      [talk.desk, [citizenTone, officeTone]],
      [ring, [citizenTone, operatorTone]],
    ] as const) {
      for (const tone of tones) expect(phone.rtp.heard(tone), `hears ${tone}`).greaterThan(0.2);
    }
    expect((await command(talk, "complete")).status).to.equal(200);
    await hearEachOther(talk.citizen, ring, citizenTone, officeTone);
    talk.citizen.phone.hangUp(talk.citizen);
    await ring.until("ended");
    await talk.desk.until("ended");
  });

  it("needs a positive check of that office, at most 60 s old, and one transfer at a time", async () => {
    const talk = await talkReady(centre, anna, office);
    const none = await command(talk, "consult", { officeId: office.id });
    expect([none.status, none.body.code]).to.deep.equal([422, "availability_check_missing"]);
    const old = await command(talk, "transfer", { officeId: office.id, checkId: await checked(talk, 61) });
    expect([old.status, old.body.code]).to.deep.equal([422, "availability_check_too_old"]);
    const ring = await ringOffice(talk, "consult");
    const second = await command(talk, "transfer", { officeId: office.id, checkId: await checked(talk) });
    expect([second.status, second.body.code]).to.deep.equal([409, "transfer_under_way"]);
    expect((await command(talk, "return")).status).to.equal(200);
    await ring.until("ended");
    await hearEachOther(talk.citizen, talk.desk, citizenTone, operatorTone);
    await centre.pool.query("update cases set reason = 'complaint', version = version + 1 where id = $1", [
      talk.caseId,
    ]);
    const complaint = await command(talk, "transfer", { officeId: office.id, checkId: await checked(talk) });
    expect([complaint.status, complaint.body.code]).to.deep.equal([422, "complaint_never_transferred"]);
    talk.citizen.phone.hangUp(talk.citizen);
    await talk.desk.until("ended");
  });
});
