import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { v7 } from "uuid";
import { buildPage } from "../src/start/copies/build-page.ts";
import { type PageStack, pageStack } from "./support/page-stack.ts";
import { TcpGate } from "./support/tcp-gate.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

type Change = { screen: string; shows: string; sql: string };
const ofNadia =
  "(select r.agency_id from person_roles r join people p on p.id = r.person_id and p.login = 'nadia' limit 1)";

/** What somebody else writes into the database, and the words that the open list then shows; by who looks at it. */
const changes: Record<string, Change[]> = {
  olga: [
    {
      screen: "sala",
      shows: "Bruno Contini",
      sql: "update people set display_name = 'Bruno Contini' where login = 'bruno'",
    },
    {
      screen: "sala",
      shows: "055 0007654",
      sql: `insert into calls (id, caller_e164, state, queue_id, queued_at) select uuidv7(), '+390550007654', 'waiting', id, now() from queues`,
    },
    {
      screen: "chiamate",
      shows: "055 0008765",
      sql: `insert into calls (id, caller_e164, state, queue_id, queued_at) select uuidv7(), '+390550008765', 'waiting', id, now() from queues`,
    },
    {
      screen: "orari",
      shows: "Orario di prova",
      sql: "update calendars set name = 'Orario di prova' where id = (select min(id::text)::uuid from calendars)",
    },
  ],
  marco: [
    {
      screen: "schede",
      shows: "Ritirata",
      sql: `update cards set withdrawn_at = now(), published_version = null, search = null, title = null, title_search = null
        where id = (select id from cards where published_version is not null order by id desc limit 1)`,
    },
    {
      screen: "schede",
      shows: "zanzariere bioniche",
      sql: "insert into card_searches (text, found) values ('zanzariere bioniche', 'nothing')",
    },
    {
      screen: "esigenze",
      shows: "Esigenza riscritta",
      sql: "update information_needs set text = 'Esigenza riscritta' where state = 'reported'",
    },
  ],
  nadia: [
    {
      screen: "agende",
      shows: "Agenda nuova di zecca",
      sql: `update agendas set name = 'Agenda nuova di zecca' where agency_id = ${ofNadia}`,
    },
    {
      screen: "servizi",
      shows: "Accesso agli atti, nuovo",
      sql: `update services set name = 'Accesso agli atti, nuovo' where agency_id = ${ofNadia} and name like 'Accesso agli atti%'`,
    },
    {
      screen: "uffici",
      shows: "Ufficio rinominato",
      sql: `update offices set name = 'Ufficio rinominato' where id = (select id from offices where agency_id = ${ofNadia} order by name limit 1)`,
    },
  ],
};

