import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { buildPage } from "../src/start/copies/build-page.ts";
import { heardLevel, PageDesks, until, voiceStatistics } from "./support/page-desk.ts";
import { ShiftCentre } from "./support/page-shift.ts";
import type { PhoneCall, SipPhone } from "./support/sip-phone.ts";
import { tones } from "./support/transfer-faults.ts";
import { hearEachOther, nothingLeft, registered } from "./support/transfer-scene.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Anna and Bruno at first level, Gina in the registry office: three pages with their phones, one address, two copies
 * of the program, the real Asterisk. Each step goes on where the one before ended, as a shift does.
 */
describe("a whole shift in three pages", function () {
  this.timeout(60_000);
  let shift: ShiftCentre;
  let desks: PageDesks;
  let anna: Page;
  let bruno: Page;
  let gina: Page;
  let calls = 0;
  let broken = false;

  before(async () => {
    await buildPage(checkout);
    [shift, desks] = await Promise.all([ShiftCentre.open(), PageDesks.open(tones.operator)]);
  });
  beforeEach(() => {
    if (broken) throw new Error("the shift ended at an earlier step");
  });
  afterEach(function () {
    broken ||= this.currentTest?.state === "failed";
  });
  after(async () => {
    await desks?.close();
    await shift?.close();
  });

  type Talk = { citizen: PhoneCall & { phone: SipPhone }; callId: string; caseId: string };

  const row = async (sql: string, ...values: unknown[]) => (await shift.centre.pool.query(sql, values)).rows[0];
  const online = (account: string) =>
    shift.centre.rows("select from seat_contacts where account = $1 and online", (rows) => rows.length === 1, 15_000, [
      account,
    ]);
  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
  // By its key: a click goes to where the radio stood before the form grew.
  const choose = (page: Page, name: string) => page.getByRole("radio", { name, exact: true }).press("Space");
  const settled = (page: Page) => page.getByText("Salvato", { exact: true }).waitFor();
  const free = (page: Page) => page.getByText("In attesa di chiamate").waitFor();
  const pick = async (page: Page, name: string) => {
    await page.getByRole("combobox", { name: "Servizio" }).fill(name);
    await page.getByRole("option", { name }).first().click();
  };
  const write = async (page: Page, request: string, answer: string) => {
    await page.getByLabel("Richiesta del cittadino").fill(request);
    if (answer) await page.getByLabel("Risposta data").fill(answer);
    await settled(page);
  };
  const tab = (page: Page, name: string) => page.getByRole("tab", { name }).click();
  const close = async (page: Page, outcome: string) => {
    await choose(page, outcome);
    await page.keyboard.press("F9");
    await page.getByRole("radio", { name: outcome, exact: true }).waitFor({ state: "detached" });
  };

  /** A citizen calls, the page of the one who is free rings and is answered by F2. */
  const answeredBy = async (page: Page): Promise<Talk> => {
    const phone = await shift.centre.citizen(tones.citizen);
    const from = `0550007${String(++calls).padStart(3, "0")}`;
    const citizen = Object.assign(await phone.dial("055055", from), { phone });
    await button(page, "Rispondi").waitFor({ timeout: 25_000 });
    await page.keyboard.press("F2");
    const [found] = await shift.centre.rows<{ id: string; case_id: string }>(
      `select c.id, s.id as case_id from calls c join cases s on s.opened_by_call_id = c.id
      where c.state = 'talking' and c.caller_e164 = $1`,
      (rows) => rows.length === 1,
      10_000,
      [`+39${from}`],
    );
    // The case of this very call is in front.
    await page.locator(".case-tabs .is-shown .live-dot").waitFor();
    return { citizen, callId: found?.id ?? "", caseId: found?.case_id ?? "" };
  };
  /** Both ways: the page's tone at the citizen, the citizen's level and packets in the page. */
  const talks = async (page: Page, { citizen }: Talk, hz: number = tones.operator) => {
    const before = await voiceStatistics(page);
    citizen.rtp.forgetHeard();
    await until(
      "the citizen hears the page",
      () => citizen.rtp.heard(hz),
      (share) => share > 0.5,
      10_000,
    ).catch(async (error: Error) => {
      const states = await page.evaluate(() =>
        (globalThis as unknown as { connections: RTCPeerConnection[] }).connections.map((one) => one.connectionState),
      );
      const seen = { states, before, now: await voiceStatistics(page), packets: citizen.rtp.received };
      throw new Error(`${error.message}; ${JSON.stringify(seen)}`);
    });
    await until(
      "the page hears the citizen",
      () => heardLevel(page),
      (level) => level > 0.05,
    );
    const now = await voiceStatistics(page);
    expect(now.received, "packets in").greaterThan(before.received);
    expect(now.sent, "packets out").greaterThan(before.sent);
    expect(now.saidEnergy, "the microphone lives").greaterThan(before.saidEnergy);
  };
  /** A living copy has the call. */
  const adopted = ({ callId }: Talk) =>
    shift.centre.rows(
      "select from calls c join nodes n on n.id = c.node_id where c.id = $1 and n.name = any($2)",
      (rows) => rows.length === 1,
      20_000,
      [callId, shift.living.map(({ node }) => node)],
    );
  const register = async (page: Page, firstName: string, lastName: string) => {
    const column = page.locator(".candidates");
    await column.getByRole("button", { name: "Nuova anagrafica" }).click();
    await column.getByLabel("Nome", { exact: true }).fill(firstName);
    await column.getByLabel("Cognome").fill(lastName);
    await column.getByLabel("E-mail", { exact: true }).fill(`${firstName}.${lastName}@example.org`.toLowerCase());
    await column.getByRole("button", { name: "Salva" }).click();
    await button(page, "Scollega").waitFor();
  };
  const hangUp = async (page: Page, { citizen }: Talk) => {
    await button(page, "Chiudi chiamata").click();
    await citizen.until("ended");
  };
  const caseOf = (caseId: string) =>
    row("select reason, status, attribute, owner_id is not null as owned from cases where id = $1", caseId);

  it("the three sign in with the phone in the page", async () => {
    anna = await desks.signIn(shift.url, "anna", "201");
    bruno = await desks.signIn(shift.url, "bruno", "202");
    gina = await desks.signIn(shift.url, "gina", "301");
    for (const page of [anna, bruno, gina]) await page.getByText("Telefono pronto").waitFor();
    await Promise.all(["201-web", "202-web", "301-web"].map(online));
    await button(anna, "Disponibile").click();
    await free(anna);
  });

  it("first call, an information: classified, answered, an SMS sent with consent, closed", async () => {
    const { name } = await shift.service(
      `exists (select from cards c join card_versions v on v.card_id = c.id and v.version = c.published_version
        where c.service_id = s.id and v.sms_text <> '')`,
    );
    const talk = await answeredBy(anna);
    await talks(anna, talk);
    await choose(anna, "Informazione");
    await anna.getByRole("checkbox", { name: "Chi, dove, quando" }).check({ force: true });
    await pick(anna, name);
    await write(anna, "Dove si va?", "In via Roma 1, la mattina.");
    await tab(anna, "Conoscenza");
    await anna.keyboard.press("ArrowRight");
    await anna.keyboard.press("ArrowRight");
    const sms = anna.getByRole("region", { name: "Chi-Dove-Quando", exact: true });
    await sms.getByLabel("Cellulare del cittadino").fill("333 765 4321");
    await sms.getByLabel("Il cittadino ha acconsentito").check();
    await sms.getByRole("button", { name: "Invia SMS" }).click();
    await anna.getByText("consegnato", { exact: true }).waitFor({ timeout: 15_000 });
    await hangUp(anna, talk);
    await close(anna, "Risolto I livello · Comunicato");
    await free(anna);
    expect(await caseOf(talk.caseId)).to.deep.equal({
      ...{ reason: "information", status: "resolved_l1", attribute: "communicated", owned: true },
    });
    expect(await row("select kind from messages where case_id = $1", talk.caseId)).to.deep.equal({ kind: "sms" });
  });

  it("second call, at the switchboard: case first, the person found in the directory, citizen and person talk", async () => {
    const target = await registered(shift.centre, "302", tones.office);
    shift.centre.citizens.push(target);
    const agency = await row("select id, name from agencies where switchboard order by name limit 1");
    await shift.centre.pool.query(
      `insert into directory_entries (agency_id, external_id, kind, name, role, phone, account, disclosable,
        voicemail_policy) values ($1, 'turno', 'person', 'Zelinda Quaranta', 'Economato', '+39055276999', '302', true, 'trust')`,
      [agency.id],
    );
    await anna.locator(".state-chooser summary").click();
    await anna.locator(".state-menu ul button").first().click();
    await anna.locator(".state-button", { hasText: "Pausa" }).waitFor();
    await button(bruno, "Disponibile").click();
    await free(bruno);
    const talk = await answeredBy(bruno);
    await talks(bruno, talk);
    await bruno.getByRole("checkbox", { name: /Centralino/ }).check();
    await bruno.getByLabel("Ente richiesto").selectOption({ label: agency.name });
    await bruno.getByLabel("Nota (sintesi della richiesta)").fill("Chiede dell'economato.");
    await settled(bruno);
    await bruno.keyboard.press("F8");
    await bruno.getByLabel("Cerca nella rubrica").fill("quaranta zelinda");
    const rang = target.invited.length;
    await button(bruno, /Passa la chiamata.*Zelinda/).click();
    const ring = await target.nextInvite(rang);
    target.answer(ring);
    await hearEachOther(talk.citizen, ring, tones.citizen, tones.office);
    await bruno.getByText("Chiusura della chiamata").first().waitFor();
    target.hangUp(ring);
    await talk.citizen.until("ended");
    await close(bruno, "Risolto I livello · Comunicato");
    await free(bruno);
    expect(await caseOf(talk.caseId)).to.deep.equal({
      ...{ reason: "information", status: "resolved_l1", attribute: "communicated", owned: true },
    });
    expect(await row("select kind, result from transfers where case_id = $1", talk.caseId)).to.deep.equal({
      ...{ kind: "blind", result: "completed" },
    });
  });

  it("third call, passed to the office with its case: Gina sees it, answers by F2, and it is hers", async () => {
    const { name } = await shift.service(
      `s.profile = 'advanced' and s.accepts_information and s.office_id in (select p.office_id from office_people p
        join people g on g.id = p.person_id where g.login = 'gina')`,
    );
    const talk = await answeredBy(bruno);
    await talks(bruno, talk);
    await choose(bruno, "Informazione");
    await bruno.getByRole("checkbox", { name: "Come" }).check({ force: true });
    await pick(bruno, name);
    await write(bruno, "Come si fa la domanda?", "");
    await bruno.keyboard.press("F8");
    await button(bruno, /Verifica/)
      .first()
      .click();
    await button(bruno, "Trasferisci ora").click();
    await gina.getByText("ti passa un cittadino").first().waitFor();
    await gina.getByText("Come si fa la domanda?").first().waitFor();
    await button(gina, "Rispondi").waitFor();
    await gina.keyboard.press("F2");
    await talks(gina, talk);
    await bruno.getByText("Chiusura della chiamata").first().waitFor();
    await gina.reload({ waitUntil: "commit" });
    await talks(gina, talk);
    await button(gina, "Chiudi chiamata").click();
    await talk.citizen.until("ended");
    expect(await caseOf(talk.caseId)).to.include({ reason: "information", status: "transferred" });
    expect(
      await row("select login from cases c join people p on p.id = c.taken_by_id where c.id = $1", talk.caseId),
    ).to.deep.equal({ login: "gina" });
  });

  it("fourth call, a booking, while the copy that has the call is killed: the talk goes on, the place is kept", async () => {
    const { name } = await shift.service("exists (select from agendas a where a.service_id = s.id)");
    await button(bruno, "Completa più tardi").click();
    await free(bruno);
    const talk = await answeredBy(bruno);
    await register(bruno, "Lucia", "Bandini");
    await pick(bruno, name);
    await choose(bruno, "Prenotazione");
    await settled(bruno);
    const owner = await shift.ownerOf(talk.callId);
    await shift.kill([owner]);
    await talks(bruno, talk);
    const restarted = shift.startCopy();
    await adopted(talk);
    await tab(bruno, "Prenota");
    await bruno.locator(".slot-list button").first().click();
    await bruno.getByRole("heading", { name: "Posto tenuto" }).waitFor();
    await button(bruno, "Conferma la prenotazione").click();
    await bruno.getByRole("heading", { name: "Prenotazione confermata" }).waitFor();
    await write(bruno, "Vuole un appuntamento.", "Prenotato.");
    await restarted;
    await talks(bruno, talk);
    await hangUp(bruno, talk);
    await close(bruno, "Risolto I livello · Comunicato");
    expect(await row("select state from bookings where case_id = $1", talk.caseId)).to.deep.equal({
      state: "confirmed",
    });
    expect(await caseOf(talk.caseId)).to.include({ reason: "booking", status: "resolved_l1" });
  });

  it("fifth call, an issue report: reload, then every copy is killed; the talk goes on, the page heals, nothing typed is lost", async () => {
    const { name } = await shift.service("s.profile = 'advanced'");
    await free(bruno);
    const talk = await answeredBy(bruno);
    await register(bruno, "Piero", "Cecchi");
    await pick(bruno, name);
    await choose(bruno, "Segnalazione");
    await write(bruno, "Un lampione è spento.", "Passata all'ufficio.");
    await bruno.reload({ waitUntil: "commit" });
    await talks(bruno, talk);
    await shift.kill(shift.living);
    await bruno.getByLabel("Richiesta del cittadino").fill("Un lampione è spento da lunedì in via Roma.");
    await bruno.locator(".connection-banner").waitFor();
    talk.citizen.rtp.forgetHeard();
    await until(
      "the talk goes on without any copy",
      () => talk.citizen.rtp.heard(tones.operator),
      (share) => share > 0.5,
    );
    await Promise.all([shift.startCopy(), shift.startCopy()]);
    await bruno.locator(".connection-banner").waitFor({ state: "detached", timeout: 20_000 });
    await settled(bruno);
    await talks(bruno, talk);
    await adopted(talk);
    await hangUp(bruno, talk);
    await close(bruno, "Assegnato Risolto");
    expect(await caseOf(talk.caseId)).to.include({ reason: "issue_report", status: "assigned_resolved" });
    expect(await row("select request from cases where id = $1", talk.caseId)).to.deep.equal({
      request: "Un lampione è spento da lunedì in via Roma.",
    });
  });

  it("they sign out; every call left its case, nothing is left on the switch", async () => {
    expect(
      await row(
        "select pause_reason is not null as paused, chosen from operators o join people p on p.id = o.person_id where login = 'anna'",
      ),
    ).to.deep.equal({
      ...{ paused: true, chosen: "pause" },
    });
    for (const page of [anna, bruno, gina]) {
      await button(page, "Esci").click();
      await page.getByLabel("Nome utente").waitFor();
    }
    await shift.centre.rows(
      `select login, chosen, system, signed_in_at, call_id from operators o join people p on p.id = o.person_id where login in ('anna', 'bruno', 'gina')
        and (chosen <> 'offline' or system <> 'idle' or signed_in_at is not null)`,
      (rows) => rows.length === 0,
    );
    await nothingLeft(shift.centre);
    expect(await shift.centre.exceptions()).to.deep.equal([]);
    // The demo has a past of its own.
    const sql =
      "select count(*)::int as calls from calls where outcome = 'answered' and caller_e164 like '+390550007%'";
    expect(await row(sql)).to.deep.equal({ calls: 5 });
    expect(desks.errors.splice(0)).to.deep.equal([]);
  });
});
