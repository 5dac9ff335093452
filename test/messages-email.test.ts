import { expect } from "chai";
import { simpleParser } from "mailparser";
import { readCase } from "../src/cases/case-store.ts";
import { liveTasks } from "../src/cases/handling/task-store.ts";
import { assignNotice } from "../src/messages/bounces/assign-notice.ts";
import { openNotices } from "../src/messages/bounces/bounce-store.ts";
import { takeNotice } from "../src/messages/bounces/take-notice.ts";
import { composeEmail } from "../src/messages/email/compose-email.ts";
import { resendEmail } from "../src/messages/email/resend-email.ts";
import { type EmailWish, sendEmail } from "../src/messages/email/send-email.ts";
import { makeMark } from "../src/messages/email/verp.ts";
import { dsn } from "./support/bounce-mails.ts";
import { type CaseActions, type CaseWorld, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import {
  answeredDraft,
  cardOf,
  eventually,
  type MessageBench,
  messageBench,
  reaches,
  sendingsOf,
  templateId,
  verpSecret,
} from "./support/messages.ts";
import { refusedWith } from "./support/refused.ts";

describe("messages: e-mail", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let act: CaseActions;
  let bench: MessageBench;
  let template: string;
  let documentId: string;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    act = caseActions(world);
    bench = await messageBench(database);
    template = await templateId(world, "informazioni");
    ({ documentId } = await cardOf(world, world.services.base));
  });
  after(async () => {
    await bench.stop();
    await database.drop();
  });

  const wishTo = (address: string, more: Partial<EmailWish> = {}): EmailWish => ({
    ...{ templateId: template, parts: ["where", "when"], documents: [], to: { source: "citizen", address } },
    ...more,
  });
  const mailsTo = (address: string) => bench.providers.mail.mails.filter((mail) => mail.to === address);
  const sent = async () => {
    const draft = await answeredDraft(world);
    const view = await sendEmail(database.pool, world.anna, draft.caseId, wishTo(draft.email));
    await reaches(world, view.id, "sent");
    return { ...draft, messageId: view.id };
  };
  const bounce = (messageId: string, number: number, more = {}) => {
    const mark = makeMark({ messageId, try: number }, verpSecret);
    return takeNotice(database.pool, verpSecret, "test", dsn({ mark, ...more }));
  };

  it("closes the case with the sending: answer, channel, contact, and the mail as it was previewed", async () => {
    const draft = await answeredDraft(world);
    const wish = wishTo(draft.email, { documents: [documentId] });
    const preview = await composeEmail(database.pool, (await readCase(database.pool, draft.caseId))!, wish);
    const view = await sendEmail(database.pool, world.anna, draft.caseId, wish);
    expect(await readCase(database.pool, draft.caseId)).to.include({
      ...{ status: "resolved_l1", attribute: "communicated", answerChannel: "email", answer: "In via Roma" },
    });
    await reaches(world, view.id, "sent");
    const [mail, ...others] = mailsTo(draft.email);
    expect(others).to.have.length(0);
    expect(mail?.from).to.equal(`bounce+${makeMark({ messageId: view.id, try: 1 }, verpSecret)}@example.it`);
    const parsed = await simpleParser(mail?.raw ?? "");
    expect(parsed.subject).to.equal(preview.subject);
    expect(parsed.text?.trim()).to.equal(preview.body);
    expect(parsed.text).to.include("Dove:\nVia Roma 1").and.include("Quando:\nLun-ven 9-13").and.not.include("Come:");
    expect(parsed.attachments.map((part) => part.filename)).to.deep.equal(["modulo.pdf"]);
    expect(parsed.attachments[0]?.content.toString()).to.equal("%PDF-1.7");
  });

  it("saves a declared address in a record linked to the case", async () => {
    const draft = await answeredDraft(world);
    await act.edit(world.anna, draft.caseId, { citizenId: null });
    const to = { source: "declared", address: "Nuova.Persona@Example.ORG" } as const;
    const view = await sendEmail(database.pool, world.anna, draft.caseId, wishTo("", { to }));
    const record = await readCase(database.pool, draft.caseId);
    const { rows } = await database.pool.query(
      "select kind, value, source from citizen_contacts where citizen_id = $1",
      [record?.citizenId],
    );
    expect(rows).to.deep.equal([{ kind: "email", value: "nuova.persona@example.org", source: "declared" }]);
    await reaches(world, view.id, "sent");
  });

  const badAddresses = [
    "a@b",
    "a..b@c.it",
    "x@c.it\r\nBcc: y@z.it",
    `${"a".repeat(250)}@c.it`,
    "àé@c.it",
    "senza",
    "a@b@c.it",
  ];
  for (const address of badAddresses) {
    it(`refuses the address ${JSON.stringify(address).slice(0, 30)}`, async () => {
      const draft = await answeredDraft(world);
      const to = { source: "declared", address } as const;
      await refusedWith(sendEmail(database.pool, world.anna, draft.caseId, wishTo("", { to })), "address_not_valid");
    });
  }
  for (const [address, written] of [
    ["mario@città.it", "mario@xn--citt-3na.it"],
    ['"x y"@c.it', '"x y"@c.it'],
  ] as const) {
    it(`sends to ${address}`, async () => {
      const draft = await answeredDraft(world);
      const to = { source: "declared", address } as const;
      const view = await sendEmail(database.pool, world.anna, draft.caseId, wishTo("", { to }));
      await reaches(world, view.id, "sent");
      expect(mailsTo(written)).to.have.length(1);
    });
  }

  it("sends only what is released and prepared, and nothing of a template with an unknown placeholder", async () => {
    const draft = await answeredDraft(world);
    const send = (more: Partial<EmailWish>) =>
      sendEmail(database.pool, world.anna, draft.caseId, wishTo(draft.email, more));
    await refusedWith(send({ parts: [] }), "email_content_missing");
    await refusedWith(send({ parts: ["standard_answer"] }), "part_missing");
    await refusedWith(send({ documents: ["00000000-0000-7000-8000-000000000000"] }), "document_not_released");
    await refusedWith(send({ templateId: await templateId(world, "risposta") }), "template_unknown");
    await refusedWith(send({ to: { source: "citizen", address: "altri@example.org" } }), "address_not_in_record");
    const { rows } = await database.pool.query(
      `insert into email_templates (code, language, name, reasons, subject, body)
      values ('rotto', 'it', 'Rotto', '{information}', 'S', '{{contenuto}} {{password}}') returning id`,
    );
    await refusedWith(send({ templateId: rows[0].id }), "template_broken");
    expect((await readCase(database.pool, draft.caseId))?.status).to.equal("draft");
  });

  it("fills values that look like placeholders as they are", async () => {
    const draft = await answeredDraft(world);
    await database.pool.query("update citizens set first_name = '{{ente}}', last_name = '<b>' where id = $1", [
      draft.citizenId,
    ]);
    const record = (await readCase(database.pool, draft.caseId))!;
    const { body } = await composeEmail(database.pool, record, wishTo(draft.email));
    expect(body).to.include("Gentile {{ente}} <b>,");
  });

  it("sends the standard answer alone for other reasons, and closes an issue report as Assegnato Risolto", async () => {
    const draft = await answeredDraft(world, world.anna, world.services.registry);
    await act.edit(world.anna, draft.caseId, { reason: "issue_report", informationKinds: [] });
    const standard = wishTo(draft.email, { templateId: await templateId(world, "risposta") });
    const send = (parts: EmailWish["parts"], documents: string[] = []) =>
      sendEmail(database.pool, world.anna, draft.caseId, { ...standard, parts, documents });
    await refusedWith(send(["where"]), "email_only_standard_answer");
    const view = await send(["standard_answer"]);
    expect(view.body).to.include("Abbiamo registrato la sua segnalazione");
    expect((await readCase(database.pool, draft.caseId))?.status).to.equal("assigned_resolved");
    await refusedWith(send(["standard_answer"]), "email_closes_draft");
  });

  it("counts three sendings by people: of twenty at once exactly two more leave", async () => {
    const { messageId, email } = await sent();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => resendEmail(database.pool, world.anna, messageId, null)),
    );
    const refused = answers.flatMap((one) => (one.status === "rejected" ? [one.reason.details.refusal] : []));
    expect(refused).to.deep.equal(Array(18).fill("sendings_exhausted"));
    const rows = await eventually(async () => {
      const all = await sendingsOf(world, messageId);
      return all.every((row) => row.state === "sent") && all;
    });
    expect(rows.map((row) => row.try)).to.deep.equal([1, 2, 3]);
    expect(new Set(mailsTo(email).map((mail) => mail.from)).size)
      .to.equal(mailsTo(email).length)
      .and.equal(3);
  });

  it("makes a returned mail Non comunicato with a task, again Comunicato when sent again to the corrected address", async () => {
    const { messageId, caseId, citizenId, email } = await sent();
    expect(await bounce(messageId, 1)).to.include({ verdict: "failed", state: "matched" });
    const record = await readCase(database.pool, caseId);
    expect(record).to.include({ status: "resolved_l1", attribute: "not_communicated" });
    expect(record?.closedAt).to.be.instanceOf(Date);
    const task = (await liveTasks(database.pool, 100)).find((one) => one.caseId === caseId);
    expect(task).to.include({ kind: "undeliverable", state: "open" });
    expect(await bounce(messageId, 1)).to.include({ repeated: true });
    await database.pool.query(
      "update citizen_contacts set value = 'n.' || value where citizen_id = $1 and kind = 'email'",
      [citizenId],
    );
    await resendEmail(database.pool, world.bruno, messageId, null);
    expect((await readCase(database.pool, caseId))?.attribute).to.equal("communicated");
    expect((await liveTasks(database.pool, 100)).some((one) => one.caseId === caseId)).to.equal(false);
    await reaches(world, messageId, "sent");
    expect(mailsTo(`n.${email}`)).to.have.length(1);
    // The first one's late second notice says nothing about the new address.
    await bounce(messageId, 1, { id: "late" });
    expect((await readCase(database.pool, caseId))?.attribute).to.equal("communicated");
  });

  it("is Non comunicabile after the third failure, and the fourth sending is refused", async () => {
    const { messageId, caseId } = await sent();
    for (const number of [1, 2, 3]) {
      await bounce(messageId, number);
      if (number === 3) break;
      await resendEmail(database.pool, world.anna, messageId, null);
      await reaches(world, messageId, "sent");
    }
    expect((await readCase(database.pool, caseId))?.attribute).to.equal("not_communicable");
    expect((await liveTasks(database.pool, 100)).some((one) => one.caseId === caseId)).to.equal(false);
    await refusedWith(resendEmail(database.pool, world.anna, messageId, null), "sendings_exhausted");
    const { rows } = await database.pool.query(
      "select count(*)::int as n from contact_attempts where case_id = $1 and outcome = 'undelivered' and after_answer",
      [caseId],
    );
    expect(rows[0].n).to.equal(3);
  });

  it("takes the mail server's own no for the recipient like a returned mail", async () => {
    const draft = await answeredDraft(world);
    const to = { source: "declared", address: `sconosciuto.${draft.email}` } as const;
    const view = await sendEmail(database.pool, world.anna, draft.caseId, wishTo("", { to }));
    expect(await reaches(world, view.id, "failed")).to.include({ errorCode: "550", attempts: 1 });
    expect((await readCase(database.pool, draft.caseId))?.attribute).to.equal("not_communicated");
  });

  it("touches no case for a delay, an absence or a forged seal, and opens the forged one for a person", async () => {
    const { messageId, caseId, email } = await sent();
    expect(await bounce(messageId, 1, { action: "delayed", status: "4.4.1", id: "d" })).to.include({
      verdict: "delayed",
    });
    const forged = makeMark({ messageId, try: 1 }, "a secret of somebody else");
    const taken = await takeNotice(database.pool, verpSecret, "test", dsn({ mark: forged, recipient: email }));
    expect(taken).to.include({ verdict: "forged", state: "open", sendingId: null });
    expect((await readCase(database.pool, caseId))?.attribute).to.equal("communicated");
    const [open] = (await openNotices(database.pool, 100, null)).filter((one) => one.guess?.messageId === messageId);
    expect(open?.guess).to.include({ caseId, try: 1, toAddress: email });
    await assignNotice(database.pool, world.anna, open!.id, { messageId, try: 1 });
    expect((await readCase(database.pool, caseId))?.attribute).to.equal("not_communicated");
    await refusedWith(assignNotice(database.pool, world.bruno, open!.id, { messageId, try: 1 }), "taken_by_other");
  });
});
