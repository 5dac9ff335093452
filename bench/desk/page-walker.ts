import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page, Request, Route } from "playwright-core";
import { testPassword } from "../../test/support/web.ts";
import type { DeskStage } from "./desk-stage.ts";

/** Of WCAG 2.2 AA, as axe names its rules. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What the pictures are taken in: the two common screens, forced colours, zoom of 200 % and of 400 % of 1366 pixels. */
export const looks = [
  { name: "1366", width: 1366, height: 768, forced: false },
  { name: "1920", width: 1920, height: 1080, forced: false },
  { name: "forced", width: 1366, height: 768, forced: true },
  { name: "zoom200", width: 683, height: 384, forced: false },
  { name: "zoom400", width: 320, height: 640, forced: false },
] as const;

export type Language = "it" | "en";
/** How the server answers what a screen asks for. */
export type Answers = "real" | "slow" | "empty" | "failing";

/** What was seen so far; each is printed at once, so that a walk that is broken off has told something. */
export class Findings {
  states = 0;
  readonly violations: string[] = [];
  readonly faults: string[] = [];

  violation(words: string): void {
    this.violations.push(words);
    console.log(`AXE    ${words}`);
  }

  fault(words: string): void {
    if (this.faults.includes(words)) return;
    this.faults.push(words);
    console.log(`FAULT  ${words}`);
  }
}

/** @throws Error with the words of the page that does not let in */
export async function isIn(page: Page): Promise<void> {
  const sections = page.getByRole("navigation", { name: "Sezioni" });
  await sections.waitFor().catch(async () => {
    throw new Error(`nobody is signed in, the page says: ${await page.locator("body").innerText()}`);
  });
}

/** One signed-in page that is led around and looked at. */
export class PageWalker {
  readonly page: Page;
  readonly findings: Findings;
  readonly pictures: string | null;
  private readonly running = new Set<Request>();
  private lastRequestAt = 0;
  private answers: Answers = "real";
  private letGo: (() => void)[] = [];

  private constructor(page: Page, findings: Findings, pictures: string | null) {
    this.page = page;
    this.findings = findings;
    this.pictures = pictures;
  }

