import { expect } from "chai";
import { readCase } from "../src/cases/case-store.ts";
import type { SmsWish } from "../src/messages/sms/send-sms.ts";
import { sendSms } from "../src/messages/sms/send-sms.ts";
import { type CaseActions, type CaseWorld, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { answeredDraft, cardOf, type MessageBench, messageBench, reaches } from "./support/messages.ts";
import { refusedBySql, refusedWith } from "./support/refused.ts";

const consent = { textVersion: "2026-1" };
// Not the endings by which the stand-in knows what to play (0001 to 0009).
let last = 1_000_100;
const mobile = () => `+39333${++last}`;
const wish = (more: Partial<SmsWish> = {}): SmsWish => ({ text: "who-where-when", number: mobile(), consent, ...more });

describe("messages: SMS", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let act: CaseActions;
  let bench: MessageBench;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    act = caseActions(world);
    bench = await messageBench(database);
    for (const service of [world.services.base, world.services.registry]) await cardOf(world, service);
  });
  after(async () => {
    await bench.stop();
    await database.drop();
  });
  beforeEach(async () => {
    await database.pool.query("update message_sendings set created_at = created_at - interval '2 days'");
  });

  const send = (caseId: string, more: Partial<SmsWish> = {}, person = world.anna) =>
    sendSms(database.pool, person, caseId, wish(more));

  it("sends the card's own text once, with consent, and leaves channel and citizen record alone", async () => {
    const { caseId, citizenId } = await answeredDraft(world);
    const number = "333 123 45 67";
    const view = await send(caseId, { number });
    const sending = await reaches(world, view.id, "sending");
    expect(sending).to.include({ toAddress: "+393331234567", attempts: 1 });
    const got = bench.providers.carrier.messages.filter((sms) => sms.to === "+393331234567");
    expect(got.map((sms) => sms.body)).to.deep.equal(["Via Roma 1, lun-ven 9-13"]);
    expect(bench.providers.carrier.faults).to.deep.equal([]);
    expect(view).to.include({ consentVersion: "2026-1", segments: 1, textKind: "who-where-when" });
    expect((await readCase(database.pool, caseId))?.answerChannel).to.equal("phone");
    const { rows } = await database.pool.query("select value from citizen_contacts where citizen_id = $1", [citizenId]);
    expect(rows.map((row) => row.value)).not.to.include("+393331234567");
    const contacts = await database.pool.query(
      `select k.channel, k.caller_e164 from contacts k join contact_cases kc on kc.contact_id = k.id
      where kc.case_id = $1 and k.direction = 'outbound'`,
      [caseId],
    );
    expect(contacts.rows).to.deep.equal([{ channel: "sms", caller_e164: null }]);
  });

  it("refuses without today's consent, and then nothing is queued", async () => {
    const { caseId } = await answeredDraft(world);
    await refusedWith(send(caseId, { consent: { textVersion: "2019-1" } }), "consent_missing");
    const { rows } = await database.pool.query("select from messages where case_id = $1", [caseId]);
    expect(rows).to.have.length(0);
  });

  const badNumbers = {
    "0551234567": "land_line",
    "333123": "not_a_number",
    "055055": "land_line",
    "+14155552671": "not_mobile",
    "899123456": "not_mobile",
    "+393331234567,+393331234568": "not_a_number",
    "112": "not_a_number",
  };
  for (const [number, code] of Object.entries(badNumbers)) {
    it(`refuses ${number} with the reason`, async () => {
      const { caseId } = await answeredDraft(world);
      await refusedWith(send(caseId, { number }), code);
    });
  }

  it("sends who-where-when only for such an information, after the spoken answer, to the end of the wrap-up", async () => {
    const how = await answeredDraft(world);
    await act.edit(world.anna, how.caseId, { informationKinds: ["how"] });
    await refusedWith(send(how.caseId), "sms_only_information");
    const mute = await answeredDraft(world);
    await act.edit(world.anna, mute.caseId, { answer: null });
    await refusedWith(send(mute.caseId), "sms_after_spoken_answer");
    const told = await answeredDraft(world);
    await act.move(world.anna, told.caseId, { to: "resolved_l1", attribute: "communicated" });
    await send(told.caseId);
    await database.pool.query("update operators set system = 'idle', call_id = null where person_id = $1", [
      world.anna.id,
    ]);
    await refusedWith(send(told.caseId), "sms_too_late");
    await refusedWith(send((await answeredDraft(world, world.bruno)).caseId), "taken_by_other");
  });

  it("sends the work-done text of a case that second level resolved, from its own office only", async () => {
    const record = await act.answered();
    await refusedWith(send(record.id, { text: "work-done" }, world.office), "sms_work_not_done");
    await act.move(world.office, record.id, { to: "resolved_l2", attribute: "communicated" });
    const view = await send(record.id, { text: "work-done" }, world.office);
    expect(view.body).to.equal("La pratica è pronta.");
    await refusedWith(send(record.id, { text: "work-done" }, world.roads), "not_found");
    await reaches(world, view.id, "sending");
  });

  it("refuses a card without the text, and a text over three segments", async () => {
    const { caseId } = await answeredDraft(world, world.anna, world.services.closed);
    await refusedWith(send(caseId), "sms_text_missing");
    await cardOf(world, world.services.closed, `’${"a".repeat(250)}`);
    await refusedWith(send(caseId), "sms_too_long");
  });

  it("lets ten an hour through for a person and three a day to a number, also at once", async () => {
    const drafts = await Promise.all(Array.from({ length: 5 }, () => answeredDraft(world, world.bruno)));
    const number = mobile();
    const all = await Promise.allSettled(drafts.map(({ caseId }) => send(caseId, { number }, world.bruno)));
    const refused = all.flatMap((one) => (one.status === "rejected" ? [one.reason.details.refusal] : []));
    expect(refused).to.deep.equal(["sms_rate_number", "sms_rate_number"]);
    const more = await Promise.allSettled(Array.from({ length: 9 }, () => send(drafts[0]!.caseId, {}, world.bruno)));
    const late = more.flatMap((one) => (one.status === "rejected" ? [one.reason.details.refusal] : []));
    expect(late).to.deep.equal(["sms_rate_person", "sms_rate_person"]);
  });

  it("turns the carrier's clear no into its end", async () => {
    const { caseId } = await answeredDraft(world);
    const view = await send(caseId, { number: "+393331230004" });
    expect(await reaches(world, view.id, "failed")).to.include({ errorCode: "21610", attempts: 1 });
  });

  it("has no SMS without consent or card, whoever writes it", async () => {
    const { caseId } = await answeredDraft(world);
    await refusedBySql(
      database.pool.query(
        `insert into messages (kind, case_id, created_by_id, language, text_kind, segments, body)
        values ('sms', $1, $2, 'it', 'work-done', 1, 'x')`,
        [caseId, world.anna.id],
      ),
    );
  });
});
