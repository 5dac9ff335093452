import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { buildPage } from "../src/start/copies/build-page.ts";
import { KeyboardHands } from "./support/keyboard-hands.ts";
import { PageCall } from "./support/page-call.ts";
import { PageWork } from "./support/page-work.ts";
import { testPassword } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Tab, arrows, Space, Enter and the keys of the desk; no focus is set by the test, and a pointer would be counted. */
describe("page: the main jobs without a mouse", function () {
  this.timeout(90_000);
  let work: PageWork;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let hands: KeyboardHands;
  let call: PageCall | null = null;

  before(async () => {
    if (!existsSync("/usr/bin/chromium")) throw new Error("Chromium is missing: apt install chromium");
    await buildPage(checkout);
    work = await PageWork.open();
    await work.card("Carta d'identità elettronica", work.world.services.registry.id, "Si prenota in municipio.");
    await work.officeAtWork();
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await work?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    page = await context.newPage();
    hands = await KeyboardHands.on(page);
    await page.goto(work.url);
  });
  afterEach(async () => {
    await call?.leave();
    call = null;
    await context.close();
  });

  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const radio = (name: string) => page.getByRole("radio", { name, exact: true });
  const request = () => page.getByLabel("Richiesta del cittadino");
  const assertive = () => page.locator("[data-live=assertive]");
  const polite = (words: RegExp) =>
    page.locator("[data-live=polite]").filter({ hasText: words }).waitFor({ state: "attached" });
  const signIn = async () => {
    await hands.write(page.getByLabel("Nome utente"), work.world.anna.login);
    await hands.write(page.getByLabel("Password"), testPassword);
    await page.keyboard.press("Enter");
    await page.getByText("Nessuna chiamata in corso").waitFor();
  };
  const ring = async () => {
    call = await PageCall.ring(work.pool, work.world.anna.id);
    return call;
  };

  it("signs in, rings, searches a card, classifies, transfers, is told, assigns, signs out", async () => {
    await signIn();
    const rung = await ring();
    await assertive()
      .filter({ hasText: /Chiamata in arrivo/ })
      .waitFor({ state: "attached" });
    await rung.answer();
    await polite(/In chiamata/);
    await request().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("carta identita");
    await hands.press(button(/Carta d'identità elettronica/));
    await hands.press(button("Usa questa scheda"));
    await page.getByText("Scheda scelta per questo caso").waitFor();
    await hands.choose(radio("Informazione"));
    await hands.press(page.getByRole("checkbox", { name: "Come" }), "Space");
    await hands.write(request(), "Come si rinnova?");
    await page.getByText("Salvato", { exact: true }).waitFor();
    await page.keyboard.press("F8");
    await hands.press(button("Verifica disponibilità"));
    await hands.press(button("Trasferisci ora"));
    await page.getByText("Sta squillando").first().waitFor();
    await work.endTransfer(rung.callId, "no_answer");
    await page.getByText("Nessuna risposta: il cittadino è di nuovo con te.").first().waitFor();
    await assertive()
      .filter({ hasText: /Nessuna risposta/ })
      .waitFor({ state: "attached" });
    await hands.press(page.getByLabel("Il cittadino conferma che questo numero è suo"), "Space");
    await hands.press(button("Assegna il caso"));
    await page.getByRole("radio", { name: "Assegnato", checked: true }).waitFor();
    await page.keyboard.press("F9");
    await page.getByText("Caso completato").waitFor();
    const { rows } = await work.pool.query("select status, request from cases where id = $1", [rung.caseId]);
    expect(rows).to.deep.equal([{ status: "assigned", request: "Come si rinnova?" }]);
    await rung.leave();
    expect(await hands.pointers(), "no pointer was pressed").to.equal(0);
    await hands.press(button("Esci"));
    await page.getByLabel("Nome utente").waitFor();
  });

  it("a call that pops while something else is written leaves focus, text and caret where they are", async () => {
    await signIn();
    const search = page.getByLabel("Cerca nelle schede");
    await page.keyboard.press("/");
    await search.and(page.locator(":focus")).waitFor();
    await page.keyboard.type("carta ident");
    const rung = await ring();
    await page.getByText("Rispondi dal telefono").waitFor();
    await page.keyboard.type("ita");
    expect(await search.inputValue()).to.equal("carta identita");
    expect(await search.evaluate((field) => field === document.activeElement), "focus is not stolen").to.equal(true);
    await rung.answer();
    await hands.write(request(), "Prima chi");
    await page.evaluate(() => Object.assign(globalThis, { written: document.activeElement }));
    await rung.hold();
    await button("Riprendi").waitFor();
    await page.keyboard.type("amata");
    await polite(/In attesa/);
    expect(await request().inputValue()).to.equal("Prima chiamata");
    const kept = () => page.evaluate(() => Reflect.get(globalThis, "written") === document.activeElement);
    expect(await kept(), "the same field, not one made anew").to.equal(true);
  });

  it("keeps the text of a case when the next call rings over it, and of a tab that is closed without warning", async () => {
    await signIn();
    const first = await ring();
    await first.answer();
    await hands.write(request(), "Testo del primo caso");
    await page.getByText("Salvato", { exact: true }).waitFor();
    await context.setOffline(true);
    await page.keyboard.type(" e il resto");
    // Gone as a browser that is killed: nothing is sent, no handler of the page runs.
    const state = await context.storageState();
    await context.close();
    context = await browser.newContext({
      viewport: { width: 1366, height: 768 },
      locale: "it-IT",
      storageState: state,
    });
    page = await context.newPage();
    await page.goto(work.url);
    await request().waitFor();
    expect(await request().inputValue()).to.equal("Testo del primo caso e il resto");
    await page.getByText("Salvato", { exact: true }).waitFor();
    const { rows } = await work.pool.query("select request from cases where id = $1", [first.caseId]);
    expect(rows[0].request).to.equal("Testo del primo caso e il resto");
  });

  it("holds at zoom 200 %, and in forced colours tells what is current and pressed", async () => {
    await signIn();
    await page.setViewportSize({ width: 683, height: 384 });
    const rung = await ring();
    await rung.answer();
    await hands.write(request(), "Con lo zoom");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(683);
    const over = await request().evaluate((field) => {
      field.scrollIntoView({ block: "nearest", behavior: "instant" });
      const { left, top, width, height } = field.getBoundingClientRect();
      const at = document.elementFromPoint(left + width / 2, top + height / 2);
      return at === field ? null : (at?.outerHTML.slice(0, 120) ?? `outside: ${top}`);
    });
    expect(over, "what covers the field that is written in").to.equal(null);
    await page.emulateMedia({ forcedColors: "active" });
    const grounds = await page
      .locator(".language-switch button")
      .evaluateAll((buttons) => buttons.map((one) => getComputedStyle(one).backgroundColor));
    expect(grounds[0]).not.to.equal(grounds[1]);
  });
});
