import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { buildPage } from "../src/start/copies/build-page.ts";
import { Centre } from "./support/centre.ts";
import { PageDesks, until } from "./support/page-desk.ts";
import type { PhoneCall, SipPhone } from "./support/sip-phone.ts";
import { testPerson } from "./support/web.ts";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const [operatorHz, citizenHz] = [1_000, 600];

/** Ahead of the page's own scripts: its sounds are kept to be looked at, its microphone can be pulled out. */
const watchSounds = `
  globalThis.kept = [];
  globalThis.plug = { kind: "real" };
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (plug.kind === "none") throw new DOMException("pulled out", "NotFoundError");
    return plug.kind === "real" ? real(wish) : new AudioContext().createMediaStreamDestination().stream;
  };
  globalThis.Audio = class extends Audio {
    constructor() {
      super();
      kept.push(this);
    }
  };`;

describe("the devices of the phone in the page, on the real Asterisk", function () {
  this.timeout(90_000);
  let centre: Centre;
  let desks: PageDesks;
  let page: Page;

  before(async () => {
    await buildPage(checkout);
    desks = await PageDesks.open(operatorHz);
    centre = await Centre.start({ wrapUpSeconds: 0 });
    await testPerson(centre.pool, "anna", "operator", "201");
    await centre.pool.query("select pg_notify('phones', '')");
    page = await desks.signIn(centre.url, "anna", "201", watchSounds);
    await page.getByText("Telefono pronto").waitFor();
    await online("201-web");
    await page.getByRole("button", { name: "Disponibile" }).click();
    await page.getByText("In attesa di chiamate").waitFor();
  });
  after(async () => {
    await desks?.close();
    expect(desks.errors.splice(0)).to.deep.equal([]);
    await centre?.close();
  });

  const online = (account: string, isOnline = true) =>
    centre.rows("select from seat_contacts where account = $1 and online = $2", (rows) => rows.length === 1, 12_000, [
      account,
      isOnline,
    ]);
  const heard = (call: PhoneCall) => {
    call.rtp.forgetHeard();
    return until(
      "the citizen hears the page",
      () => call.rtp.heard(operatorHz),
      (share) => share > 0.5,
      10_000,
    );
  };
  const meter = (name: string) =>
    page
      .locator(".phone-meters")
      .getByLabel(name)
      .evaluate((bar) => (bar as HTMLMeterElement).value);
  /** The microphone's device goes; the next one that is asked for is `kind`. */
  const pullOut = (kind: "real" | "none" | "still") =>
    page.evaluate((next) => {
      const world = globalThis as unknown as { plug: { kind: string }; connections: RTCPeerConnection[] };
      world.plug.kind = next;
      const track = world.connections
        .at(-1)
        ?.getSenders()
        .find((sender) => sender.track)?.track;
      track?.stop();
      track?.dispatchEvent(new Event("ended"));
    }, kind);

  it("chosen and tried out beforehand: the voice on one, the ringing on another; kept for the next time", async () => {
    await page.locator(".phone-button").click();
    await page.getByRole("button", { name: "Prova il microfono" }).click();
    const level = page.locator(".phone-test meter");
    await until(
      "the microphone's level",
      () => level.evaluate((bar) => (bar as HTMLMeterElement).value),
      (value) => value > 0.05,
    );
    await page.getByRole("button", { name: "Ferma la prova" }).click();
    const options = async (label: string) =>
      page
        .getByLabel(label, { exact: true })
        .locator("option")
        .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value).filter(Boolean));
    const speakers = await options("Suoneria su");
    const [voice = "", ringer = ""] = [speakers[0], speakers.at(-1)];
    expect(new Set([voice, ringer]), "two devices to choose from").to.have.lengthOf(2);
    await page.getByLabel("Altoparlante o cuffia", { exact: true }).selectOption(voice);
    await page.getByLabel("Suoneria su", { exact: true }).selectOption(ringer);
    await page.waitForFunction(
      ([a, b]) => {
        const { kept } = globalThis as unknown as { kept: { sinkId: string }[] };
        return kept.at(-2)?.sinkId === a && kept.at(-1)?.sinkId === b;
      },
      [voice, ringer],
    );
    await page.getByRole("button", { name: "Prova la suoneria" }).click();
    await page.waitForFunction(() => {
      const { kept } = globalThis as unknown as { kept: HTMLAudioElement[] };
      return kept.at(-1)?.paused === false;
    });
    const kept = await page.evaluate(() => JSON.parse(localStorage.getItem("055055.phone") ?? "{}"));
    expect(kept).to.include({ speaker: voice, ringer });
  });

  it("in a call: levels, the network's quality; a microphone that dies or is still is told at once and heals", async () => {
    await online("201-web");
    await page.getByText("In attesa di chiamate").waitFor();
    const phone: SipPhone = await centre.citizen(citizenHz);
    const call = await phone.dial("055055", "0550007001");
    await page.getByRole("button", { name: "Rispondi" }).click();
    await heard(call);
    for (const name of ["Livello del microfono", "Livello del cittadino"]) {
      await until(
        name,
        () => meter(name),
        (level) => level > 0.05,
      );
    }
    await page.locator(".phone-words", { hasText: "Rete buona" }).waitFor();

    await pullOut("none");
    await page.getByText("Il microfono si è scollegato: il cittadino non ti sente.").waitFor();
    await pullOut("real");
    await page.getByText("Il microfono si è scollegato").waitFor({ state: "detached" });
    await heard(call);

    await pullOut("still");
    await page.getByText("Dal microfono non arriva alcun suono").waitFor();
    await pullOut("real");
    await page.getByText("Dal microfono non arriva alcun suono").waitFor({ state: "detached" });
    await heard(call);
    phone.hangUp(call);
    await centre.rows("select from calls where outcome = 'answered'", (rows) => rows.length === 1);
    await page.getByText("Telefono pronto").waitFor();
  });

  it("a page that answers no question of the switch any more is offered nothing, the next operator is", async () => {
    const bruno = await centre.operator("202");
    await online("201-web");
    await page.getByText("In attesa di chiamate").waitFor();
    // Longer idle than the other: without the question it would be asked first.
    void page.evaluate(() => {
      const end = performance.now() + 12_000;
      while (performance.now() < end);
    });
    await online("201-web", false);
    const offers = async () =>
      (await centre.pool.query("select account from offers order by created_at")).rows.map(({ account }) => account);
    const before = await offers();
    const phone = await centre.citizen(citizenHz);
    const call = await phone.dial("055055", "0550007002");
    bruno.phone.answer(await bruno.rings());
    await centre.rows("select from calls where state = 'talking'", (rows) => rows.length === 1);
    expect((await offers()).slice(before.length)).to.deep.equal(["202"]);
    phone.hangUp(call);
    await online("201-web");
  });
});
