import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { generateSync } from "otplib";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { type DemoProviders, startDemoProviders } from "../../src/messages/demo/demo-providers.ts";
import { loadDemoData } from "../../src/organisation/demo-data.ts";
import type { Role } from "../../src/people/roles.ts";
import { hashPassword } from "../../src/people/sign-in/password.ts";
import { buildPage } from "../../src/start/copies/build-page.ts";
import { addMediaInterface, type MediaInterface } from "../../src/start/machine/media-address.ts";
import { Centre } from "../../test/support/centre.ts";
import { SipPhone } from "../../test/support/sip-phone.ts";
import { testPassword } from "../../test/support/web.ts";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Who of the demo walks for each role. */
export const walkers: Record<Role, string> = {
  operator: "anna",
  office_agent: "gina",
  specialist: "sara",
  rejects_agent: "livia",
  knowledge_editor: "marco",
  agency_referent: "nadia",
  supervisor: "olga",
  administrator: "pietro",
};

type Parts = {
  centre: Centre;
  browser: Browser;
  providers: DemoProviders;
  media: MediaInterface | null;
  /** The document that the program comes with. */
  flow: unknown;
};

/** The whole product with the demo's data, a carrier and a mail server that are played, and Chromium before it. */
export class DeskStage {
  readonly centre: Centre;
  readonly browser: Browser;
  private readonly parts: Parts;
  private readonly phones: SipPhone[] = [];
  private readonly contexts: BrowserContext[] = [];

  private constructor(parts: Parts) {
    this.centre = parts.centre;
    this.browser = parts.browser;
    this.parts = parts;
  }

  static async open(): Promise<DeskStage> {
    if (!existsSync("/usr/bin/chromium")) throw new Error("Chromium is missing: apt install chromium");
    await buildPage(checkout);
    const media = await addMediaInterface();
    const centre = await Centre.start({ copies: 0, wrapUpSeconds: 120, flow: "default" });
    const { rows } = await centre.pool.query<{ document: unknown }>("select document from ivr_flow_versions");
    const flow = { start: "q", nodes: { q: { type: "queue", queue: "principale" } } };
    await centre.pool.query("update ivr_flow_versions set document = $1", [JSON.stringify(flow)]);
    await loadDemoData(centre.database.url);
    await centre.pool.query("update people set password_hash = $1", [await hashPassword(testPassword)]);
    // Walked at any hour of any day: the office that a call is passed to is always open.
    await centre.pool.query("update offices set calendar_id = null where external_id = 'FI-ANAG'");
    const providers = await startDemoProviders();
    await centre.startCopy(providers.environment);
    const args = [
      "--no-sandbox",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      "--enable-precise-memory-info",
      "--js-flags=--expose-gc",
    ];
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
    return new DeskStage({ centre, browser, providers, media, flow: rows[0]?.document });
  }

  get pool() {
    return this.centre.pool;
  }

  /** First row of a statement. @throws Error when there is none: the walk needs it */
  async one<Row extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row> {
    const { rows } = await this.pool.query<Row>(sql, values);
    const row = rows[0];
    if (!row) throw new Error(`the walk needs a row that is not there: ${sql}`);
    return row;
  }

  /** Calls went straight into the queue until now; the editor shows the flow that the program comes with. */
  async usualFlow(): Promise<void> {
    await this.pool.query("update ivr_flow_versions set document = $1", [JSON.stringify(this.parts.flow)]);
  }

  async context(): Promise<BrowserContext> {
    const context = await this.browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    this.contexts.push(context);
    return context;
  }

  /** The desk phone of a seat, registered. */
  async deskPhone(seat: string): Promise<SipPhone> {
    const { word } = await this.one<{ word: string }>("select sip_password as word from seats where number = $1", [
      seat,
    ]);
    const account = { user: seat, password: word };
    for (let tries = 0; ; tries++) {
      const phone = new SipPhone({ server: this.centre.asterisk.sip, account, tone: 600 });
      try {
        await phone.open();
        this.phones.push(phone);
        return phone;
      } catch (error) {
        // The account reaches Asterisk a moment after the seat's row.
        phone.vanish();
        if (tries > 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    }
  }

  /** A code of the person's authenticator app that was not used yet. */
  codeOf(secret: string, periods = 0): string {
    return generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + 30 * periods });
  }

  async leavePages(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  async close(): Promise<void> {
    await this.leavePages();
    await this.browser.close();
    for (const phone of this.phones) await phone.close();
    await this.centre.close();
    await this.parts.providers.stop();
    await this.parts.media?.remove();
  }
}
