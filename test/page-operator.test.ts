import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { buildPage } from "../src/start/copies/build-page.ts";
import { PageCall } from "./support/page-call.ts";
import { PageWork } from "./support/page-work.ts";
import { testPassword } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

describe("page: what an operator does with a case", function () {
  this.timeout(120_000);
  let work: PageWork;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let call: PageCall;
  const errors: string[] = [];

  before(async () => {
    await buildPage(checkout);
    work = await PageWork.open();
    const { services } = work.world;
    await work.card("Carta d'identità elettronica", services.registry.id, "Si prenota in municipio.");
    await work.card("Prestito dei libri", services.base.id, "Con la tessera.");
    await work.officeAtWork();
    await work.directoryEntry("Rossi Teresa", "Responsabile tributi", "+390550001234");
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await work?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    page = await context.newPage();
    errors.length = 0;
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) errors.push(line.text());
    });
    await page.goto(work.url);
    await page.getByLabel("Nome utente").fill(work.world.anna.login);
    await page.getByLabel("Password").fill(testPassword);
    await page.keyboard.press("Enter");
    await page.getByText("Nessuna chiamata in corso").waitFor();
  });
  afterEach(async () => {
    await call?.leave();
    await context.close();
    expect(errors).to.deep.equal([]);
  });

  const talk = async (number?: string) => {
    call = await PageCall.ring(work.pool, work.world.anna.id, number);
    await call.answer();
    await page.getByLabel("Nota interna").waitFor();
  };
  const settled = () => page.getByText("Salvato", { exact: true }).waitFor();
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const radio = (name: string) => page.getByRole("radio", { name, exact: true });
  // By its key: a click goes to where the radio stood before the form grew.
  const choose = (name: string) => radio(name).press("Space");
  const row = async (columns: string, caseId = call.caseId) =>
    (await work.pool.query(`select ${columns} from cases where id = $1`, [caseId])).rows[0];
  const accessible = async (where: string) => {
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`),
      where,
    ).to.deep.equal([]);
  };
  const search = async (text: string) => {
    await page.evaluate(() => document.querySelector<HTMLElement>(":focus")?.blur());
    await page.keyboard.press("/");
    await page.getByLabel("Cerca nelle schede").fill("");
    await page.keyboard.type(text);
  };
  const fromCard = async (text: string, title: string) => {
    await search(text);
    await page.getByRole("button", { name: new RegExp(title) }).click();
    await button("Usa questa scheda").click();
    await page.getByText("Scheda scelta per questo caso").waitFor();
  };
  const information = async () => {
    await choose("Informazione");
    await page.getByRole("checkbox", { name: "Come" }).check({ force: true });
    await page.getByLabel("Richiesta del cittadino").fill("Come si fa?");
    await settled();
  };

  it("a card that is used sets the service and leaves its version on the case", async () => {
    await talk();
    await fromCard("carta identita", "Carta d'identità elettronica");
    await accessible("card");
    await button(/Copia nella risposta.*Come/).click();
    await settled();
    expect(await row("service_id, answer")).to.deep.equal({
      service_id: work.world.services.registry.id,
      answer: "Si prenota in municipio.",
    });
    const { rows } = await work.pool.query("select version, chosen from case_cards where case_id = $1", [call.caseId]);
    expect(rows).to.deep.equal([{ version: 1, chosen: true }]);
    await button("Torna all'elenco").click();
  });

  it("a case that is closed before its call ends leaves no wrap-up to wait for", async () => {
    await talk();
    await fromCard("carta identita", "Carta d'identità elettronica");
    await button(/Copia nella risposta.*Come/).click();
    await information();
    await choose("Risolto I livello · Comunicato");
    await page.keyboard.press("F9");
    await page.getByText("Caso completato").waitFor();
    await call.end();
    const state = async () =>
      (await work.pool.query("select system from operators where person_id = $1", [work.world.anna.id])).rows[0]
        ?.system;
    for (let n = 0; n < 50 && (await state()) !== "idle"; n++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await state()).to.equal("idle");
  });

  it("what no card says is declared, the case ends as Non risolvibile and the need is offered", async () => {
    await talk();
    await fromCard("prestito libri", "Prestito dei libri");
    await information();
    await search("zanzariere bioniche");
    await button("Dichiara: nessuna scheda trovata").click();
    await page.getByText("Dichiarato: nessuna scheda per «zanzariere bioniche».").waitFor();
    await button("Segnala l'esigenza informativa").click();
    await page.getByLabel(/Che cosa dovrebbe dire la scheda/).fill("Se si trovano zanzariere bioniche in biblioteca.");
    await accessible("need");
    await button("Invia segnalazione").click();
    await page.getByText("Esigenza informativa inviata").waitFor();
    await choose("Non risolvibile");
    await page.keyboard.press("F9");
    await page.getByText("Caso completato").waitFor();
    expect(await row("status, missing_knowledge")).to.deep.equal({
      status: "unresolvable",
      missing_knowledge: { kind: "no_card", search: "zanzariere bioniche" },
    });
    const { rows } = await work.pool.query("select about, case_id from information_needs");
    expect(rows).to.deep.equal([{ about: "missing", case_id: call.caseId }]);
  });

  it("a call about an answer that waits becomes a contact of that case, which is completed in it", async () => {
    const { id, number } = await work.actions.answered();
    await work.actions.move(work.world.office, id, { to: "resolved_l2", attribute: "to_communicate" });
    await talk();
    await page.getByLabel("Cerca un caso per numero").fill(String(number));
    await page.keyboard.press("Enter");
    await button(new RegExp(`Chiama per questa risposta.*${number}`)).click();
    await choose("Risolto II livello · Comunicato");
    const moved = page.waitForResponse((response) => response.url().endsWith(`/cases/${id}/moves`));
    await page.keyboard.press("F9");
    expect((await moved).status()).to.equal(200);
    expect(await row("status, attribute", id)).to.deep.equal({ status: "resolved_l2", attribute: "communicated" });
    expect(await row("status, related_case_id")).to.deep.equal({ status: "draft", related_case_id: id });
  });

  it("an update notice hangs under its parent only after the identity was proved", async () => {
    const parent = await work.actions.assigned();
    await talk();
    await page.getByLabel("Cerca un caso per numero").fill(String(parent.number));
    await page.keyboard.press("Enter");
    await button(`Registra su questo caso ${parent.number}`).click();
    const panel = page.getByRole("form", { name: `Sul caso ${parent.number}` });
    await panel.getByRole("radio", { name: "Notifica per informazione" }).check({ force: true });
    await choose("Dati integrativi");
    await panel.getByLabel("Nome", { exact: true }).fill("Marta");
    await panel.getByLabel("Cognome").fill("De Luca");
    await panel.getByLabel("Codice del caso").fill(String(parent.number));
    await accessible("child");
    await button("Collega e continua").click();
    await page.getByText(/L'identità di chi ha aperto il caso padre non è verificata/).waitFor();
    await panel.getByLabel("Nome", { exact: true }).fill("Maria");
    await button("Collega e continua").click();
    await page.getByText(`Caso padre ${parent.number}`, { exact: true }).waitFor();
    await page.getByLabel("Richiesta del cittadino").fill("Aggiunge la data di nascita.");
    await settled();
    await choose("Assegnato");
    await page.keyboard.press("F9");
    await page.getByText("Caso completato").waitFor();
    expect(await row("status, reason, parent_id, notice_content")).to.deep.equal({
      status: "assigned",
      reason: "update_notice",
      parent_id: parent.id,
      notice_content: "additional_data",
    });
  });

  it("a contact back is claimed, tried, told and completed", async () => {
    const { actions, world } = work;
    const record = await actions.answered();
    await actions.move(world.office, record.id, { to: "resolved_l2", attribute: "to_communicate" });
    await page.getByText("Da richiamare").waitFor();
    await accessible("tasks");
    await button(`Prendi: Caso ${record.number}`).click();
    await page.getByText("presa da te").first().waitFor();
    await accessible("contact back");
    await page.getByLabel("Esito del tentativo").selectOption("no_answer");
    await button("Registra tentativo").click();
    await page.locator(".task-strip time").waitFor();
    await choose("Risolto II livello · Comunicato");
    await page.keyboard.press("F9");
    await page.getByText("Nessuna chiamata in corso").waitFor();
    expect(await row("status, attribute", record.id)).to.deep.equal({
      status: "resolved_l2",
      attribute: "communicated",
    });
    const { rows } = await work.pool.query("select state from case_tasks where case_id = $1", [record.id]);
    expect(rows).to.deep.equal([{ state: "done" }]);
  });

  it("checks, consults, comes back, and assigns with the reason of the failed transfer", async () => {
    await talk("+390550099887");
    await fromCard("carta identita", "Carta d'identità elettronica");
    await information();
    await page.keyboard.press("F8");
    await page.getByText("Libero").first().waitFor();
    await accessible("availability");
    await button("Verifica disponibilità").click();
    await button("Consulta l'ufficio").click();
    await page.getByText("Parli con l'ufficio").first().waitFor();
    await accessible("consultation");
    await button("Alterna").click();
    await page.getByText("L'ufficio attende").first().waitFor();
    await button("Congeda l'ufficio").click();
    await page.getByText("Sei di nuovo con il cittadino").first().waitFor();
    await button(/Verifica/).click();
    await button("Trasferisci ora").click();
    await page.getByText("Sta squillando").first().waitFor();
    await work.endTransfer(call.callId, "no_answer");
    await page.getByText("Nessuna risposta: il cittadino è di nuovo con te.").first().waitFor();
    await accessible("failed");
    expect(await page.getByText(/serve un recapito/).count(), "the block says what is missing").to.be.greaterThan(0);
    await page.getByLabel("Il cittadino conferma che questo numero è suo").check();
    await button("Assegna il caso").click();
    await page.getByRole("radio", { name: "Assegnato", checked: true }).waitFor();
    await page.keyboard.press("F9");
    await page.getByText("Caso completato").waitFor();
    expect(await row("status, assignment_reason")).to.deep.equal({
      status: "assigned",
      assignment_reason: "transfer_failed",
    });
  });

  it("after a reload the end of a transfer stays, though an older answer comes after it", async () => {
    await talk();
    await fromCard("carta identita", "Carta d'identità elettronica");
    await information();
    await page.keyboard.press("F8");
    await button("Verifica disponibilità").click();
    await button("Trasferisci ora").click();
    await page.getByText("Sta squillando").first().waitFor();
    let answered = () => {};
    const answer = new Promise<void>((resolve) => (answered = resolve));
    await page.route(/\/transfers$/, async (route) => {
      const old = await route.fetch();
      await work.endTransfer(call.callId, "busy");
      await page.getByRole("tab", { name: "Trasferisci" }).click();
      await page.getByText("Occupato: il cittadino è di nuovo con te.").first().waitFor();
      await route.fulfill({ response: old });
      answered();
    });
    await page.reload();
    await answer;
    // Time for the page to read what it is to leave alone.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.getByText("Occupato: il cittadino è di nuovo con te.").first().waitFor({ timeout: 1_000 });
  });

  it("a citizen who hangs up while the office rings leaves a proposal: assign, or abandoned", async () => {
    await talk();
    await fromCard("carta identita", "Carta d'identità elettronica");
    await information();
    await page.keyboard.press("F8");
    await button("Verifica disponibilità").click();
    await button("Trasferisci ora").click();
    await page.getByText("Sta squillando").first().waitFor();
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), "no scroll sideways").to.equal(320);
    await page.setViewportSize({ width: 1366, height: 768 });
    await work.endTransfer(call.callId, "citizen_left");
    await call.end();
    await button("Annulla: contatto abbandonato").click();
    await page.getByRole("radio", { name: "Annullato", checked: true }).waitFor();
    await page.keyboard.press("F9");
    await page.getByText("Nessuna chiamata in corso").waitFor();
    expect(await row("status, cancel_reason")).to.deep.equal({ status: "cancelled", cancel_reason: "abandoned" });
  });

  it("says why a case can not be transferred", async () => {
    await talk();
    await fromCard("carta identita", "Carta d'identità elettronica");
    await page.keyboard.press("F8");
    await button("Verifica disponibilità").click();
    await page.getByText("Perché non si può trasferire").waitFor();
    expect(await button("Trasferisci ora").isDisabled()).to.equal(true);
    await page.getByText("Manca il motivo di contatto.").first().waitFor();
  });

  it("the switchboard registers the case, finds the person, passes the call and tells the number after a failure", async () => {
    await talk();
    await page.getByRole("checkbox", { name: /Centralino/ }).check();
    await page.keyboard.press("F8");
    await page.getByText("Scegli prima l'ente richiesto nel caso.").waitFor();
    await page.getByLabel("Ente richiesto").selectOption({ index: 1 });
    await page.getByLabel("Nota (sintesi della richiesta)").fill("Chiede della responsabile dei tributi.");
    await settled();
    await page.getByLabel("Cerca nella rubrica").fill("rosi teresa");
    await button(/Passa la chiamata.*Rossi Teresa/).waitFor();
    await accessible("directory");
    await button(/Passa la chiamata.*Rossi Teresa/).click();
    await page.getByText("Sta squillando").first().waitFor();
    await work.endTransfer(call.callId, "busy");
    await page.getByText("Da comunicare al cittadino").waitFor();
    await accessible("busy");
    expect(await page.locator(".live-transfer .told-number").textContent()).to.match(/0001234/);
    await choose("Risolto I livello · Comunicato");
    await page.keyboard.press("F9");
    await page.getByText("Caso completato").waitFor();
    expect(await row("status, switchboard, service_id")).to.deep.equal({
      status: "resolved_l1",
      switchboard: true,
      service_id: null,
    });
  });

  it("the office sees the case while its phone rings", async () => {
    await talk();
    await fromCard("carta identita", "Carta d'identità elettronica");
    await information();
    const office = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    const desk = await office.newPage();
    await desk.goto(work.url);
    await desk.getByLabel("Nome utente").fill(work.world.office.login);
    await desk.getByLabel("Password").fill(testPassword);
    await desk.getByRole("textbox", { name: /Postazione/ }).fill("301");
    await desk.keyboard.press("Enter");
    await desk.getByText("Scegli un caso dall'elenco per leggerlo.").waitFor();
    const quiet = desk.getByRole("button", { name: "Non disturbare" });
    await quiet.click();
    await desk.getByText("qui non squilla alcun trasferimento").waitFor();
    const wishes = "select from operators where do_not_disturb_since is not null";
    expect((await work.pool.query(wishes)).rowCount).to.equal(1);
    await quiet.click();
    await desk.getByText("qui non squilla alcun trasferimento").waitFor({ state: "detached" });
    expect((await work.pool.query(wishes)).rowCount).to.equal(0);
    await page.keyboard.press("F8");
    await button("Verifica disponibilità").click();
    await button("Trasferisci ora").click();
    await desk.getByText("ti passa un cittadino: rispondi dal telefono.").first().waitFor();
    await desk.getByRole("region", { name: "Caso", exact: true }).getByText("Come si fa?").waitFor();
    await accessible("ringing");
    await work.endTransfer(call.callId, "refused");
    await desk.getByText("ti passa un cittadino").first().waitFor({ state: "detached" });
    await page.getByText("Chiamata rifiutata").first().waitFor();
    await office.close();
  });
});
