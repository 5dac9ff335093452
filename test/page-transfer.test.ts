import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildPage } from "../src/start/copies/build-page.ts";
import { Centre, type TestOperator } from "./support/centre.ts";
import { tones } from "./support/transfer-faults.ts";
import {
  hearEachOther,
  nothingLeft,
  switchboardCase,
  type Talk,
  type TestOffice,
  talkReady,
  testOffice,
} from "./support/transfer-scene.ts";
import { testPassword } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

describe("page: a citizen is passed on, on the real Asterisk", function () {
  this.timeout(90_000);
  let centre: Centre;
  let browser: Browser;
  let anna: TestOperator;
  let office: TestOffice;
  let talk: Talk | null = null;
  const errors: string[] = [];

  before(async () => {
    await buildPage(checkout);
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    centre = await Centre.start({ wrapUpSeconds: 60 });
    anna = await centre.operator("201", { tone: tones.operator });
    office = await testOffice(centre, "301", tones.office);
  });
  after(async () => {
    await browser?.close();
    await centre?.close();
  });
  afterEach(async () => {
    if (talk && !talk.citizen.ended) talk.citizen.phone.hangUp(talk.citizen);
    for (const context of browser.contexts()) await context.close();
    await nothingLeft(centre);
    expect(errors.splice(0)).to.deep.equal([]);
  });

  const signIn = async (login: string, seat: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "it-IT" });
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(centre.url);
    await page.getByLabel("Nome utente").fill(login);
    await page.getByLabel("Password").fill(testPassword);
    await page.getByRole("textbox", { name: /Postazione/ }).fill(seat);
    await page.keyboard.press("Enter");
    return page;
  };
  /** The operator's page is the desk that calls are offered to; read again, it shows what `change` wrote. */
  const talking = async (change?: (made: Talk) => Promise<unknown>): Promise<{ talk: Talk; page: Page }> => {
    await anna.client.call("POST", "/me/wrap-up/end");
    const page = await signIn("op201", "201");
    await page.getByText("Nessuna chiamata in corso").waitFor();
    const made = await talkReady(centre, anna, office);
    talk = made;
    await change?.(made);
    await page.reload();
    return { talk: made, page };
  };
  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
  const caseOf = async (talk: Talk) =>
    (await centre.pool.query("select status, attribute, taken_by_id from cases where id = $1", [talk.caseId])).rows[0];

  it("check, transfer, the office sees the case while its phone rings and answers: Trasferito", async () => {
    const desk = await signIn("office301", "301");
    await desk.getByText("Scegli un caso dall'elenco per leggerlo.").waitFor();
    const { talk, page } = await talking();
    await page.getByLabel("Nota interna").waitFor();
    await page.keyboard.press("F8");
    await button(page, "Verifica disponibilità").click();
    const rang = office.phone.invited.length;
    await button(page, "Trasferisci ora").click();
    const ring = await office.phone.nextInvite(rang);
    expect(ring.invite?.headers.get("from")?.[0], "the office's phone shows the citizen's number").to.match(/\+390550/);
    await page.getByText("Sta squillando").first().waitFor();
    await desk.getByText("ti passa un cittadino: rispondi dal telefono.").first().waitFor();
    await desk.getByText("Rinnovo").first().waitFor();
    expect(await caseOf(talk)).to.include({ status: "draft" });
    office.phone.answer(ring);
    await hearEachOther(talk.citizen, ring, tones.citizen, tones.office);
    await talk.desk.until("ended");
    expect(await caseOf(talk)).to.deep.equal({ status: "transferred", attribute: null, taken_by_id: office.personId });
    await page.locator(".status-chip", { hasText: "Trasferito" }).first().waitFor();
    await desk.locator(".status-chip", { hasText: "Trasferito" }).first().waitFor();
    talk.citizen.phone.hangUp(talk.citizen);
    await ring.until("ended");
  });

  it("the switchboard finds the person, the phone is busy, the number is told, the case is completed", async () => {
    const { talk, page } = await talking((made) => switchboardCase(made, "trust", { phone: "+39055276111" }));
    await page.getByLabel("Nota (sintesi della richiesta)").waitFor();
    await page.keyboard.press("F8");
    await page.getByLabel("Cerca nella rubrica").fill("bianci anna");
    const rang = office.phone.invited.length;
    await button(page, /Passa la chiamata.*Anna Bianchi/).click();
    const ring = await office.phone.nextInvite(rang);
    await page.getByText("Sta squillando").first().waitFor();
    office.phone.refuse(ring, 486);
    await page.getByText("Da comunicare al cittadino").waitFor();
    expect(await page.locator(".live-transfer .told-number").textContent()).to.match(/276\s?111/);
    await hearEachOther(talk.citizen, talk.desk, tones.citizen, tones.operator);
    await page.getByRole("radio", { name: "Risolto I livello · Comunicato", exact: true }).check({ force: true });
    await page.keyboard.press("F9");
    await page.getByText("Caso completato").waitFor();
    expect(await caseOf(talk)).to.include({ status: "resolved_l1", attribute: "communicated" });
    const { rows } = await centre.pool.query("select kind, result from transfers where case_id = $1", [talk.caseId]);
    expect(rows, "the outcome is its own field").to.deep.equal([{ kind: "blind", result: "busy" }]);
    talk.citizen.phone.hangUp(talk.citizen);
    await talk.desk.until("ended");
  });

  it("an office takes charge of an assigned case by one key", async () => {
    const { talk } = await talking();
    await centre.pool.query("update cases set phone_confirmed = true, version = version + 1 where id = $1", [
      talk.caseId,
    ]);
    const { body } = await anna.client.call("GET", `/cases/${talk.caseId}`);
    const wish = { to: "assigned", cause: "declines_hold" };
    const moved = await anna.client.call("POST", `/cases/${talk.caseId}/moves`, wish, {
      "if-match": `"${body.version}"`,
    });
    expect(moved.status, JSON.stringify(moved.body)).to.equal(200);
    talk.citizen.phone.hangUp(talk.citizen);
    await talk.desk.until("ended");
    const desk = await signIn("office301", "301");
    await desk.getByText("Scegli un caso dall'elenco per leggerlo.").waitFor();
    await desk
      .getByRole("link", { name: new RegExp(String(body.number)) })
      .or(desk.getByRole("button", { name: new RegExp(String(body.number)) }))
      .first()
      .click();
    await button(desk, /Prendi in carico/).waitFor();
    await desk.keyboard.press("F6");
    await button(desk, /Prendi in carico/).waitFor({ state: "detached" });
    expect(await caseOf(talk)).to.include({ status: "assigned", taken_by_id: office.personId });
  });

  it("a number of the case is called by a click: the operator's phone rings, the page says whom it calls", async () => {
    const { talk, page } = await talking();
    await page.getByLabel("Nota interna").waitFor();
    talk.citizen.phone.hangUp(talk.citizen);
    await talk.desk.until("ended");
    const rang = anna.phone.invited.length;
    await button(page, /^Chiama \+?[\d ]+/)
      .first()
      .click();
    const ring = await anna.phone.nextInvite(rang);
    await page.getByText("Alza il telefono: poi chiamiamo il numero").waitFor();
    anna.phone.refuse(ring, 486);
    await centre.rows("select from outbound_calls where result = 'operator_unreachable'", (rows) => rows.length === 1);
    await button(page, /^Chiama \+?[\d ]+/)
      .first()
      .waitFor();
  });
});
