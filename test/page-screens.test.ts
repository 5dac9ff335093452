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

  it("supervisor: the wallboard follows a target, the day in pictures, a prompt is heard, a report is stopped", async () => {
    // By the hour of the day the demo has calls of today, too.
    await stack.pool.query("update calls set started_at = started_at - interval '2 days'");
    await stack.pool.query(
      `insert into calls (id, state, outcome, queued_at, talk_at, ended_at)
      select uuidv7(), 'ended', 'answered', now() - wait * interval '1 s', now(), now() from unnest(array[5, 40]) wait`,
    );
    await stack.pool.query("insert into prompts (name, language, audio) values ('welcome', 'it', $1)", [shortWav()]);
    await signIn("olga");
    await visit("impostazioni", page.getByLabel("Casi da completare"));
    await write(page.getByLabel("Operatori disponibili"), "0");
    await press(button("Salva Operatori disponibili"));
    await page.getByText("Salvato.").waitFor();
    await visit("bacheca", page.locator(".wallboard-tile", { hasText: "Operatori disponibili" }));
    expect(await page.locator(".wallboard-tile").count()).to.equal(6);
    await page.locator(".is-met", { hasText: "Operatori disponibili" }).getByText("almeno 0").waitFor();
    await page.locator(".is-missed", { hasText: "Risposte entro 20 s" }).getByText("50%").waitFor();
    // A call comes into the queue: the board tells it by itself.
    await stack.pool.query(
      `insert into calls (id, state, queue_id, queued_at)
      select uuidv7(), 'waiting', id, now() - interval '3 min' from queues limit 1`,
    );
    await page
      .locator(".is-missed", { hasText: "Attesa più lunga" })
      .getByText(/^3:0\d$/)
      .waitFor();
    await stack.pool.query(
      "update calls set state = 'ended', outcome = 'abandoned_queue', ended_at = now() where state = 'waiting'",
    );
    await visit("andamento", page.locator(".day-picture canvas"));
    await page.getByRole("region", { name: "Tabella: Attese" }).getByRole("cell", { name: "0:22" }).first().waitFor();
    await visit("flusso", page.locator(".flow-node").first());
    await page
      .getByLabel("Nodo", { exact: true })
      .selectOption(
        (
          await one(
            `select key from ivr_flow_versions, jsonb_each(document -> 'nodes') where value -> 'prompts' ? 'welcome' limit 1`,
          )
        ).key,
      );
    await press(button("Ascolta welcome"));
    await page
      .locator(".prompt-list")
      .getByText(/^Benvenuto/)
      .waitFor();
    await page
      .locator("audio")
      .evaluate(
        (audio: HTMLAudioElement) => audio.ended || new Promise((heard) => audio.addEventListener("ended", heard)),
      );
    await visit("rapporti", heading("Rapporti periodici"));
    await press(button(/^Ferma .*, settimanale/).first());
    await page.getByText("Fermato: i rapporti già fatti restano.").waitFor();
    expect((await one("select count(*)::int as off from report_schedules where disabled_at is not null")).off).to.equal(
      1,
    );
  });

  it("supervisor: two records of one person become one and two again; one is erased", async () => {
    const { rows } = await stack.pool.query(
      `insert into citizens (id, first_name, last_name) values (uuidv7(), 'Zelinda', 'Provetti'), (uuidv7(), 'Linda', 'Provetti')
      returning id`,
    );
    const [first, second] = rows;
    await signIn("olga");
    await visit("cittadini", page.getByText("Scrivi almeno due caratteri e premi Cerca."));
    await write(page.getByLabel(/Numero, e-mail/), "Provetti");
    await page.keyboard.press("Enter");
    await page.locator(".inbox-list a").first().waitFor();
    await visit(`cittadini/${first.id}`, heading("Schede della stessa persona"));
    await write(page.getByLabel("Cerca l'altra scheda"), "Linda Provetti");
    await page.keyboard.press("Enter");
    await press(button("Unisci a questa Linda Provetti"));
    await press(button("Sì, unisci"));
    await page.getByText("Schede unite.").waitFor();
    expect((await one("select merged_into_id as id from citizens where id = $1", second.id)).id).to.equal(first.id);
    await press(button(/^Annulla l'unione/));
    await page.getByText("Unione annullata.").waitFor();
    await page.getByLabel("Perché").selectOption("request");
    await press(button("Cancella…"));
    await press(button("Cancella per sempre"));
    await page.getByText("Cancellato: schede 1, casi 0.").waitFor();
  });

  it("administrator: a seat with its password, a receiver with its secret, the log of what was done", async () => {
    await signIn("pietro");
    await visit("telefoni", page.getByRole("rowheader", { name: "201" }));
    await write(page.getByLabel("Numero", { exact: true }), "288");
    await press(button("Crea la postazione"));
    await page.getByText("Password del telefono 288").waitFor();
    await press(button("Chiudi 288"));
    await page.getByRole("row", { name: /288/ }).getByText("chiusa").waitFor();
    await visit("webhook/nuovo", page.getByLabel("Indirizzo"));
    await write(page.getByLabel("Nome", { exact: true }), "URP");
    await write(page.getByLabel("Indirizzo"), "http://127.0.0.1:9/eventi");
    await press(button("Crea il ricevente"));
    await page.getByText(/whsec_/).waitFor();
    const { id } = await one("select id from webhooks");
    await visit(`webhook/${id}`, button("Invia una prova"));
    await press(button("Invia una prova"));
    await page.getByRole("rowheader", { name: "prova" }).waitFor();
    await visit("impostazioni", page.getByLabel("Schede dei cittadini"));
    await visit("registro", page.getByRole("cell", { name: "Ha creato la postazione" }));
    await page.getByLabel("Azione", { exact: true }).selectOption({ label: "Webhook" });
    await press(button("Cerca"));
    await page.getByRole("cell", { name: "Ha creato un webhook" }).waitFor();
    expect(await page.getByRole("cell", { name: "Ha creato la postazione" }).count()).to.equal(0);
    await visit("guida/amministrare", heading("Persone, telefoni, organizzazione"));
    await write(page.getByLabel("Cerca nella guida"), "perche identita");
    await page.getByText("0 pagine").waitFor();
    await page.getByLabel("Ruolo", { exact: true }).selectOption({ label: "Tutti i ruoli" });
    await page.getByRole("link", { name: /Richieste sui dati personali/ }).waitFor();
  });

  it("administrator: a consent text outlives the page until it is made, and is asked for twice", async () => {
    const words = "Le mando un SMS con questi dati, al numero che mi detta ora. Va bene?";
    await signIn("pietro");
    await visit("consensi", page.getByRole("link", { name: /2026-1/ }));
    await visit("consensi/versione/2026-1", heading("Versione 2026-1"));
    await visit("consensi/nuova", heading("Nuova versione"));
    const italian = page.getByLabel("Testo in italiano");
    const version = page.getByLabel("Nome della versione");
    await press(button("Crea la versione…"));
    await page.getByText("È uguale al testo in vigore").waitFor();
    await write(italian, words);
    await write(version, "2026-1");
    await page.getByText("Questa versione esiste già").waitFor();
    await page.reload();
    await italian.waitFor();
    expect([await italian.inputValue(), await version.inputValue()]).to.deep.equal([words, "2026-1"]);
    await write(version, "2030-1");
    await version.press("Enter");
    const question = page.getByText("Creare la versione 2030-1? Non si potrà più cambiare né togliere.");
    await question.waitFor();
    await visit("consensi/nuova", question);
    await press(button("Torna al testo"));
    expect((await one("select count(*)::int as made from sms_consent_texts")).made).to.equal(1);
    await press(button("Crea la versione…"));
    await press(button("Sì, crea la versione"));
    await page.getByText("Versione 2030-1 creata.").waitFor();
    await page.locator(".inbox-list a[aria-current]", { hasText: "in vigore" }).getByText("Pietro").waitFor();
    await page.locator(".inbox-list").getByText("superata").waitFor();
    const made = await one("select text_it as it, text_en as en from sms_consent_texts where version = '2030-1'");
    expect(made.it).to.equal(words);
    expect(made.en).to.match(/^May I send you/);
    await visit("consensi/nuova", italian);
    expect(await version.inputValue()).not.to.equal("2030-1");
    await visit("registro", page.getByRole("cell", { name: "Ha aggiunto un testo del consenso" }));
  });

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
    await write(page.getByLabel("Numero di chi chiama, o del caso"), "055 000");
    await page.getByText("Nessuna chiamata trovata.").waitFor();
    await write(page.getByLabel("Numero di chi chiama, o del caso"), "333 123 4567");
    await page.locator(`.inbox-list a[href$="${call}"]`).waitFor();
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

/** A fifth of a second that says nothing, as telephones hear it: 8 kHz, mono, 16 bit. */
function shortWav(): Buffer {
  const samples = Buffer.alloc(3_200);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8);
  for (const [at, value] of [
    [16, 16],
    [24, 8_000],
    [28, 16_000],
    [40, samples.length],
  ] as const)
    head.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    head.writeUInt16LE(value, at);
  head.write("data", 36);
  return Buffer.concat([head, samples]);
}
