import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { buildPage } from "../src/start/copies/build-page.ts";
import { Centre } from "./support/centre.ts";
import { cutSocket, heardLevel, PageDesks, until } from "./support/page-desk.ts";
import type { PhoneCall } from "./support/sip-phone.ts";
import { testPerson } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const [operatorHz, citizenHz] = [1_000, 600];

describe("the phone in the page, on the real Asterisk", function () {
  this.timeout(90_000);
  let centre: Centre;
  let desks: PageDesks;
  let annaId: string;

  before(async () => {
    await buildPage(checkout);
    desks = await PageDesks.open(operatorHz);
  });
  after(() => desks?.close());
  beforeEach(async () => {
    centre = await Centre.start({ wrapUpSeconds: 0 });
    annaId = await testPerson(centre.pool, "anna", "operator", "201");
    await centre.pool.query("select pg_notify('phones', '')");
  });
  afterEach(async () => {
    await desks.leave();
    expect(desks.errors.splice(0)).to.deep.equal([]);
    expect(await centre.exceptions()).to.deep.equal([]);
    await centre.close();
  });

  const violations = async (page: Page) => {
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`);
  };
  const online = (account: string, isOnline = true) =>
    centre.rows("select from seat_contacts where account = $1 and online = $2", (rows) => rows.length === 1, 8_000, [
      account,
      isOnline,
    ]);
  const available = async (page: Page) => {
    await page.getByText("Telefono pronto").waitFor();
    await online("201-web");
    await page.getByRole("button", { name: "Disponibile" }).click();
    await page.getByText("In attesa di chiamate").waitFor();
  };
  const says = (page: Page, words: string) => page.locator(".call-state", { hasText: words }).waitFor();
  const callIn = async (): Promise<{ call: PhoneCall; hangUp: () => void }> => {
    const citizen = await centre.citizen(citizenHz);
    const call = await citizen.dial("055055", "0550007001");
    return { call, hangUp: () => citizen.hangUp(call) };
  };
  const hearEachOther = async (page: Page, call: PhoneCall) => {
    call.rtp.forgetHeard();
    await until(
      "the citizen hears the page",
      () => call.rtp.heard(operatorHz),
      (share) => share > 0.5,
    );
    await until(
      "the page hears the citizen",
      () => heardLevel(page),
      (level) => level > 0.05,
    );
  };
  const talking = () => centre.rows("select from calls where state = 'talking'", (rows) => rows.length === 1);
  const ended = () => centre.rows("select from calls where outcome = 'answered'", (rows) => rows.length === 1);
  /** After a moment for what is under way, a whole second without the operator. */
  const deaf = async (call: PhoneCall) => {
    for (const packets of [15, 50]) {
      call.rtp.forgetHeard();
      const enough = call.rtp.received + packets;
      await until(
        "packets go on",
        () => call.rtp.received,
        (count) => count >= enough,
      );
    }
    expect(call.rtp.heard(operatorHz), "the operator is not heard").lessThan(0.2);
  };

  it("rings, is answered by F2, both are heard; mute, hold, reload, hang-up; nothing is left", async () => {
    const page = await desks.signIn(centre.url, "anna", "201");
    await available(page);
    const { call } = await callIn();
    await page.getByRole("button", { name: "Rispondi" }).waitFor();
    // The case is read while it rings, as nobody's; who answers may write it.
    await page.getByLabel("Richiesta del cittadino").waitFor();
    await page.keyboard.press("F2");
    await talking();
    await page.getByLabel("Richiesta del cittadino").fill("Quando apre l'anagrafe?");
    await hearEachOther(page, call);

    await page.locator(".phone-button").click();
    await page.getByRole("button", { name: "Tasto 5" }).click();
    await until(
      "the key is heard",
      () => call.rtp.keys.length,
      (keys) => keys > 0,
    );
    expect(call.rtp.keys).to.deep.equal(["5"]);
    expect(await violations(page), "talking, panel open").to.deep.equal([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Muto" }).click();
    await says(page, "Microfono spento");
    await deaf(call);
    await until(
      "the page still hears",
      () => heardLevel(page),
      (level) => level > 0.05,
    );
    await page.getByRole("button", { name: "Riattiva" }).click();
    await hearEachOther(page, call);

    await page.keyboard.press("F4");
    await says(page, "In attesa (musica)");
    await deaf(call);
    await until(
      "music",
      () => call.rtp.loudness(),
      (loudness) => loudness > 0.000005,
    );
    await page.keyboard.press("F4");
    await says(page, "In conversazione");
    await hearEachOther(page, call);

    const before = performance.now();
    await page.reload({ waitUntil: "commit" });
    await centre.rows("select from call_commands where kind = 'away' and state = 'done'", (rows) => rows.length === 1);
    await page.getByRole("button", { name: "Muto" }).waitFor();
    await centre.rows("select from call_commands where kind = 'rejoin' and state = 'done'", (rows) => rows.length > 0);
    await hearEachOther(page, call);
    expect(performance.now() - before, "back after a reload").lessThan(5_000);
    expect(call.ended, "the citizen never left").to.equal(null);

    await page.getByRole("button", { name: "Chiudi chiamata" }).click();
    await call.until("ended");
    await ended();
    await page.getByText("In attesa di chiamate").waitFor();
    expect(await centre.ari("channels")).to.deep.equal([]);
    const used = async () =>
      (await centre.pool.query("select web_password as word from seats where number = '201'")).rows[0].word;
    const password = await used();
    await page.getByRole("button", { name: "Esci" }).click();
    await page.getByLabel("Nome utente").waitFor();
    await online("201-web", false);
    await centre.rows("select from seats where number = '201' and web_issued_at is null", (r) => r.length === 1);
    expect(await used(), "the password ended with the sign-out").not.to.equal(password);
  });

  it("a page that does not ring within a second is passed over", async () => {
    const bruno = await centre.operator("202", { available: false });
    const page = await desks.signIn(centre.url, "anna", "201");
    await available(page);
    await bruno.available();
    await page.evaluate(() => {
      // Frozen as by a heavy page: no script runs any more.
      setTimeout(() => {
        const end = performance.now() + 6_000;
        while (performance.now() < end);
      }, 0);
    });
    const { hangUp } = await callIn();
    const [failed] = await centre.rows<{ ms: number }>(
      "select extract(epoch from ended_at - created_at) * 1000 as ms from offers where state = 'unreachable'",
      (rows) => rows.length === 1,
    );
    expect(Number(failed?.ms)).to.be.within(900, 2_000);
    const phone = await bruno.rings();
    bruno.phone.answer(phone);
    await talking();
    hangUp();
    await ended();
    expect(
      (await centre.pool.query("select system from operators where person_id = $1", [annaId])).rows[0].system,
    ).equal("not_answering");
  });

  it("a cut of its socket interrupts nobody, and the end of the call is still told; another tab takes a call over", async () => {
    const page = await desks.signIn(centre.url, "anna", "201");
    await available(page);
    const { call, hangUp } = await callIn();
    await page.getByRole("button", { name: "Rispondi" }).click();
    await talking();
    await hearEachOther(page, call);
    await cutSocket(page);
    await page.getByText("Il telefono è scollegato").waitFor();
    await hearEachOther(page, call);
    await page.getByText("Il telefono è scollegato").waitFor({ state: "detached" });
    await hearEachOther(page, call);

    const other = await page.context().newPage();
    await other.goto(centre.url);
    await centre.rows("select from call_commands where kind = 'rejoin' and state = 'done'", (rows) => rows.length > 0);
    await page.getByText("aperta in un'altra pagina").waitFor();
    await hearEachOther(other, call);
    expect(call.ended, "the citizen never left").to.equal(null);

    await cutSocket(other);
    await other.getByText("Il telefono è scollegato").waitFor();
    await other.getByText("Il telefono è scollegato").waitFor({ state: "detached" });
    hangUp();
    await ended();
    await other.getByText("Telefono pronto").waitFor();
    await until(
      "no leg is left",
      async () => (await centre.ari<unknown[]>("channels")).length,
      (legs) => legs === 0,
    );
  });

  it("a page that is gone for good gives the citizen to the next operator", async () => {
    const page = await desks.signIn(centre.url, "anna", "201");
    await available(page);
    const { call, hangUp } = await callIn();
    await page.getByRole("button", { name: "Rispondi" }).click();
    await talking();
    await hearEachOther(page, call);
    const bruno = await centre.operator("202");
    await page.close({ runBeforeUnload: false });
    const phone = await bruno.rings(1, 25_000);
    expect(call.ended, "the citizen never left").to.equal(null);
    bruno.phone.answer(phone);
    await talking();
    hangUp();
    await ended();
  });

  it("without a microphone nothing rings here, and the page says so", async () => {
    const page = await desks.signIn(centre.url, "anna", "201", () => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    const notice = page.getByRole("alert").filter({ hasText: "non può usare il microfono" });
    await notice.waitFor();
    await online("201-web", false);
    expect(await violations(page)).to.deep.equal([]);
    await page.evaluate(() => {
      Reflect.deleteProperty(navigator.mediaDevices, "getUserMedia");
    });
    await notice.getByRole("button", { name: "Riprova" }).click();
    await online("201-web");
  });
});
