import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import { generateSync } from "otplib";
import { type Browser, chromium, type Page } from "playwright-core";
import { systemClock } from "../src/clock.ts";
import { cardRoutes } from "../src/knowledge/card-routes.ts";
import { organisationRoutes } from "../src/organisation/organisation-routes.ts";
import { peopleRoutes } from "../src/people/admin/people-routes.ts";
import { oidcRoutes } from "../src/people/sign-in/oidc/oidc-routes.ts";
import { buildPage } from "../src/start/copies/build-page.ts";
import { freePort, type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestWeb, testClient, testPassword, testPerson, testWeb } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const newPassword = "tre parole scelte bene";

/** Signing in and the own account, as people do it: by keyboard, without an axe violation (ASVS 6, 7). */
describe("page: sign-in, second factor, account", function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let web: TestWeb;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    if (!existsSync("/usr/bin/chromium")) throw new Error("Chromium is missing: apt install chromium");
    await buildPage(checkout);
    database = await testDatabase();
    const { pool } = database;
    for (const [login, role] of [
      ["pietro", "administrator"],
      ["sara", "supervisor"],
      ["vera", "supervisor"],
    ] as const) {
      await testPerson(pool, login, role);
    }
    await testPerson(pool, "anna", "operator", "201");
    await pool.query("update people set must_change_password = true where login = 'pietro'");
    const oidc = { issuer: `http://127.0.0.1:${await freePort()}`, clientId: "x", clientSecret: "y" };
    web = await testWeb(database, {
      routes: [
        ...oidcRoutes({ pool, clock: systemClock, sessionSecret: "x".repeat(20), oidc, publicUrl: "http://127.0.0.1" }),
        ...peopleRoutes({ pool }),
        ...organisationRoutes({ pool }),
        ...cardRoutes({ pool, clock: systemClock }),
      ],
      more: {
        config: {
          ...{ port: 0, publicUrl: null, sessionSecret: "a secret of the tests", demo: false },
          limits: { address: 0, stranger: 0, person: 0, search: 1, export: 0, upload: 0 },
        },
      },
    });
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await database?.drop();
  });
  afterEach(async () => {
    await page?.context().close();
    expect(errors).to.deep.equal([]);
  });

  const open = async (path = "/") => {
    errors.length = 0;
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) errors.push(line.text());
    });
    await page.goto(web.url + path);
    await page.getByLabel("Nome utente").waitFor();
  };
  const write = async (label: string, text: string) => {
    await page.getByLabel(label, { exact: true }).focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
  };
  const signIn = async (login: string, password: string) => {
    await write("Nome utente", login);
    await write("Password", password);
    await page.keyboard.press("Enter");
  };
  const press = async (name: string) => {
    await page.getByRole("button", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
  };
  const heading = (name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
  const said = (text: string | RegExp) => page.getByRole("alert").getByText(text).waitFor();
  /** No violation, nothing cut off at 320 pixels; with PICTURES a screenshot to look at. */
  const look = async (name: string) => {
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`),
      name,
    ).to.deep.equal([]);
    const folder = process.env.PICTURES;
    if (folder) {
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name} at 320`).to.be.at.most(320);
    if (folder) await page.screenshot({ path: join(folder, `${name}-320.png`) });
    await page.setViewportSize({ width: 1366, height: 768 });
  };
  /** Of the period after this one, which counts too: each code is good once. */
  const codeOf = (secret: string, laterSeconds = 0) =>
    generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + laterSeconds });

  it("an administrator chooses a password, connects an app, and signs in with its code", async () => {
    await open();
    await signIn("pietro", testPassword);
    await heading("Scegli la tua password");
    await look("choose-password");
    await write("Password attuale", "non è questa qui");
    await write("Nuova password", newPassword);
    await page.keyboard.press("Enter");
    await said(/password/i);
    await write("Password attuale", testPassword);
    await write("Nuova password", newPassword);
    await page.keyboard.press("Enter");

    await heading("Collega un'app di autenticazione");
    const key = page.getByLabel("Chiave", { exact: true });
    await key.waitFor();
    await page.getByRole("img", { name: "Codice QR della chiave" }).waitFor();
    await look("connect-app");
    const secret = await key.inputValue();
    await write("Codice a sei cifre", "000000");
    await page.keyboard.press("Enter");
    await said("Codice non corretto: controlli l'ora del telefono.");
    await write("Codice a sei cifre", codeOf(secret));
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Sezioni" }).waitFor();

    await press("Esci");
    await page.getByLabel("Nome utente").waitFor();
    await signIn("pietro", newPassword);
    await said("Inserisca il codice a sei cifre dell'app di autenticazione.");
    await look("code-asked");
    await write("Codice a sei cifre", "123456");
    await write("Password", newPassword);
    await page.keyboard.press("Enter");
    await said("Codice non corretto, scaduto o già usato.");
    await write("Codice a sei cifre", codeOf(secret, 30));
    await write("Password", newPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Sezioni" }).waitFor();
  });

  it("says how long to wait after too many wrong passwords", async () => {
    const stranger = await testClient(web.url);
    for (let n = 0; n < 10; n++) await stranger.call("POST", "/session", { login: "vera", password: "sbagliata" });
    await open();
    await signIn("vera", testPassword);
    await said("Troppi tentativi non riusciti: riprovi tra 15 minuti o si rivolga all'amministratore.");
    await look("throttled");
  });

  it("offers the identity provider, and says in words what it refused", async () => {
    await open();
    const link = page.getByRole("link", { name: "Accedi con l'identità digitale" });
    await link.waitFor();
    await look("identity-provider");
    await link.focus();
    // Nobody answers at the provider's address: the browser is brought back to the page.
    await page.keyboard.press("Enter");
    await said("L'accesso con l'identità digitale non è riuscito: riprova, o entra con la password.");
    await page.context().close();
    await open("/?accesso=oidc_unknown");
    await said("Questa identità non è collegata a una persona: rivolgiti a chi amministra.");
    await look("identity-refused");
  });

  it("own account: another password, an app of one's own choice, and out of every computer", async () => {
    const elsewhere = await testClient(web.url, "sara");
    await open();
    await signIn("sara", testPassword);
    await page.getByRole("navigation", { name: "Sezioni" }).waitFor();
    await page.getByRole("link", { name: "Il mio account: sara" }).focus();
    await page.keyboard.press("Enter");
    await heading("Il mio account");
    await page.getByText("(questa pagina)").waitFor();
    expect(await page.getByText(/^Accesso del /).count()).to.equal(2);
    await look("account");
    await write("Password attuale", testPassword);
    await write("Nuova password", newPassword);
    await page.keyboard.press("Enter");
    await page.getByText("Password cambiata. Sugli altri computer la sessione è finita.").waitFor();
    expect((await elsewhere.call("GET", "/me")).status).to.equal(401);
    await page
      .getByText(/^Accesso del /)
      .nth(1)
      .waitFor({ state: "detached" });

    await press("Collega un'app di autenticazione");
    const key = page.getByLabel("Chiave", { exact: true });
    await key.waitFor();
    await write("Codice a sei cifre", codeOf(await key.inputValue()));
    await page.keyboard.press("Enter");
    await page.getByText(/Un'app di autenticazione è collegata/).waitFor();
    await look("account-with-app");
    await press("Esci da tutti i computer");
    await page.getByLabel("Nome utente").waitFor();
    const { rows } = await database.pool.query(
      "select from sessions where person_id = (select id from people where login = 'sara')",
    );
    expect(rows).to.deep.equal([]);
  });

  it("says in Italian that there were too many requests", async () => {
    await open();
    await signIn("anna", testPassword);
    await page.getByText("Nessuna chiamata in corso").waitFor();
    const search = page.locator("#knowledge-search");
    for (const word of ["carta", "strade"]) {
      await search.focus();
      const answered = page.waitForResponse((answer) => answer.url().includes("/cards?"));
      await page.keyboard.press("Control+A");
      await page.keyboard.type(word);
      await answered;
    }
    await page
      .getByText(/^Troppe richieste in poco tempo: attenda \d+ secondi e riprovi\.$/)
      .first()
      .waitFor();
    await look("too-many");
    // The page itself: it says why it waits, and comes when it may.
    let refusals = 0;
    await page.route("**/api/v1/me", (route) =>
      ++refusals > 1
        ? route.continue()
        : route.fulfill({
            status: 429,
            contentType: "application/problem+json",
            body: JSON.stringify({
              code: "too_many_requests",
              it: "Troppe richieste in poco tempo: attenda 9 secondi e riprovi.",
            }),
          }),
    );
    await page.reload();
    await said("Troppe richieste in poco tempo: attenda 9 secondi e riprovi.");
    await page.getByText("Nessuna chiamata in corso").waitFor();
  });
});
