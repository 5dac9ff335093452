import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { caseRoutes } from "../src/cases/case-routes.ts";
import { citizenRoutes } from "../src/citizens/citizen-routes.ts";
import { organisationRoutes } from "../src/organisation/organisation-routes.ts";
import { buildPage } from "../src/start/copies/build-page.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { layService, PageCall } from "./support/page-call.ts";
import { type TestWeb, testPassword, testPerson, testWeb } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

describe("page: an operator's desk in a real browser", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let web: TestWeb;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let annaId: string;
  const errors: string[] = [];

  before(async () => {
    if (!existsSync("/usr/bin/chromium")) throw new Error("Chromium is missing: apt install chromium");
    await buildPage(checkout);
    database = await testDatabase();
    const { pool } = database;
    annaId = await testPerson(pool, "anna", "operator", "201");
    await layService(pool);
    const routes = [...caseRoutes({ pool }), ...citizenRoutes({ pool }), ...organisationRoutes({ pool })];
    web = await testWeb(database, { routes });
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await database?.drop();
  });
  beforeEach(async () => {
    await database.pool.query(
      "update operators set system = 'idle', chosen = 'offline', call_id = null, wrap_up_until = null",
    );
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    page = await context.newPage();
    errors.length = 0;
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) errors.push(line.text());
    });
    await page.goto(web.url);
    await page.getByLabel("Nome utente").fill("anna");
    await page.getByLabel("Password").fill(testPassword);
    await page.keyboard.press("Enter");
    await page.getByText("Nessuna chiamata in corso").waitFor();
  });
  afterEach(async () => {
    await context.close();
    expect(errors).to.deep.equal([]);
  });

  const settled = () => page.getByText("Salvato", { exact: true }).waitFor();
  const violations = async () => {
    const { violations: found } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`);
  };

  it("rings, pops, is classified and closed by keyboard alone", async () => {
    const call = await PageCall.ring(database.pool, annaId);
    await page.getByText("Rispondi dal telefono").waitFor();
    expect(await page.locator("[data-live=assertive]").textContent()).to.match(/Chiamata in arrivo: 055 0012345/);
    expect(await page.evaluate(() => document.activeElement?.tagName), "focus is not stolen").to.equal("BODY");
    await call.answer();
    await page.getByRole("button", { name: "Attesa" }).waitFor();
    await page.getByRole("combobox", { name: "Servizio" }).focus();
    await page.keyboard.type("Anagrafe");
    await page.getByRole("option", { name: /Anagrafe/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("radio", { name: "Informazione", exact: true }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("checkbox", { name: "Come" }).focus();
    await page.keyboard.press("Space");
    await page.getByLabel("Richiesta del cittadino").focus();
    await page.keyboard.type("Quali documenti servono?");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Carta d'identità e modulo.");
    await settled();
    await call.end();
    await page.getByRole("group", { name: "Chiusura della chiamata" }).waitFor();
    await page.getByRole("radio", { name: /Risolto I livello/ }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("F9");
    await page.getByText("Nessuna chiamata in corso").waitFor();
    const { rows } = await database.pool.query(
      "select status, attribute, request, answer, reason from cases where id = $1",
      [call.caseId],
    );
    expect(rows[0]).to.deep.equal({
      status: "resolved_l1",
      attribute: "communicated",
      request: "Quali documenti servono?",
      answer: "Carta d'identità e modulo.",
      reason: "information",
    });
  });

  it("loses nothing when the page is reloaded in the middle of a word", async () => {
    const call = await PageCall.ring(database.pool, annaId);
    await call.answer();
    await page.getByLabel("Richiesta del cittadino").fill("Testo appena scritto");
    await page.reload();
    await page.getByLabel("Richiesta del cittadino").waitFor();
    expect(await page.getByLabel("Richiesta del cittadino").inputValue()).to.equal("Testo appena scritto");
    await settled();
    await call.leave();
  });

  it("keeps a citizen's record that is half written when the page is reloaded, until it is saved", async () => {
    const call = await PageCall.ring(database.pool, annaId);
    await call.answer();
    await page.getByRole("button", { name: "Nuova anagrafica" }).click();
    const form = page.locator(".citizen-form");
    await form.getByLabel("Nome", { exact: true }).fill("Ginevra");
    await page.reload();
    await form.getByLabel("Cognome").fill("Ventavoli");
    expect(await form.getByLabel("Nome", { exact: true }).inputValue()).to.equal("Ginevra");
    await form.getByRole("button", { name: "Salva" }).click();
    await page.getByRole("heading", { name: "Ginevra Ventavoli" }).waitFor();
    const { rows } = await database.pool.query("select first_name from citizens where last_name = 'Ventavoli'");
    expect(rows).to.deep.equal([{ first_name: "Ginevra" }]);
    const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("citizen")));
    expect(await kept(), "nothing of a citizen stays in the browser").to.deep.equal([]);
    await call.leave();
  });

  it("shows what another hand changed and lets the person decide", async () => {
    const call = await PageCall.ring(database.pool, annaId);
    await call.answer();
    const request = page.getByLabel("Richiesta del cittadino");
    // Saved once: the page knows the case's number of before the other hand.
    await request.fill("Da me");
    await settled();
    await database.pool.query("update cases set request = 'Di un altro', version = version + 1 where id = $1", [
      call.caseId,
    ]);
    await request.fill("Mio");
    await page.getByRole("heading", { name: /Qualcun altro ha modificato/ }).waitFor();
    expect(await violations()).to.deep.equal([]);
    await page.getByRole("button", { name: "Tieni entrambi" }).click();
    await settled();
    expect(await request.inputValue()).to.equal("Di un altro\nMio");
    await call.leave();
  });

  it("says within five seconds that the connection is lost, keeps the text, and heals by itself", async () => {
    const call = await PageCall.ring(database.pool, annaId);
    await call.answer();
    await page.getByLabel("Richiesta del cittadino").waitFor();
    await context.setOffline(true);
    await page.locator("[data-banner=connection]").waitFor({ timeout: 5_000 });
    await page.getByLabel("Richiesta del cittadino").fill("Scritto senza rete");
    await call.hold();
    await context.setOffline(false);
    await page.locator("[data-banner=connection]").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Riprendi" }).waitFor();
    await settled();
    const { rows } = await database.pool.query("select request from cases where id = $1", [call.caseId]);
    expect(rows[0].request).to.equal("Scritto senza rete");
    await call.leave();
  });

  it("an ended session asks to sign in again on top of the text", async () => {
    const answered = (path: string) => page.waitForResponse((answer) => answer.url().includes(path));
    await Promise.all([answered("/agencies"), page.reload()]);
    const asked = [answered("/cards")];
    const call = await PageCall.ring(database.pool, annaId);
    await page.getByLabel("Richiesta del cittadino").waitFor();
    // What the page asks by itself is answered: the first that meets the end of the session is the typing.
    asked.push(answered("/legal-moves"), answered("/transfers"));
    await call.answer();
    await Promise.all(asked);
    await database.pool.query("delete from sessions");
    await page.getByLabel("Richiesta del cittadino").fill("Scritto dopo la scadenza");
    await page.getByText("La sessione è scaduta. Accedi di nuovo").waitFor();
    await page.getByLabel("Password").fill(testPassword);
    await page.keyboard.press("Enter");
    await settled();
    expect(await page.getByLabel("Richiesta del cittadino").inputValue()).to.equal("Scritto dopo la scadenza");
    await call.leave();
  });

  it("has no axe violation idle, ringing, talking and in wrap-up", async () => {
    expect(await violations(), "idle").to.deep.equal([]);
    const call = await PageCall.ring(database.pool, annaId);
    await page.getByText("Rispondi dal telefono").waitFor();
    expect(await violations(), "ringing").to.deep.equal([]);
    await call.answer();
    await page.getByRole("button", { name: "Attesa" }).waitFor();
    expect(await violations(), "talking").to.deep.equal([]);
    await call.end();
    await page.getByRole("group", { name: "Chiusura della chiamata" }).waitFor();
    expect(await violations(), "wrap-up").to.deep.equal([]);
    await call.leave();
  });

  it("has no scroll sideways at 320 pixels", async () => {
    const call = await PageCall.ring(database.pool, annaId);
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByText("Rispondi dal telefono").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(320);
    await call.leave();
  });
});
