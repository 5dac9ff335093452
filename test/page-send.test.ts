import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { silentLogger } from "../src/log.ts";
import { messageRoutes } from "../src/messages/message-routes.ts";
import { buildPage } from "../src/start/copies/build-page.ts";
import type { TestDatabase } from "./support/database.ts";
import { cardOf, type MessageBench, messageBench } from "./support/messages.ts";
import { PageCall } from "./support/page-call.ts";
import { PageWork } from "./support/page-work.ts";
import { testPassword } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

describe("page: what is sent to the citizen", function () {
  this.timeout(120_000);
  let work: PageWork;
  let bench: MessageBench;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let call: PageCall | null = null;
  const errors: string[] = [];

  before(async () => {
    await buildPage(checkout);
    let database: TestDatabase | null = null;
    const settings = { sms: null, mail: null, bounceUrl: null, webhookUrl: null };
    work = await PageWork.open((rows) => {
      database = rows;
      return messageRoutes({ pool: rows.pool, settings, log: silentLogger });
    });
    bench = await messageBench(database!, undefined, work.url, true);
    Object.assign(settings, bench.settings);
    await cardOf(work.world, work.world.services.base);
    await cardOf(work.world, work.world.services.registry);
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await bench?.stop();
    await work?.close();
  });
  afterEach(async () => {
    await call?.leave();
    call = null;
    await context.close();
    expect(errors).to.deep.equal([]);
  });

  const signIn = async (login: string, seat?: string) => {
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    page = await context.newPage();
    errors.length = 0;
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) errors.push(line.text());
    });
    await page.goto(work.url);
    await page.getByLabel("Nome utente").fill(login);
    await page.getByLabel("Password").fill(testPassword);
    if (seat) await page.getByRole("textbox", { name: /Postazione/ }).fill(seat);
    await page.keyboard.press("Enter");
  };
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const part = (name: string) => page.getByRole("region", { name, exact: true });
  const settled = () => page.getByText("Salvato", { exact: true }).waitFor();
  const accessible = async (where: string) => {
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`);
    expect(found, where).to.deep.equal([]);
  };
  /** An information call on which the operator has chosen the card; the tab is opened by keyboard. */
  const informed = async () => {
    await signIn(work.world.anna.login);
    await page.getByText("Nessuna chiamata in corso").waitFor();
    call = await PageCall.ring(work.pool, work.world.anna.id);
    await call.answer();
    await page.getByLabel("Nota interna").waitFor();
    await work.pool.query(
      `update cases s set service_id = v.id, agency_id = v.agency_id, department_id = v.department_id,
        profile = v.profile, version = s.version + 1
      from services v where s.id = $1 and v.id = $2`,
      [call.caseId, work.world.services.base.id],
    );
    await page.reload();
    await page.getByLabel("Nota interna").waitFor();
    await page.getByRole("tab", { name: "Conoscenza" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await part("E-mail").waitFor();
  };
  const asWhoWhereWhen = async () => {
    await page.getByRole("radio", { name: "Informazione", exact: true }).check({ force: true });
    await page.getByRole("checkbox", { name: "Chi, dove, quando" }).check({ force: true });
    await page.getByLabel("Richiesta del cittadino").fill("Dov'è l'ufficio?");
    await settled();
  };

  it("an e-mail with card and document closes the case; come back, it goes to the corrected address", async () => {
    await informed();
    await part("E-mail").getByText("non c'è una risposta per e-mail").waitFor();
    await asWhoWhereWhen();
    const email = part("E-mail");
    await email.getByText("Via Roma 1").waitFor();
    await email.getByRole("checkbox", { name: /modulo\.pdf/ }).check();
    await email.getByText("Allegati: modulo.pdf").waitFor();
    await email.getByRole("button", { name: "Invia e chiudi il caso" }).click();
    await email.getByText("Scrivi l'indirizzo che il cittadino dichiara.").waitFor();
    await accessible("e-mail");
    await email.getByLabel("Indirizzo dichiarato ora").fill("rimbalza.rossi@example.org");
    await email.getByRole("button", { name: "Invia e chiudi il caso" }).press("Enter");
    await page.getByText("E-mail in partenza: il caso è chiuso.").waitFor();
    await page.getByText("accettata dal server").first().waitFor();
    await page.getByText("non vuol dire consegnata").waitFor();
    await call!.end();
    await call!.leave();
    // The notice comes back by itself a moment later.
    await page.getByText("non recapitato").first().waitFor();
    await accessible("returned");
    await button(/^Togli dalla postazione/).click();
    await button(/^Prendi: Caso/).click();
    const address = page.getByLabel("Indirizzo e-mail");
    await address.fill("rossi@example.org");
    await accessible("resend");
    await button("Invia di nuovo ora").click();
    await page.getByText("Invio 2 di 3: rossi@example.org").waitFor();
    await page.getByText("rossi@example.org (dichiarato) · accettata dal server").waitFor();
    const { rows } = await work.pool.query(
      `select s.status, s.attribute, s.answer_channel as channel, (select array_agg(t.state) from case_tasks t
        where t.case_id = s.id) as tasks from messages m join cases s on s.id = m.case_id where m.kind = 'email'`,
    );
    expect(rows).to.deep.equal([
      { status: "resolved_l1", attribute: "communicated", channel: "email", tasks: ["done"] },
    ]);
  });

  it("an SMS asks for number and consent each time, and shows what became of it", async () => {
    await informed();
    await asWhoWhereWhen();
    const sms = part("Chi-Dove-Quando");
    await sms.getByText("riassume la risposta già data a voce").waitFor();
    await page.getByLabel("Risposta data").fill("In via Roma 1.");
    await settled();
    await sms.getByText("1 segmento su 3").waitFor();
    await sms.getByLabel("Cellulare del cittadino").fill("055 1234567");
    await sms.getByRole("button", { name: "Invia SMS" }).click();
    await sms.getByText("Senza il consenso l'SMS non si invia.").waitFor();
    await accessible("sms");
    await sms.getByLabel("Il cittadino ha acconsentito").check();
    await sms.getByRole("button", { name: "Invia SMS" }).click();
    await sms.getByText("È un numero di rete fissa").waitFor();
    await sms.getByLabel("Cellulare del cittadino").fill("333 765 4321");
    // Another text is in force by now: it is shown, and the citizen is asked again.
    await sms.getByText("Posso inviarle un SMS con queste informazioni?").waitFor();
    await work.pool.query(
      "insert into sms_consent_texts (version, text_it, text_en) values ('2026-9', 'Le mando un SMS, va bene per lei?', $1)",
      ["I send you a text message, is that all right?"],
    );
    await sms.getByRole("button", { name: "Invia SMS" }).click();
    await sms.getByText("Manca il consenso del cittadino al testo in vigore.").waitFor();
    await sms.getByText("Le mando un SMS, va bene per lei?").waitFor();
    await sms.getByText("In inglese").press("Enter");
    await sms.getByText("I send you a text message, is that all right?").waitFor();
    expect(await sms.getByLabel("Il cittadino ha acconsentito").isChecked()).to.equal(false);
    await sms.getByLabel("Il cittadino ha acconsentito").check();
    await sms.getByRole("button", { name: "Invia SMS" }).press("Enter");
    await page.getByText("SMS in partenza.").waitFor();
    await page.getByText("consegnato", { exact: true }).waitFor();
    expect(await sms.getByLabel("Cellulare del cittadino").inputValue()).to.equal("");
    expect(await sms.getByLabel("Il cittadino ha acconsentito").isChecked()).to.equal(false);
    await accessible("sent");
  });

  it("second level sends the work-done text of its own case, and no e-mail", async () => {
    const record = await work.actions.answered();
    await signIn(work.world.office.login);
    await page.getByText("Scegli un caso dall'elenco per leggerlo.").waitFor();
    await page.goto(`${work.url}/#/casi/${record.id}`);
    const sms = part("Pratica lavorata");
    await sms.getByText("non ha ancora registrato la pratica come lavorata").waitFor();
    await work.actions.move(work.world.office, record.id, { to: "resolved_l2", attribute: "communicated" });
    await page.reload();
    await sms.getByText("La pratica è pronta.").waitFor();
    expect(await part("E-mail").count()).to.equal(0);
    await sms.getByLabel("Cellulare del cittadino").fill("3337654322");
    await sms.getByLabel("Il cittadino ha acconsentito").check();
    await sms.getByRole("button", { name: "Invia SMS" }).click();
    await page.getByText("consegnato", { exact: true }).waitFor();
    await accessible("office");
  });

  it("a notice that nobody could match lies in the box until a person says what it is", async () => {
    await work.pool.query(
      `insert into bounce_notices (source, verdict, state, subject, recipient, diagnostic)
      values ('test 1', 'suspect', 'open', 'Mancato recapito', 'ignoto@example.org', 'casella piena')`,
    );
    await signIn(work.world.anna.login);
    await page.getByRole("tab", { name: "Invia" }).click();
    await page.getByText("Mancato recapito", { exact: true }).waitFor();
    await accessible("notices");
    await button("Non è nostro").click();
    await page.getByText("Nessun avviso da abbinare.").waitFor();
  });
});
