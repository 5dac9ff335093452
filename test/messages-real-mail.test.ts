import { expect } from "chai";
import { ImapFlow } from "imapflow";
import { readCase } from "../src/cases/case-store.ts";
import { silentLogger } from "../src/log.ts";
import { sendEmail } from "../src/messages/email/send-email.ts";
import { type Messages, startMessages } from "../src/messages/start-messages.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type MailServers, mailDomains, startMailServers } from "./support/mail/mail-servers.ts";
import { answeredDraft, cardOf, eventually, quickTiming, reaches, templateId, verpSecret } from "./support/messages.ts";

describe("messages: a real Postfix and a real Dovecot", function () {
  // The first run makes their root.
  this.timeout(180_000);
  let servers: MailServers;
  let database: TestDatabase;
  let world: CaseWorld;
  let messages: Messages;
  let template: string;

  before(async () => {
    servers = await startMailServers(["maria"]);
    database = await testDatabase();
    world = await caseWorld(database.pool);
    await cardOf(world, world.services.base);
    template = await templateId(world, "informazioni");
    const mail = { smtpUrl: servers.smtpUrl, from: `055055@${mailDomains.ours}`, fromName: "055055" };
    messages = await startMessages({
      pool: database.pool,
      log: silentLogger,
      timing: quickTiming,
      config: {
        databaseUrl: database.url,
        messages: {
          ...{ sms: null, bounceUrl: servers.imapUrl, webhookUrl: null },
          mail: { ...mail, domain: mailDomains.ours, verpSecret, dkim: null },
        },
      },
    });
  });
  after(async () => {
    await messages?.stop();
    await database?.drop();
    await servers?.stop();
  });

  const emailTo = async (address: string) => {
    const { caseId } = await answeredDraft(world);
    const to = { source: "declared", address } as const;
    const { id } = await sendEmail(database.pool, world.anna, caseId, {
      ...{ templateId: template, parts: ["where"], documents: [], to },
    });
    return { caseId, messageId: id };
  };
  const notice = (messageId: string) =>
    eventually(async () => {
      const { rows } = await database.pool.query(
        `select n.verdict, n.state, n.status_code as "statusCode", n.recipient from bounce_notices n
        join message_sendings d on d.id = n.sending_id where d.message_id = $1`,
        [messageId],
      );
      return rows[0];
    });

  it("brings a mail to a mailbox that exists, as it was written", async () => {
    const { messageId } = await emailTo(`maria@${mailDomains.citizens}`);
    await reaches(world, messageId, "sent");
    const source = await firstMailOf(servers.imapUrlOf(`maria@${mailDomains.citizens}`));
    expect(source).to.match(/^From: 055055 <055055@example\.it>/m);
    expect(source).to.match(/^Return-Path: <bounce\+[0-9a-f]{32}\.1\.[0-9a-f]{8}@example\.it>/m);
    expect(source).to.contain("Via Roma 1");
  });

  it("knows the notice of an unknown user again: undeliverable, Non comunicato, a task", async () => {
    const { caseId, messageId } = await emailTo(`nessuno@${mailDomains.citizens}`);
    await reaches(world, messageId, "undelivered");
    expect(await notice(messageId)).to.deep.equal({
      ...{ verdict: "failed", state: "matched", statusCode: "5.1.1", recipient: `nessuno@${mailDomains.citizens}` },
    });
    expect(await readCase(database.pool, caseId)).to.include({ status: "resolved_l1", attribute: "not_communicated" });
    const { rows } = await database.pool.query("select kind, state from case_tasks where case_id = $1", [caseId]);
    expect(rows).to.deep.equal([{ kind: "undeliverable", state: "open" }]);
  });

  it("does not take a warning of delay for a failure", async () => {
    const { caseId, messageId } = await emailTo(`maria@${mailDomains.away}`);
    expect(await notice(messageId)).to.include({ verdict: "delayed", state: "ignored" });
    expect(await reaches(world, messageId, "sent")).to.include({ errorCode: null });
    expect(await readCase(database.pool, caseId)).to.include({ status: "resolved_l1", attribute: "communicated" });
  });
});

/** Waits by IDLE for the first mail of a mailbox. */
async function firstMailOf(imapUrl: string): Promise<string> {
  const { hostname: host, port, username, password: pass } = new URL(imapUrl);
  const auth = { user: decodeURIComponent(username), pass };
  const client = new ImapFlow({ host, port: Number(port), secure: false, auth, logger: false });
  await client.connect();
  try {
    const box = await client.mailboxOpen("INBOX");
    if (box.exists === 0) {
      const news = new Promise((resolve) => client.once("exists", resolve));
      void client.idle();
      await news;
    }
    const mail = await client.fetchOne("1", { source: true });
    return mail === false ? "" : String(mail.source);
  } finally {
    client.close();
  }
}
