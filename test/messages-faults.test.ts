import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { silentLogger } from "../src/log.ts";
import { type DemoProviders, startDemoProviders } from "../src/messages/demo/demo-providers.ts";
import type { MailFault } from "../src/messages/demo/smtp-stand-in.ts";
import type { CarrierFault } from "../src/messages/demo/twilio-stand-in.ts";
import { sendEmail } from "../src/messages/email/send-email.ts";
import { claimSending, claimsRunOut, listDeadLetters } from "../src/messages/outbox/outbox-store.ts";
import { reconcileUnknown } from "../src/messages/sms/reconcile-sms.ts";
import { sendSms } from "../src/messages/sms/send-sms.ts";
import { twilioCarrier } from "../src/messages/sms/twilio-carrier.ts";
import { type Messages, startMessages } from "../src/messages/start-messages.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import {
  answeredDraft,
  cardOf,
  eventually,
  quickTiming,
  reaches,
  sendingsOf,
  settingsFor,
  templateId,
} from "./support/messages.ts";
import { keepOutput } from "./support/written/written.ts";

// Not the endings by which the stand-in knows what to play (0001 to 0009).
let last = 2_000_100;

describe("messages: faults of providers and of ourselves", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let providers: DemoProviders;
  let messages: Messages | null = null;
  let template: string;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    providers = await startDemoProviders();
    await cardOf(world, world.services.base);
    template = await templateId(world, "informazioni");
  });
  beforeEach(() => database.pool.query("update message_sendings set created_at = created_at - interval '2 days'"));
  afterEach(async () => {
    providers.carrier.misbehave = () => null;
    providers.mail.misbehave = () => null;
    await messages?.stop();
    messages = null;
  });
  after(async () => {
    await providers.stop();
    await database.drop();
  });

  const start = async () => {
    const config = { databaseUrl: database.url, messages: settingsFor(providers) };
    messages = await startMessages({ pool: database.pool, log: silentLogger, timing: quickTiming, config });
  };
  const sms = async (number = `+39333${++last}`) => {
    const { caseId } = await answeredDraft(world);
    const view = await sendSms(database.pool, world.anna, caseId, {
      ...{ text: "who-where-when", number, consent: { textVersion: "2026-1" } },
    });
    return { number, messageId: view.id };
  };
  const email = async () => {
    const draft = await answeredDraft(world);
    const to = { source: "citizen", address: draft.email } as const;
    const view = await sendEmail(database.pool, world.anna, draft.caseId, {
      ...{ templateId: template, parts: ["where"], documents: [], to },
    });
    return { address: draft.email, messageId: view.id };
  };
  const smsTo = (number: string) => providers.carrier.messages.filter((one) => one.to === number);
  const mailsTo = (address: string) => providers.mail.mails.filter((one) => one.to === address);
  const firstTime = <Fault>(fault: Fault) => {
    let left = 1;
    return () => (left-- > 0 ? fault : null);
  };

  for (const point of ["claimed", "answered", "settled"] as const) {
    it(`sends an SMS once when the copy is killed at "${point}"`, async () => {
      const { number, messageId } = await sms();
      await killedCopy(`send_${point}`);
      await start();
      await reaches(world, messageId, "sending", "sent", "delivered");
      expect(smsTo(number)).to.have.length(1);
      const [sending] = await sendingsOf(world, messageId);
      expect(sending).to.include({ providerId: smsTo(number)[0]?.sid, deadAt: null });
    });

    it(`never sends an e-mail twice, and never hides it, when the copy is killed at "${point}"`, async () => {
      const { address, messageId } = await email();
      await killedCopy(`send_${point}`);
      await start();
      const sending = await reaches(world, messageId, "sent", "unknown");
      expect(mailsTo(address)).to.have.length(point === "claimed" ? 0 : 1);
      expect(sending.state).to.equal(point === "settled" ? "sent" : "unknown");
      const dead = (await listDeadLetters(database.pool, 100)).some((one) => one.messageId === messageId);
      expect(dead).to.equal(point !== "settled");
    });
  }

  for (const fault of ["refuse_429", "fail_500", "garbage", "take_and_drop", "take_and_500"] as CarrierFault[]) {
    it(`sends an SMS once when the carrier does "${fault}"`, async () => {
      providers.carrier.misbehave = firstTime(fault);
      const { number, messageId } = await sms();
      await start();
      await reaches(world, messageId, "sending", "sent", "delivered");
      expect(smsTo(number)).to.have.length(1);
    });
  }

  it("takes a carrier that never answers for unknown, and finds afterwards that it took nothing", async () => {
    providers.carrier.misbehave = firstTime<CarrierFault>("hang");
    const { sms: account } = settingsFor(providers);
    if (!account) throw new Error("the stand-in has an account");
    const carrier = twilioCarrier(account, () => null, silentLogger, 300);
    const { number, messageId } = await sms();
    const [sending] = await sendingsOf(world, messageId);
    if (!sending) throw new Error("no sending");
    expect(await carrier.send({ ...sending, toAddress: number, messageId }, "testo")).to.include({ kind: "unknown" });
    expect(await carrier.listTo(number)).to.deep.equal([]);
  });

  it("shows an SMS as unknown while the carrier can not be asked, and sends nothing", async () => {
    providers.carrier.misbehave = () => "fail_500";
    const handle = providers.carrier.handle;
    providers.carrier.handle = async (request, response, url) => {
      if (request.method === "POST") return handle(request, response, url);
      response.writeHead(503).end();
      return true;
    };
    const { number, messageId } = await sms();
    await start();
    const unknown = await reaches(world, messageId, "unknown");
    expect(unknown.deadAt).to.be.instanceOf(Date);
    await eventually(async () => {
      const { rows } = await database.pool.query(
        "select reconcile_looks as n from message_sendings where message_id = $1",
        [messageId],
      );
      return rows[0].n >= 6;
    });
    expect(await reaches(world, messageId, "unknown")).to.include({ attempts: 1 });
    expect(smsTo(number)).to.have.length(0);
    providers.carrier.handle = handle;
    providers.carrier.misbehave = () => null;
    await reaches(world, messageId, "sending", "sent", "delivered");
    expect(smsTo(number)).to.have.length(1);
  });

  it("leaves a newer try alone when a copy was frozen over its look into the carrier's list", async () => {
    const { number, messageId } = await sms();
    const [{ id: sendingId }] = await sendingsOf(world, messageId);
    await claimSending(database.pool, sendingId, 0);
    await claimsRunOut(database.pool);
    const look = { begun: () => {}, go: () => {} };
    const begun = new Promise<void>((resolve) => (look.begun = resolve));
    const frozen = new Promise<void>((resolve) => (look.go = resolve));
    const carrier = {
      send: async () => ({ kind: "unknown" as const, detail: "not asked" }),
      find: async () => null,
      listTo: async () => {
        look.begun();
        await frozen;
        return [];
      },
    };
    const slow = reconcileUnknown({ pool: database.pool, log: silentLogger, carrier }, { pauseMs: 0, quietMs: -1 });
    await begun;
    await database.pool.query("update message_sendings set state = 'queued' where id = $1", [sendingId]);
    const newer = await claimSending(database.pool, sendingId, 60_000);
    look.go();
    await slow;
    const [row] = await sendingsOf(world, messageId);
    expect(row).to.include({ state: "sending", attempts: 2 });
    expect(newer?.claimId).to.be.a("string");
    expect(smsTo(number)).to.have.length(0);
  });

  const mailFaults: [MailFault, number, string][] = [
    ["rcpt_450", 1, "sent"],
    ["drop_at_rcpt", 1, "sent"],
    ["data_451", 1, "sent"],
    ["data_554", 0, "failed"],
    ["take_and_drop", 1, "unknown"],
  ];
  for (const [fault, mails, end] of mailFaults) {
    it(`leaves ${mails} mail(s), ${end}, when the mail server does "${fault}"`, async () => {
      providers.mail.misbehave = firstTime(fault);
      const { address, messageId } = await email();
      await start();
      await reaches(world, messageId, end);
      expect(mailsTo(address)).to.have.length(mails);
    });
  }

  it("asks the carrier at night about those it never told the end of", async () => {
    await start();
    const { number, messageId } = await sms();
    await reaches(world, messageId, "sending");
    providers.carrier.stop();
    smsTo(number)[0]!.status = "undelivered";
    smsTo(number)[0]!.errorCode = "30003";
    await database.pool.query(
      "update message_sendings set created_at = now() - interval '2 hours', reconciled_at = null",
    );
    expect(await messages!.reconcileNow()).to.be.greaterThan(0);
    expect(await reaches(world, messageId, "undelivered")).to.include({ errorCode: "30003" });
    expect(await messages!.reconcileNow()).to.equal(0);
  });

  it("loses nothing and doubles nothing with three copies and jobs that vanish", async () => {
    const wanted = await Promise.all(Array.from({ length: 8 }, () => email()));
    await database.pool.query("delete from graphile_worker._private_jobs");
    const config = { databaseUrl: database.url, messages: settingsFor(providers) };
    const copies = await Promise.all(
      [1, 2, 3].map(() => startMessages({ pool: database.pool, log: silentLogger, timing: quickTiming, config })),
    );
    for (const { messageId } of wanted) await reaches(world, messageId, "sent");
    for (const { address } of wanted) expect(mailsTo(address)).to.have.length(1);
    await Promise.all(copies.map((copy) => copy.stop()));
  });

  async function killedCopy(stopAt: string): Promise<void> {
    const child: ChildProcess = fork(fileURLToPath(new URL("support/message-copy.ts", import.meta.url)), {
      execArgv: ["--import", "tsx"],
      silent: true,
      env: {
        ...process.env,
        TEST_STOP_AT: stopAt,
        MESSAGE_COPY: JSON.stringify({
          ...{ databaseUrl: database.url, messages: settingsFor(providers), timing: quickTiming },
        }),
      },
    });
    keepOutput("message-copy", child.stdout, child.stderr);
    const [, signal] = await once(child, "exit");
    expect(signal).to.equal("SIGKILL");
    // The two minutes of a claim, over at once: no copy that lives has one as short as a busy machine is slow.
    await database.pool.query(
      "update message_sendings set claimed_until = clock_timestamp() where claimed_until is not null",
    );
  }
});
