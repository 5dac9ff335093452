import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { systemClock } from "../src/clock.ts";
import { createPool, type Pool } from "../src/database/pool.ts";
import { silentLogger } from "../src/log.ts";
import { reportRoutes } from "../src/reports/report-routes.ts";
import { type Reports, startReports } from "../src/reports/start-reports.ts";
import { buildPage } from "../src/start/copies/build-page.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { pastCall } from "./support/reports.ts";
import { type TestWeb, testPassword, testPerson, testWeb } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

describe("page: reports", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let world: CaseWorld;
  let web: TestWeb;
  let own: Pool;
  let reports: Reports;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    await buildPage(checkout);
    database = await testDatabase();
    const { pool } = database;
    world = await caseWorld(pool);
    await testPerson(pool, "olga", "supervisor");
    await pool.query("update people set password_hash = (select password_hash from people where login = 'olga')");
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const past = { at: yesterday, wait: 5, reason: "issue_report", status: "assigned_resolved" };
    await pastCall(world, { ...past, service: world.services.roads });
    web = await testWeb(database, { routes: reportRoutes({ pool, clock: systemClock }) });
    own = createPool(database.url, "reports", 6, silentLogger);
    reports = await startReports({ pool: own, mail: null, publicUrl: null, clock: systemClock, log: silentLogger });
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await reports?.stop();
    await own?.end();
    await web?.close();
    await database?.drop();
  });
  afterEach(async () => {
    await context?.close();
    expect(errors.splice(0)).to.deep.equal([]);
  });

  async function signIn(login: string): Promise<void> {
    context = await browser.newContext({
      viewport: { width: 1366, height: 768 },
      locale: "it-IT",
      acceptDownloads: true,
    });
    page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) errors.push(line.text());
    });
    await page.goto(`${web.url}/#/rapporti`);
    await page.getByLabel("Nome utente").fill(login);
    await page.getByLabel("Password").fill(testPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Rapporti", level: 1 }).waitFor();
  }
  const violations = async () => {
    const { violations: found } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  };

  it("a supervisor asks for one by keyboard, reads what it counts, sees it made and fetches it", async () => {
    await signIn("olga");
    await page.getByText("Scegli un rapporto").waitFor();
    expect(await violations()).to.deep.equal([]);
    await page.getByRole("button", { name: "Chiedi un rapporto" }).press("Enter");
    await page.getByRole("heading", { name: "Chiedi un rapporto", level: 2 }).waitFor();
    await page.getByLabel("Rapporto", { exact: true }).last().selectOption("Segnalazioni");
    await page.getByText("Elenca i casi con motivo di contatto Segnalazione").waitFor();
    expect(await violations()).to.deep.equal([]);
    await page.getByRole("button", { name: "Chiedi", exact: true }).press("Enter");
    await page.getByText("Tutti i totali coincidono con le tabelle.").waitFor({ timeout: 30_000 });
    const csv = page.getByRole("link", { name: /^Scarica CSV .*: Strade$/ });
    const [download] = await Promise.all([page.waitForEvent("download"), csv.press("Enter")]);
    expect(download.suggestedFilename()).to.match(/^segnalazioni-.*-ufficio-1\.csv$/);
    const pieces: Buffer[] = [];
    for await (const piece of await download.createReadStream()) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).toString()).to.match(/^\uFEFFSegnalazioni\r\n.* - Strade\r\n/);
    await page.getByRole("link", { name: /^Segnalazioni .*pronto/ }).waitFor();
    expect(await violations()).to.deep.equal([]);
  });

  it("an office finds its own copy and no way to ask; in English too", async () => {
    await signIn(world.roads.login);
    await page.getByRole("link", { name: /^Segnalazioni/ }).press("Enter");
    await page.getByRole("link", { name: /^Scarica PDF/ }).waitFor();
    expect(await page.getByRole("link", { name: /^Scarica/ }).count()).to.equal(3);
    expect(await page.getByRole("button", { name: "Chiedi un rapporto" }).count()).to.equal(0);
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Issue reports" }).waitFor();
    expect(await violations()).to.deep.equal([]);
  });
});
