import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { buildPage } from "../src/start/copies/build-page.ts";
import { Centre, type TestOperator } from "./support/centre.ts";
import { heardLevel, PageDesks, until } from "./support/page-desk.ts";
import type { PhoneCall, SipPhone } from "./support/sip-phone.ts";
import { tones } from "./support/transfer-faults.ts";
import {
  checked,
  hearEachOther,
  nothingLeft,
  type Talk,
  type TestOffice,
  talkReady,
  testOffice,
} from "./support/transfer-scene.ts";
import { testPerson } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const backMs = 5_000;

/** Pages are reloaded at every moment of a transfer: who talks with them hears music, and they are back where it stands. */
describe("a page that is reloaded while a call is passed on, on the real Asterisk", function () {
  this.timeout(90_000);
  let centre: Centre;
  let desks: PageDesks;

  before(() => buildPage(checkout));
  beforeEach(async () => {
    centre = await Centre.start({ wrapUpSeconds: 0 });
  });
  afterEach(async () => {
    await desks.close();
    expect(desks.errors.splice(0)).to.deep.equal([]);
    expect(await centre.exceptions()).to.deep.equal([]);
    await centre.close();
  });

  const online = (account: string) =>
    centre.rows("select from seat_contacts where account = $1 and online", (rows) => rows.length === 1, 8_000, [
      account,
    ]);
  /** Of a voice that shares the line with a third one half the energy at most is left. */
  const heardBy = async (call: PhoneCall, hz: number, least = 0.5) => {
    call.rtp.forgetHeard();
    await until(
      `${hz} Hz is heard`,
      () => call.rtp.heard(hz),
      (share) => share > least,
      10_000,
    );
  };
  /** Neither silence nor one of the others' voices. */
  const hearsMusic = async (call: PhoneCall) => {
    call.rtp.forgetHeard();
    const enough = call.rtp.received + 15;
    await until(
      "packets go on",
      () => call.rtp.received,
      (count) => count >= enough,
    );
    call.rtp.takeSound();
    await until(
      "music",
      () => (Object.values(tones).some((hz) => call.rtp.heard(hz) > 0.3) ? 0 : Number(call.rtp.takeSound())),
      (music) => music === 1,
    );
  };
  const pageHears = (page: Page) =>
    until(
      "the page hears somebody",
      () => heardLevel(page),
      (level) => level > 0.05,
    );
  const transferIs = (state: string) =>
    centre.rows("select from transfers where state = $1", (rows) => rows.length === 1, 10_000, [state]);
  const calledAgain = (times: number) =>
    centre.rows("select from call_events where kind = 'page_called_again'", (rows) => rows.length >= times);
  const rejoined = (times: number) =>
    centre.rows(
      "select from call_commands where kind = 'rejoin' and state = 'done'",
      (rows) => rows.length >= times,
      backMs,
    );
  /** Reloads, checks who hears music meanwhile, and how long the page's phone was away. */
  const reload = async (page: Page, meanwhile: () => Promise<unknown>) => {
    const before = (await centre.pool.query("select from call_commands where kind = 'rejoin' and state = 'done'"))
      .rowCount;
    const at = performance.now();
    await page.reload({ waitUntil: "commit" });
    await meanwhile();
    await rejoined((before ?? 0) + 1);
    expect(performance.now() - at, "back after the reload").lessThan(backMs);
  };

  describe("the operator's", () => {
    let office: TestOffice;
    let page: Page;
    let citizen: PhoneCall & { phone: SipPhone };
    let talk: Talk;
    const post = async (path: string, data: unknown = {}) => {
      const answer = await page.request.post(`${centre.url}/api/v1/calls/${talk.callId}/${path}`, { data });
      if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    };
    /** A consultation or a transfer as the page would ask for it; resolves when the office's phone rings. */
    const passOn = async (kind: "consult" | "transfer") => {
      const before = office.phone.invited.length;
      await post(kind, { officeId: office.id, checkId: await checked(talk) });
      return office.phone.nextInvite(before);
    };
    /** The page may still be reading the case after a reload; until then the key has no tab to show. */
    const showTransfer = async () => {
      await page.getByRole("tab", { name: "Trasferisci" }).waitFor();
      await page.keyboard.press("F8");
    };
    const command = (name: string) => page.getByRole("button", { name, exact: true }).click();

    beforeEach(async () => {
      desks = await PageDesks.open(tones.operator);
      const personId = await testPerson(centre.pool, "anna", "operator", "201");
      office = await testOffice(centre, "301", tones.office);
      page = await desks.signIn(centre.url, "anna", "201");
      await page.getByText("Telefono pronto").waitFor();
      await online("201-web");
      await page.getByRole("button", { name: "Disponibile" }).click();
      const phone = await centre.citizen(tones.citizen);
      citizen = Object.assign(await phone.dial("055055", "0550007001"), { phone });
      await page.getByRole("button", { name: "Rispondi" }).click();
      const [row] = await centre.rows<{ id: string; case_id: string }>(
        "select c.id, s.id as case_id from calls c join cases s on s.opened_by_call_id = c.id where c.state = 'talking'",
        (rows) => rows.length === 1,
      );
      await centre.pool.query(
        `update cases set reason = 'information', information_kinds = '{how}', request = 'Rinnovo', agency_id = $2,
          department_id = $3, service_id = $4, version = version + 1 where id = $1`,
        [row?.case_id, office.agencyId, office.departmentId, office.serviceId],
      );
      const operator = { personId } as TestOperator;
      talk = { centre, operator, office, citizen, desk: citizen, callId: row?.id ?? "", caseId: row?.case_id ?? "" };
      await heardBy(citizen, tones.operator);
    });
    afterEach(async () => {
      if (!citizen.ended) citizen.phone.hangUp(citizen);
      await nothingLeft(centre);
    });

    it("in each state of a consultation it comes back to where the three were, and passes the citizen on", async () => {
      const ring = await passOn("consult");
      office.phone.answer(ring);
      await transferIs("consulting");
      await heardBy(ring, tones.operator);
      await reload(page, () => Promise.all([hearsMusic(citizen), hearsMusic(ring)]));
      await heardBy(ring, tones.operator);
      await pageHears(page);
      expect(citizen.rtp.heard(tones.operator), "the citizen still hears music").lessThan(0.3);

      await showTransfer();
      await page.getByText("Parli con l'ufficio").first().waitFor();
      await command("Alterna");
      await transferIs("swapped");
      await heardBy(citizen, tones.operator);
      await reload(page, () => Promise.all([hearsMusic(citizen), hearsMusic(ring)]));
      await heardBy(citizen, tones.operator);
      await pageHears(page);

      await showTransfer();
      await command("Tutti e tre");
      await transferIs("conference");
      await heardBy(citizen, tones.operator, 0.15);
      // Citizen and office go on alone meanwhile.
      await reload(page, () => hearEachOther(citizen, ring, tones.citizen, tones.office));
      await heardBy(citizen, tones.operator, 0.15);
      await heardBy(ring, tones.operator, 0.15);

      await showTransfer();
      await command("Passa la chiamata");
      await hearEachOther(citizen, ring, tones.citizen, tones.office);
      const { rows } = await centre.pool.query("select status from cases where id = $1", [talk.caseId]);
      expect(rows).to.deep.equal([{ status: "transferred" }]);
      expect(citizen.ended, "the citizen never left").to.equal(null);
      await page.getByText("In attesa di chiamate").waitFor();
      citizen.phone.hangUp(citizen);
      await ring.until("ended");
    });

    it("while the office rings: refused meanwhile, the citizen is with the page that is back, which says why", async () => {
      const ring = await passOn("transfer");
      await reload(page, async () => {
        await centre.rows("select from call_commands where kind = 'away' and state = 'done'", (r) => r.length === 1);
        office.phone.refuse(ring, 486);
        await centre.rows("select from transfers where result = 'busy'", (rows) => rows.length === 1);
        await hearsMusic(citizen);
      });
      await heardBy(citizen, tones.operator);
      await pageHears(page);
      await showTransfer();
      await page.getByText("Occupato: il cittadino è di nuovo con te.").first().waitFor();
      await page.getByRole("button", { name: "Chiudi chiamata" }).click();
      await citizen.until("ended");
    });

    it("the copy is killed in a consultation and the page reloaded: another copy brings it back", async () => {
      const ring = await passOn("consult");
      office.phone.answer(ring);
      await transferIs("consulting");
      const heir = await centre.startCopy();
      const first = centre.copies[0];
      first?.process.kill("SIGKILL");
      await centre.rows(
        "select from calls c join nodes n on n.id = c.node_id where c.id = $1 and n.name = $2",
        (rows) => rows.length === 1,
        15_000,
        [talk.callId, heir.node],
      );
      // The operator was not hung up by the take-over.
      await heardBy(ring, tones.operator);
      await page.goto(heir.url);
      await calledAgain(1);
      await heardBy(ring, tones.operator);
      await hearsMusic(citizen);
      await showTransfer();
      await command("Torna al cittadino");
      await heardBy(citizen, tones.operator);
      expect(citizen.ended, "the citizen never left").to.equal(null);
    });

    it("gone for good in a consultation, the citizen is told and waits for the next operator", async () => {
      const ring = await passOn("consult");
      office.phone.answer(ring);
      await transferIs("consulting");
      await page.close({ runBeforeUnload: false });
      const bruno = await centre.operator("202", { tone: tones.operator });
      const phone = await bruno.rings(1, 30_000);
      await ring.until("ended");
      expect(citizen.ended, "the citizen never left").to.equal(null);
      bruno.phone.answer(phone);
      await hearEachOther(citizen, phone, tones.citizen, tones.operator);
    });
  });

  describe("the office's", () => {
    let operator: TestOperator;
    let office: TestOffice;
    let page: Page;
    let talk: Talk;
    const answer = () => page.getByRole("button", { name: "Rispondi" }).click();

    beforeEach(async () => {
      desks = await PageDesks.open(tones.office);
      operator = await centre.operator("201", { tone: tones.operator });
      office = await testOffice(centre, "301", tones.office);
      page = await desks.signIn(centre.url, "office301", "301");
      await page.getByText("Telefono pronto").waitFor();
      await online("301-web");
      talk = await talkReady(centre, operator, office);
      // The account that the check would have found.
      office.seat = "301-web";
    });
    afterEach(async () => {
      if (!talk.citizen.ended) talk.citizen.phone.hangUp(talk.citizen);
      await nothingLeft(centre);
    });

    it("consulting, then talking with the citizen: the others hear music, it is back within five seconds", async () => {
      await operator.client.call("POST", `/calls/${talk.callId}/consult`, {
        officeId: office.id,
        checkId: await checked(talk),
      });
      await answer();
      await transferIs("consulting");
      await heardBy(talk.desk, tones.office);
      await reload(page, () => Promise.all([hearsMusic(talk.desk), hearsMusic(talk.citizen)]));
      await heardBy(talk.desk, tones.office);
      await pageHears(page);
      await page.getByText("Sei in linea con op201.").first().waitFor();

      await operator.client.call("POST", `/calls/${talk.callId}/complete`);
      await talk.desk.until("ended");
      await heardBy(talk.citizen, tones.office);
      await reload(page, () => hearsMusic(talk.citizen));
      await heardBy(talk.citizen, tones.office);
      await pageHears(page);
      await page.getByRole("button", { name: "Chiudi chiamata" }).click();
      await talk.citizen.until("ended");
      await centre.rows("select from transfers where result = 'completed'", (rows) => rows.length === 1);
    });

    it("while it rings: it rings again and is answered, also without the operator, who hung up by a click", async () => {
      const wish = { officeId: office.id, checkId: await checked(talk) };
      const made = await operator.client.call("POST", `/calls/${talk.callId}/transfer`, wish);
      expect(made.status, JSON.stringify(made.body)).to.equal(202);
      await page.getByRole("button", { name: "Rispondi" }).waitFor();
      await reload(page, () => hearsMusic(talk.citizen));
      await page.getByRole("button", { name: "Rispondi" }).waitFor();
      expect((await operator.client.call("POST", `/calls/${talk.callId}/hangup`)).status).to.equal(200);
      await talk.desk.until("ended");
      await answer();
      await heardBy(talk.citizen, tones.office);
      const { rows } = await centre.pool.query("select status, taken_by_id from cases where id = $1", [talk.caseId]);
      expect(rows).to.deep.equal([{ status: "transferred", taken_by_id: office.personId }]);
    });
  });
});
