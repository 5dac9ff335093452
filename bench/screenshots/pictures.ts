import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Centre } from "../screenshots.ts";

/** In the order in which they are taken. */
export const pictureNames = ["desk", "flow", "cards", "inbox", "room", "day", "wallboard"] as const;
type PictureName = (typeof pictureNames)[number];

type Play = { call: () => Promise<void>; day: () => Promise<void> };
const size = { width: 1366, height: 768 };

/** One call on the operator's page first; then a day goes on by itself while the other screens are looked at. */
export async function takePictures(centre: Centre, folder: string, play: Play): Promise<void> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const take = (page: Page, name: PictureName) => page.screenshot({ path: join(folder, `${name}.png`) });
    const desk = await signIn(browser, centre, "anna");
    await desk.getByRole("button", { name: "Disponibile" }).first().click();
    const called = play.call();
    await workOn(desk);
    await take(desk, "desk");
    await called;
    await desk.context().close();
    const supervisor = await signIn(browser, centre, "olga");
    await show(supervisor, "flusso", ".flow-node");
    await supervisor.getByLabel("Nodo", { exact: true }).selectOption("welcome").catch(firstNode(supervisor));
    await supervisor.locator(".prompt-list").waitFor();
    await take(supervisor, "flow");
    const editor = await signIn(browser, centre, "marco");
    await show(editor, "schede", ".inbox-list a");
    await editor.locator(".inbox-list a").first().click();
    await editor.getByLabel("Come", { exact: true }).waitFor();
    await take(editor, "cards");
    const office = await signIn(browser, centre, "gina");
    await show(office, "casi", ".inbox-list a");
    await office.locator(".inbox-list a").first().click();
    await office.locator(".case-form").waitFor();
    await take(office, "inbox");
    const day = play.day();
    await show(supervisor, "sala", ".state-on_call");
    await take(supervisor, "room");
    await show(supervisor, "andamento", ".day-picture canvas");
    await supervisor.waitForTimeout(500);
    await take(supervisor, "day");
    await show(supervisor, "bacheca", ".wallboard-tile");
    await take(supervisor, "wallboard");
    await day;
  } finally {
    await browser.close();
  }
}

function firstNode(page: Page): () => Promise<void> {
  return () => page.locator(".flow-node").first().click();
}

async function signIn(browser: Browser, { web, demo }: Centre, login: string): Promise<Page> {
  const person = demo.find((one) => one.login === login);
  if (!person) throw new Error(`The demo has no ${login}.`);
  const context = await browser.newContext({ viewport: size, locale: "it-IT", timezoneId: "Europe/Rome" });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(web);
  await page.getByLabel("Nome utente").fill(login);
  await page.getByLabel("Password").fill(person.password);
  if (person.seat) await page.getByRole("textbox", { name: "Postazione" }).fill(person.seat);
  await page.keyboard.press("Enter");
  await page.locator("#main").waitFor();
  await page.getByRole("navigation", { name: "Sezioni" }).waitFor();
  return page;
}

async function show(page: Page, place: string, awaited: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
  await page.locator(awaited).first().waitFor();
}

/** The call is answered by the demo's phone; the case is half written and a card is open. */
async function workOn(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Attesa/ }).waitFor();
  await page.getByRole("radio", { name: "Informazione", exact: true }).check({ force: true });
  await page.getByLabel("Richiesta del cittadino").fill("Come si rinnova la carta d'identità? Serve la foto?");
  await page.getByLabel("Cerca nelle schede").fill("carta d'identità");
  await page.locator(".card-list button").first().click();
  await page.getByText("Salvato", { exact: true }).waitFor();
}
