import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { v7 } from "uuid";
import { buildPage } from "../src/start/copies/build-page.ts";
import { PageCall } from "./support/page-call.ts";
import { type PageStack, pageStack } from "./support/page-stack.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Each working screen over the demo's data: no axe violation, and its main job without a mouse. */
describe("page: the working screens of every role", function () {
  this.timeout(60_000);
  let stack: PageStack;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    if (!existsSync("/usr/bin/chromium")) throw new Error("Chromium is missing: apt install chromium");
    await buildPage(checkout);
    stack = await pageStack();
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await stack?.close();
  });
  afterEach(async () => {
    await page?.context().close();
    expect(errors).to.deep.equal([]);
  });

  const signIn = async (login: string) => {
    errors.length = 0;
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) errors.push(line.text());
    });
    await page.goto(stack.url);
    await page.getByLabel("Nome utente").fill(login);
    await page.getByLabel("Password").fill(stack.logins.find((one) => one.login === login)?.password ?? "");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Sezioni" }).waitFor();
  };
  const at = async (place: string, awaited: Locator) => {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${place}`);
    await awaited.first().waitFor();
    await page.getByText("Caricamento…").first().waitFor({ state: "detached" });
  };
  /** Goes there and looks for violations in what the screen brings. */
  const visit = async (place: string, awaited: Locator) => {
    await at(place, awaited);
    const { violations } = await new AxeBuilder({ page })
      .include("main")
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`),
      place,
    ).to.deep.equal([]);
    const { width, height } = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      height: document.documentElement.scrollHeight,
    }));
    expect([width, height], `${place}: the frame stands still`).to.deep.equal([1366, 768]);
  };
  const press = async (target: Locator, key = "Enter") => {
    await target.focus();
    await page.keyboard.press(key);
  };
  const write = async (field: Locator, text: string) => {
    await field.focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
  };
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const heading = (name: string | RegExp) => page.getByRole("heading", { name });
  const one = async (sql: string, ...values: unknown[]) => (await stack.pool.query(sql, values)).rows[0];
  const ofNadia = "(select agency_id from person_roles r join people p on p.id = r.person_id where p.login = 'nadia')";
  /** The outcome is sent, and the server has taken it. */
  const move = async () => {
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/moves"));
    await page.keyboard.press("F9");
    expect((await answered).status()).to.equal(200);
  };
  const inbox = () => page.locator(".inbox-list a");

  it("second level: takes a case in charge and rejects it; the rejects desk gives it to another office", async () => {
    const { id, number } = await one(
      `select c.id, c.number from cases c join services s on s.id = c.service_id
      where c.status = 'assigned' and c.taken_by_id is null and c.reason = 'information' and s.agency_id = ${ofNadia} limit 1`,
    );
    await signIn("gina");
    await visit("casi", inbox());
    await visit(`casi/${id}`, heading(new RegExp(`${number}`)));
    await press(button(/Prendi in carico/));
    await page.locator(".case-form").getByText("In carico: Gina Innocenti").waitFor();
    await page.getByRole("radio", { name: "Rigettato" }).press("Space");
    await page.getByLabel("Causa").selectOption("operator_error");
    await move();
    await page.getByText("Scegli un caso dall'elenco per leggerlo.").waitFor();
    await visit("esigenze", page.getByText("Scegli un'esigenza dall'elenco."));
    await page.context().close();
    await signIn("livia");
    await visit("rigetti", inbox());
    await visit(`rigetti/${id}`, heading(new RegExp(`${number}`)));
    await press(button(/Prendi in carico/));
    await page.locator(".case-form").getByText("In carico: Livia Orsi").waitFor();
    await page.getByRole("radio", { name: "Assegnato", exact: true }).press("Space");
    await write(page.getByRole("combobox", { name: "Servizio" }), "asili nido");
    await page
      .getByRole("option", { name: /Asili nido/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await move();
    expect((await one("select status from cases where id = $1", id)).status).to.equal("assigned");
  });

  it("knowledge editor: writes a card and publishes it; a delivery is looked at first; a need is verified", async () => {
    const card = await one(
      "select id, published_version as version from cards where published_version is not null limit 1",
    );
    const need = await one("select id from information_needs where state = 'reported' limit 1");
    await signIn("marco");
    await visit("risposte", heading("Risposte standard generali"));
    await visit("schede/nuova", heading("Nuova scheda"));
    await visit(`schede/${card.id}`, page.getByLabel("Come", { exact: true }));
    await write(page.getByLabel("Come", { exact: true }), "Si prenota dal sito.");
    await press(button("Salva bozza"));
    await page.getByText("Salvato.").waitFor();
    await press(button("Pubblica"));
    await page.getByText("Pubblicata: gli operatori la leggono da ora.").waitFor();
    const { version } = await one("select published_version as version from cards where id = $1", card.id);
    expect(version).to.be.greaterThan(card.version);
    await visit("fornitura", page.getByLabel("Ente"));
    await page.getByLabel("Ente").selectOption({ index: 1 });
    const file = { name: "schede.csv", mimeType: "text/csv", buffer: Buffer.from("codice;titolo\nA1;Prova\n") };
    await page.getByLabel("File", { exact: true }).setInputFiles(file);
    await press(button("Prova"));
    await page.getByText("Manca la colonna.").waitFor();
    await visit(`esigenze/${need.id}`, heading(/Esigenza/));
    await page.getByRole("radio", { name: /passa all'ente/ }).press("Space");
    await press(button("Conferma"));
    await page.getByText("Ora tocca a un'altra figura").waitFor();
    expect((await one("select state from information_needs where id = $1", need.id)).state).to.equal("accepted");
  });

  it("agency referent: changes an agenda, a service's switches and an absence", async () => {
    const agenda = await one(`select id from agendas where agency_id = ${ofNadia} limit 1`);
    const service = await one(
      `select id from services where profile = 'advanced' and accepts_complaints and agency_id = ${ofNadia} limit 1`,
    );
    const office = await one(
      `select o.id, p.display_name as name from offices o join office_people m on m.office_id = o.id
      join people p on p.id = m.person_id where o.agency_id = ${ofNadia} limit 1`,
    );
    await signIn("nadia");
    await visit("agende/nuova", heading("Nuova agenda"));
    await visit(`agende/${agenda.id}`, page.getByLabel("Quota al giorno"));
    await write(page.getByLabel("Quota al giorno"), "7");
    await press(button("Aggiungi un giorno"));
    await page.getByLabel("Giorno", { exact: true }).last().fill("2030-05-02");
    await press(button("Salva"));
    await page.getByText("Salvato.").waitFor();
    expect((await one("select day_quota as quota from agendas where id = $1", agenda.id)).quota).to.equal(7);
    await visit(`servizi/${service.id}`, page.getByLabel("Reclami"));
    await press(page.getByLabel("Reclami"), "Space");
    await press(button("Salva"));
    await page.getByText("Salvato.").waitFor();
    const { accepts } = await one("select accepts_complaints as accepts from services where id = $1", service.id);
    expect(accepts).to.equal(false);
    await visit(`uffici/${office.id}`, heading("Assenze"));
    await page.getByLabel("Chi", { exact: true }).selectOption({ label: office.name });
    await page.getByLabel("Assente dal").fill("2030-08-01T08:00");
    await page.getByLabel("fino al").fill("2030-08-15T18:00");
    await press(button("Aggiungi assenza"));
    await page.getByText(/1 ago 2030/).waitFor();
    await visit("importazioni", heading("Importazioni"));
  });

  it("supervisor: moves an operator, follows a call, is told which node of the flow is wrong, turns on the emergency", async () => {
    const { id: bruno } = await one("select id from people where login = 'bruno'");
    const call = v7();
    await stack.pool.query(
      `with c as (insert into calls (id, caller_e164, state, talk_at, ended_at, outcome, person_id)
        values ($1, '+393331234567', 'ended', now(), now(), 'answered', $2) returning id)
      insert into call_events (call_id, kind, data) select id, 'talking', jsonb_build_object('personId', $2::text) from c`,
      [call, bruno],
    );
    await signIn("olga");
    await visit("sala", page.getByRole("rowheader", { name: "Bruno Conti" }));
    await page.getByLabel("Nuovo stato di Bruno Conti").selectOption("available");
    await press(button("Applica Bruno Conti"));
    await page
      .getByRole("row", { name: /Bruno Conti/ })
      .locator(".state-available")
      .waitFor();
    await visit(`chiamate/${call}`, page.locator(".timeline").getByText("Bruno Conti"));
    await visit("messaggi", page.getByText("Nessun messaggio: tutto è partito."));
    await visit("flusso", page.locator(".flow-node").first());
    await page.getByLabel("Nodo", { exact: true }).selectOption("operators");
    await write(page.getByLabel("Nome della coda"), "che non esiste");
    await press(button("Pubblica"));
    await page
      .getByText(/Il nodo «operators» porta alla coda «che non esiste»/)
      .first()
      .waitFor();
    await write(page.getByLabel("Nome della coda"), "principale");
    await write(page.getByLabel("Priorità"), "2");
    await page.getByText("Modifiche non ancora pubblicate.").waitFor();
    await visit("orari", button(/Accendi/));
    await press(button(/Accendi/).first());
    await press(button(/Accendi per/));
    await page.getByText("acceso", { exact: true }).waitFor();
    expect((await one("select count(*)::int as on from agencies where emergency_on")).on).to.equal(1);
  });

  it("administrator: edits the tree, gives a role, tries a file with a wrong row", async () => {
    const agency = await one(`select id from agencies where id = ${ofNadia}`);
    await signIn("pietro");
    await visit(`organizzazione/agencies/${agency.id}`, page.getByLabel("Nome breve"));
    await write(page.getByLabel("Nome breve"), "Fiorenza");
    await press(button("Salva"));
    await page.locator(".tree").getByText("Fiorenza").waitFor();
    const { id: sara } = await one("select id from people where login = 'sara'");
    await visit(`persone/${sara}`, heading("Ruoli e uffici"));
    await press(button("Aggiungi ruolo"));
    await press(button("Salva ruoli e uffici"));
    await page.locator(".inbox-list").getByText("Operatore I livello, Specialista").waitFor();
    await visit("importazioni", heading("Organizzazione"));
    const row = "tipo;codice;ente;macrostruttura;ufficio;nome;nome_breve;profilo;accetta_informazioni;accetta_reclami;";
    const rest =
      "contact_back;agenda;tentativi;centralino;telefono;email;orari;attivo\nalieno;X1;;;;Prova;;;;;;;;;;;;sì\n";
    const file = { name: "enti.csv", mimeType: "text/csv", buffer: Buffer.from(row + rest) };
    await page.getByLabel("File", { exact: true }).first().setInputFiles(file);
    await press(button("Prova").first());
    await page.getByRole("cell", { name: "tipo", exact: true }).waitFor();
    expect(await button("Importa").first().isDisabled()).to.equal(true);
  });

  it("operator: keeps and confirms a place, reports an information need", async () => {
    const { id: anna } = await one("select id from people where login = 'anna'");
    const { name } = await one("select s.name from agendas a join services s on s.id = a.service_id limit 1");
    await signIn("anna");
    const call = await PageCall.ring(stack.pool, anna);
    await call.answer();
    await button(/^Attesa/).waitFor();
    await write(page.getByRole("combobox", { name: "Servizio" }), name);
    await page.getByRole("option", { name }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("radio", { name: "Prenotazione" }).press("Space");
    await page.getByText("Salvato", { exact: true }).waitFor();
    await page.getByRole("tab", { name: "Conoscenza" }).press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.locator(".slot-list button").first().press("Enter");
    await heading("Posto tenuto").waitFor();
    await press(button("Conferma la prenotazione"));
    await heading("Prenotazione confermata").waitFor();
    expect((await one("select state from bookings where case_id = $1", call.caseId)).state).to.equal("confirmed");
    await page.getByRole("tab", { name: "Prenota" }).press("ArrowRight");
    await page.getByLabel(/Che cosa manca/).fill("Non dice se serve la delega.");
    await press(button("Invia la segnalazione"));
    await page.getByText(/Segnalata con il numero/).waitFor();
    const { violations } = await new AxeBuilder({ page })
      .include(".desk-right")
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    await call.leave();
  });
});
