import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { addMediaInterface, type MediaInterface } from "../../src/start/machine/media-address.ts";
import { testPassword } from "./web.ts";

const rate = 48_000;

/**
 * A pure tone is noise to a browser that cleans the voice. Each connection is kept to be asked for its level, each
 * socket to be cut.
 */
const pageScript = `
  localStorage.setItem("055055.phone", '{"processing":false}');
  globalThis.connections = [];
  globalThis.sockets = [];
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols);
      sockets.push(this);
    }
  };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(options) {
      super(options);
      connections.push(this);
    }
  };`;

/** Browsers whose microphone says one tone, so that both ends of a call can tell who is heard. */
export class PageDesks {
  private readonly contexts: BrowserContext[] = [];
  private readonly browser: Browser;
  private readonly folder: string;
  private readonly media: MediaInterface | null;
  /** Errors of the pages and refusals of their security policy; none is right. */
  readonly errors: string[] = [];

  private constructor(browser: Browser, folder: string, media: MediaInterface | null) {
    this.browser = browser;
    this.folder = folder;
    this.media = media;
  }

  static async open(hz: number): Promise<PageDesks> {
    if (!existsSync("/usr/bin/chromium")) throw new Error("Chromium is missing: apt install chromium");
    const folder = await mkdtemp(join(tmpdir(), "055055-page-"));
    const sound = join(folder, "tone.wav");
    await writeFile(sound, toneWav(hz));
    const args = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];
    args.push(`--use-file-for-fake-audio-capture=${sound}`);
    const media = await addMediaInterface();
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
    return new PageDesks(browser, folder, media);
  }

  /** Signed in with the page as the phone, desk open. `before` runs in the page ahead of its own scripts. */
  async signIn(url: string, login: string, seat: string, before?: string | (() => void)): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    this.contexts.push(context);
    await context.addInitScript({ content: pageScript });
    if (before) await context.addInitScript(typeof before === "string" ? { content: before } : before);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) this.errors.push(line.text());
    });
    await page.goto(url);
    await page.getByLabel("Nome utente").fill(login);
    await page.getByLabel("Password").fill(testPassword);
    await page.getByRole("textbox", { name: "Postazione" }).fill(seat);
    await page.getByLabel(/Telefono nella pagina/).check();
    await page.keyboard.press("Enter");
    return page;
  }

  /** Closes every page, as at the end of a test. */
  async leave(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  async close(): Promise<void> {
    await this.leave();
    await this.browser.close();
    await this.media?.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Loudness of what arrives in the page's newest call, 0 to 1. */
export function heardLevel(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    let level = 0;
    const report = await connections.at(-1)?.getStats();
    report?.forEach((entry: { type: string; audioLevel?: number }) => {
      if (entry.type === "inbound-rtp") level = entry.audioLevel ?? 0;
    });
    return level;
  });
}

/** Cuts the phone's way to the switch, as a failing network does. */
export function cutSocket(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as { sockets: WebSocket[] }).sockets.at(-1)?.close());
}

/** Waits until a measured value is as wanted; fails with the last one. */
export async function until(
  what: string,
  measure: () => number | Promise<number>,
  fits: (value: number) => boolean,
  limitMs = 6_000,
): Promise<number> {
  const start = performance.now();
  for (;;) {
    const value = await measure();
    if (fits(value)) return performance.now() - start;
    if (performance.now() - start > limitMs) throw new Error(`${what}: ${value}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** One second of a tone that goes round without a seam. */
function toneWav(hz: number): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + rate * 2, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(rate * 2, 40);
  const samples = Buffer.alloc(rate * 2);
  for (let n = 0; n < rate; n++)
    samples.writeInt16LE(Math.round(9_000 * Math.sin((2 * Math.PI * hz * n) / rate)), n * 2);
  return Buffer.concat([head, samples]);
}

/** What the page's calls have sent and received, and how much the microphone said; counts since the page was loaded. */
export function voiceStatistics(page: Page): Promise<{ received: number; sent: number; saidEnergy: number }> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const sums = { received: 0, sent: 0, saidEnergy: 0 };
    const report = await connections.at(-1)?.getStats();
    report?.forEach((entry: Record<string, unknown>) => {
      if (entry.type === "inbound-rtp") sums.received += Number(entry.packetsReceived ?? 0);
      if (entry.type === "outbound-rtp") sums.sent += Number(entry.packetsSent ?? 0);
      if (entry.type === "media-source") sums.saidEnergy += Number(entry.totalAudioEnergy ?? 0);
    });
    return sums;
  });
}
