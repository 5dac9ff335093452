import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { silentLogger } from "../../src/log.ts";
import { type DemoProviders, startDemoProviders } from "../../src/messages/demo/demo-providers.ts";
import { sendEmail } from "../../src/messages/email/send-email.ts";
import type { MessageSettings } from "../../src/messages/message-settings.ts";
import type { SendKillPoint } from "../../src/messages/outbox/send-kill-points.ts";
import { sendSms } from "../../src/messages/sms/send-sms.ts";
import { type Messages, startMessages } from "../../src/messages/start-messages.ts";
import { type CaseWorld, caseWorld } from "../../test/support/cases.ts";
import { type TestDatabase, testDatabase } from "../../test/support/database.ts";
import { answeredDraft, cardOf, quickTiming, settingsFor, templateId } from "../../test/support/messages.ts";

/** One message that was asked for; `address` is nobody else's. */
export type Asked = { kind: "sms" | "email"; messageId: string; caseId: string; address: string };

const lookMs = 40;
const endMs = 60_000;

/** A database with cases to send on, the stand-ins, and copies that send. */
export class MessageScene {
  readonly database: TestDatabase;
  readonly world: CaseWorld;
  readonly providers: DemoProviders;
  readonly settings: MessageSettings;
  private readonly template: string;
  private copies: Messages[] = [];
  private lastNumber = 4_000_100;

  private constructor(database: TestDatabase, world: CaseWorld, providers: DemoProviders, template: string) {
    this.database = database;
    this.world = world;
    this.providers = providers;
    this.template = template;
    this.settings = settingsFor(providers);
  }

  static async open(): Promise<MessageScene> {
    const database = await testDatabase();
    const world = await caseWorld(database.pool);
    await cardOf(world, world.services.base);
    const providers = await startDemoProviders();
    return new MessageScene(database, world, providers, await templateId(world, "informazioni"));
  }

  async close(): Promise<void> {
    await this.stopCopies();
    await this.providers.stop();
    await this.database.drop();
  }

  async startCopies(count: number, settings = this.settings): Promise<void> {
    const config = { databaseUrl: this.database.url, messages: settings };
    const options = { pool: this.database.pool, log: silentLogger, timing: quickTiming, config };
    for (let n = 0; n < count; n++) this.copies.push(await startMessages(options));
  }

  async stopCopies(): Promise<void> {
    await Promise.all(this.copies.splice(0).map((copy) => copy.stop()));
  }

  async sms(): Promise<Asked> {
    // The rate guards are for people, not for a bench.
    await this.sql("update message_sendings set created_at = created_at - interval '2 days'");
    const { caseId } = await answeredDraft(this.world);
    // Not the endings by which the stand-in knows what to play.
    const address = `+39333${++this.lastNumber}`;
    const wish = { text: "who-where-when", number: address, consent: { textVersion: "2026-1" } } as const;
    const { id } = await sendSms(this.database.pool, this.world.anna, caseId, wish);
    return { kind: "sms", messageId: id, caseId, address };
  }

  /** @param times how often at once the same is asked: one of them may win */
  async email(address?: string, times = 1): Promise<Asked> {
    const draft = await answeredDraft(this.world);
    const to = address
      ? ({ source: "declared", address } as const)
      : ({ source: "citizen", address: draft.email } as const);
    const wish = { templateId: this.template, parts: ["where"] as const, documents: [], to };
    const asked = await Promise.allSettled(
      Array.from({ length: times }, () => sendEmail(this.database.pool, this.world.anna, draft.caseId, wish)),
    );
    const [won] = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (!won) throw (asked[0] as PromiseRejectedResult).reason;
    return { kind: "email", messageId: won.id, caseId: draft.caseId, address: to.address };
  }

  /** A copy that sends and dies at the point, as by SIGKILL; its claim's two minutes are over at once. */
  async killedCopy(point: SendKillPoint, settings = this.settings): Promise<void> {
    const program = fileURLToPath(new URL("../../test/support/message-copy.ts", import.meta.url));
    const copy = { databaseUrl: this.database.url, messages: settings, timing: quickTiming };
    const child = fork(program, {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, TEST_STOP_AT: `send_${point}`, MESSAGE_COPY: JSON.stringify(copy) },
    });
    await once(child, "exit");
    await this.sql("update message_sendings set claimed_until = clock_timestamp() where claimed_until is not null");
  }

  /** Waits until nothing is under way any more; what the stand-in plays afterwards does not count. */
  async settled(): Promise<void> {
    for (const limit = Date.now() + endMs; Date.now() < limit; ) {
      const { rows } = await this.sql(
        `select count(*)::int as n from message_sendings d join messages m on m.id = d.message_id
        where d.state = 'queued' or (d.state = 'sending' and d.provider_id is null)
          or (d.state = 'unknown' and m.kind = 'sms')`,
      );
      if (rows[0]?.n === 0) return;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  async lastSending(messageId: string): Promise<{ state: string; sendings: number; dead: boolean }> {
    const { rows } = await this.sql(
      `select d.state, m.sendings, d.dead_at is not null as dead from messages m
      join message_sendings d on d.message_id = m.id and d.try = m.sendings where m.id = $1`,
      [messageId],
    );
    return rows[0] as { state: string; sendings: number; dead: boolean };
  }

  /** How often the stand-in got it. */
  arrivals({ kind, address }: Asked): number {
    if (kind === "sms") return this.providers.carrier.messages.filter((one) => one.to === address).length;
    return this.providers.mail.mails.filter((one) => one.to === address).length;
  }

  sql(statement: string, values: unknown[] = []) {
    return this.database.pool.query<Record<string, unknown>>(statement, values);
  }
}