  /** @param pictures folder for screenshots, null: none are taken */
  static async open(stage: DeskStage, findings: Findings, pictures: string | null): Promise<PageWalker> {
    const page = await (await stage.context()).newPage();
    const walker = new PageWalker(page, findings, pictures);
    if (pictures) await mkdir(pictures, { recursive: true });
    page.on("pageerror", (error) => findings.fault(`page error at ${page.url()}: ${error.message}`));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) findings.fault(line.text());
    });
    page.on("request", (request) => {
      if (!walker.counts(request)) return;
      walker.running.add(request);
      walker.lastRequestAt = performance.now();
    });
    const ended = (request: Request) => {
      walker.running.delete(request);
      walker.lastRequestAt = performance.now();
    };
    page.on("requestfinished", ended);
    page.on("requestfailed", ended);
    await page.route("**/api/v1/**", (route) => walker.answer(route));
    await page.goto(stage.centre.url);
    await page.getByLabel("Nome utente").waitFor();
    return walker;
  }

  async signIn(login: string, seat = ""): Promise<void> {
    const { page } = this;
    await page.getByLabel(/Nome utente|User name/).fill(login);
    await page.getByLabel("Password").fill(testPassword);
    if (seat) await page.getByRole("textbox", { name: /Postazione|Desk|Seat/ }).fill(seat);
    await page.keyboard.press("Enter");
  }

  async speak(language: Language): Promise<void> {
    const name = language === "it" ? "Italiano" : "English";
    await this.page.getByRole("button", { name, exact: true }).first().click();
    await this.page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
  }

  /** Opens a place anew, with the server answering as told. */
  async visit(place: string, answers: Answers = "real"): Promise<void> {
    this.answers = answers;
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${place}`);
    await this.page.reload();
    await this.page.locator("main h1, main h2, main .empty, main .page-wait").first().waitFor();
    await this.settled();
  }

  /** From here on the server answers as it does. */
  async answerAgain(): Promise<void> {
    this.answers = "real";
    for (const go of this.letGo.splice(0)) go();
  }

  /** Nothing is asked any more for a moment; with slow answers: the questions wait. */
  async settled(): Promise<void> {
    const quietMs = 250;
    const limit = performance.now() + 15_000;
    for (;;) {
      const quiet = performance.now() - this.lastRequestAt > quietMs;
      if (quiet && (this.running.size === 0 || this.answers === "slow")) return;
      if (performance.now() > limit) {
        const waiting = [...this.running].map((request) => request.url()).join(" ");
        throw new Error(`${this.page.url()} does not come to rest: ${waiting}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** Axe over the whole page, nothing wider than the page, and a name for the state in what is found. */
  async judge(state: string): Promise<void> {
    this.findings.states++;
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(tags).analyze();
    for (const { id, nodes } of violations) {
      const where = nodes.map(({ target }) => String(target)).slice(0, 3);
      this.findings.violation(`${state}: ${id} at ${where.join(", ")} (${nodes.length})`);
    }
    await this.isWithin(state);
    await this.saysNoKeys(state);
  }

  /** A picture in each look; at narrow widths the page must not move sideways. */
  async picture(name: string, only?: readonly string[]): Promise<void> {
    if (!this.pictures) return;
    const { page } = this;
    for (const look of looks) {
      if (only && !only.includes(look.name)) continue;
      await page.setViewportSize({ width: look.width, height: look.height });
      if (look.forced) await page.emulateMedia({ forcedColors: "active" });
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await this.isWithin(`${name} at ${look.name}`);
      const file = join(this.pictures, `${name.replaceAll(/[^\w.-]+/g, "_")}-${look.name}.png`);
      const high = await page.evaluate(() => document.documentElement.scrollHeight);
      const clip = { x: 0, y: 0, width: look.width, height: Math.min(Math.max(high, look.height), 1_600) };
      await page.screenshot({ path: file, ...(look.width < 1_000 ? { fullPage: true, clip } : {}) });
      if (look.forced) await page.emulateMedia({ forcedColors: "none" });
    }
    await page.setViewportSize({ width: 1366, height: 768 });
  }

  private async isWithin(state: string): Promise<void> {
    const { wide, seen, who } = await this.page.evaluate(() => {
      const seen = document.documentElement.clientWidth;
      // Outermost first; what scrolls by itself keeps what is in it.
      const out = [...document.querySelectorAll("body *")].filter(
        (one) => one.getBoundingClientRect().right > seen + 1 && !one.closest(".table-scroll, .flow-drawing"),
      );
      const who = out.slice(-1).map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
      return { wide: document.documentElement.scrollWidth, seen, who: who.join() };
    });
    if (wide > seen) this.findings.fault(`${state}: ${wide} pixels in a width of ${seen} (${who})`);
  }

  /** A name of the catalogue instead of its words, or a value that is none. */
  private async saysNoKeys(state: string): Promise<void> {
    const said = await this.page.locator("body").innerText();
    const raw = /\bundefined\b|\[object Object\]|\bNaN\b|\bInvalid Date\b/.exec(said);
    if (raw) this.findings.fault(`${state}: says ${raw[0]}`);
  }

  /** The live feed has no end, and the phone and clocks of the page are no part of a screen. */
  private counts(request: Request): boolean {
    return request.url().includes("/api/v1/") && !request.url().includes("/desk/events");
  }

  private async answer(route: Route): Promise<void> {
    const request = route.request();
    const screens = request.method() === "GET" && !/\/(desk\/events|me|session)(\?|$)/.test(request.url());
    if (!screens || this.answers === "real") return route.continue();
    if (this.answers === "slow") {
      await new Promise<void>((go) => this.letGo.push(go));
      return route.continue().catch(() => undefined);
    }
    if (this.answers === "failing") {
      const body = JSON.stringify({ code: "database_unavailable", status: 503, title: "The database is away" });
      return route.fulfill({ status: 503, contentType: "application/problem+json", body });
    }
    const response = await route.fetch();
    const body: unknown = await response.json().catch(() => null);
    if (!isList(body)) return route.fulfill({ response });
    return route.fulfill({ response, json: { ...body, items: [], nextCursor: null } });
  }
}

function isList(body: unknown): body is { items: unknown[] } {
  return typeof body === "object" && body !== null && "items" in body && Array.isArray(body.items);
}