describe("page: every list follows the database", function () {
  this.timeout(60_000);
  let stack: PageStack;
  let gate: TcpGate;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    if (!existsSync("/usr/bin/chromium")) throw new Error("Chromium is missing: apt install chromium");
    await buildPage(checkout);
    stack = await pageStack();
    gate = await TcpGate.to(stack.url);
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await gate?.close();
    await stack?.close();
  });
  afterEach(() => context?.close());

  const signIn = async (login: string) => {
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    page = await context.newPage();
    await page.goto(gate.url);
    await page.getByLabel("Nome utente").fill(login);
    await page.getByLabel("Password").fill(stack.logins.find((one) => one.login === login)?.password ?? "");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Sezioni" }).waitFor();
    // A reload would take this away.
    await page.evaluate(() => Object.assign(globalThis, { opened: "once" }));
  };
  const at = async (screen: string) => {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${screen}`);
    await page.locator(`nav a[aria-current="page"][href="#/${screen.split("/")[0]}"]`).waitFor();
    await page.locator("main h1").waitFor();
    await page.getByText("Caricamento…").first().waitFor({ state: "detached" });
  };
  const banner = () => page.locator("[data-banner=connection]");

  for (const [login, list] of Object.entries(changes)) {
    it(`${login}: ${[...new Set(list.map(({ screen }) => screen))].join(", ")}`, async () => {
      await signIn(login);
      for (const { screen, shows, sql } of list) {
        await at(screen);
        await page.locator("main .inbox-list li, main tbody tr").first().waitFor();
        // The words of the filters are no news.
        const news = page.locator("main .inbox-list, main .screen-part").getByText(shows);
        expect(await news.count(), `${screen} before`).to.equal(0);
        await stack.pool.query(sql);
        await news.first().waitFor({ timeout: 8_000 });
      }
      expect(await page.evaluate(() => Reflect.get(globalThis, "opened"))).to.equal("once");
    });
  }

  it("a list that was read on keeps its length and its place", async () => {
    await signIn("marco");
    await at("schede");
    const lines = page.locator(".inbox-list li");
    const before = await lines.count();
    await page.getByRole("button", { name: "Mostra altri" }).click();
    await page.waitForFunction((n) => document.querySelectorAll(".inbox-list li").length > n, before);
    const whole = await lines.count();
    const answered = page.waitForResponse((answer) => answer.url().includes("cursor="));
    await stack.pool.query("update cards set created_at = created_at");
    await answered;
    await page.waitForFunction((n) => document.querySelectorAll(".inbox-list li").length === n, whole);
  });

  it("a connection that goes silent is told within five seconds, and heals by itself with what was missed", async () => {
    await signIn("nadia");
    await at("agende");
    const before = performance.now();
    gate.freeze();
    await banner().waitFor({ timeout: 8_000 });
    expect(performance.now() - before, "told").to.be.lessThan(5_000);
    await stack.pool.query(`update agendas set name = 'Cambiata nel silenzio' where agency_id = ${ofNadia}`);
    gate.thaw();
    await banner().waitFor({ state: "detached", timeout: 10_000 });
    await page.getByText("Cambiata nel silenzio").first().waitFor();
  });

  it("a list that could not be read says so and comes by itself", async () => {
    await signIn("nadia");
    await page.route("**/api/v1/agendas*", (route) =>
      route.fulfill({ status: 503, json: { code: "database_unavailable" } }),
    );
    await at("agende");
    await page.getByText("La base dati non risponde").waitFor();
    await page.unroute("**/api/v1/agendas*");
    await page.locator(".inbox-list li").first().waitFor({ timeout: 8_000 });
    expect(await page.getByText("La base dati non risponde").count()).to.equal(0);
  });

  it("the inbox shows a case that another office gave it", async () => {
    const { rows } = await stack.pool.query<{ id: string; number: string }>(
      `select c.id, c.number::text from cases c join office_people o on o.office_id = c.office_id
        join people p on p.id = o.person_id and p.login = 'gina'
      where c.status = 'assigned' and c.taken_by_id is null order by c.opened_at limit 1`,
    );
    const { id = "", number = "" } = rows[0] ?? {};
    await signIn("gina");
    await at("casi");
    await page.getByLabel("Cerca per numero o testo").fill(number);
    const line = page.locator(".inbox-list li").filter({ hasText: number });
    await line.waitFor();
    expect(await line.getByText("In carico").count()).to.equal(0);
    // What another person of the office does: the row, and the word to the desks.
    await stack.pool.query(
      `with c as (update cases set taken_by_id = (select id from people where login = 'hugo'), taken_at = now(),
          version = version + 1 where id = $1 returning id, number, version)
      select append_desk_event(p.id, 'case', jsonb_build_object('caseId', c.id, 'number', c.number, 'version', c.version,
        'what', 'taken')) from c, people p where p.login = 'gina'`,
      [id],
    );
    await line.getByText(/In carico/).waitFor();
  });

  it("what is written into a form without autosave is there after a reload and in a new tab, until it is saved", async () => {
    await signIn("marco");
    const { rows } = await stack.pool.query<{ id: string }>(
      "select id from cards where published_version is not null limit 1",
    );
    const place = `schede/${rows[0]?.id}`;
    await at(place);
    const how = () => page.getByLabel("Come", { exact: true });
    await how().fill("Si chiede allo sportello, ma solo di martedì.");
    await page.reload();
    await how().waitFor();
    expect(await how().inputValue()).to.equal("Si chiede allo sportello, ma solo di martedì.");
    await page.close();
    page = await context.newPage();
    await page.goto(`${gate.url}/#/${place}`);
    await how().waitFor();
    expect(await how().inputValue()).to.equal("Si chiede allo sportello, ma solo di martedì.");
    await page.getByRole("button", { name: "Salva bozza" }).click();
    await page.getByText("Salvato.").waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("unsaved")))).to.deep.equal(
      [],
    );
  });

  const keptOver = async (place: string, field: Locator, words: string) => {
    await at(place);
    await field.fill(words);
    await page.reload();
    await field.waitFor();
    expect(await field.inputValue(), place).to.equal(words);
  };

  it("so it is with every form of who answers for the organisation", async () => {
    await signIn("pietro");
    const idOf = async (table: string) =>
      (await stack.pool.query<{ id: string }>(`select id from ${table} order by id limit 1`)).rows[0]?.id;
    const person = await idOf("people");
    for (const [place, label, words] of [
      ["persone/nuova", "Nome utente", "giulia"],
      [`persone/${person}`, "E-mail", "ufficio@esempio.it"],
      [`persone/${person}`, "Provider (issuer)", "https://id.esempio.it"],
      [`organizzazione/agencies/${await idOf("agencies")}`, "Nome breve", "Comune di prova"],
      [`orari/${await idOf("calendars")}`, "Nome", "Orario d'estate"],
      ["webhook/nuovo", "Indirizzo", "https://esempio.it/eventi"],
    ] as const) {
      await keptOver(place, page.getByLabel(label, { exact: true }).last(), words);
    }
  });

  it("and with the knowledge editor's standard answers and new card", async () => {
    await signIn("marco");
    await keptOver("schede/nuova", page.getByLabel("Titolo", { exact: true }), "Orari estivi");
    await keptOver("risposte", page.locator("main textarea").first(), "Abbiamo ricevuto la sua richiesta.");
  });

  it("keeps what stands in a form when its list is told to be old", async () => {
    await signIn("nadia");
    const { rows } = await stack.pool.query<{ id: string }>(
      `select id from agendas where agency_id = ${ofNadia} limit 1`,
    );
    await at(`agende/${rows[0]?.id}`);
    const quota = page.getByLabel("Quota al giorno");
    await quota.fill("13");
    const told = `Ricordata ${v7().slice(-4)}`;
    await stack.pool.query(`update agendas set name = $1 where agency_id = ${ofNadia}`, [told]);
    await page.locator(".inbox-list").getByText(told).first().waitFor();
    expect(await quota.inputValue()).to.equal("13");
  });
});
