import { type Role, roles } from "../../src/people/roles.ts";
import { type Screen, screens, screensOf } from "../../src/web/screens.tsx";
import { type DeskStage, walkers } from "./desk-stage.ts";
import { type Answers, type Findings, isIn, type Language, PageWalker } from "./page-walker.ts";

const otherAnswers: readonly Answers[] = ["slow", "empty", "failing"];

/** What is typed where nothing shows before something was searched. */
const searched: Readonly<Record<string, string>> = { cittadini: "0550020001" };

export type Walked = { places: Set<string>; screens: Set<string> };

/**
 * Every screen of the page's own table, as each role that has it, in both languages: its list with rows, waiting,
 * empty and failing (in Italian), and one of each kind of thing that the screen links to. A screen that nobody reaches, or whose
 * single thing is never opened, is a fault.
 */
export async function walkScreens(
  stage: DeskStage,
  findings: Findings,
  pictures: string | null,
  only: { screen: string; role: string },
): Promise<Walked> {
  const walked: Walked = { places: new Set(), screens: new Set() };
  for (const role of roles.filter((one) => !only.role || one === only.role)) {
    const all = screensOf({ roles: [{ role, agencyId: null }] });
    const own = all.filter(({ name }) => !only.screen || name === only.screen);
    if (own.length === 0) continue;
    const walker = await PageWalker.open(stage, findings, pictures);
    await enter(stage, walker, role);
    for (const language of ["it", "en"] as const) {
      await walker.speak(language);
      for (const screen of own) await walkScreen(walker, screen, role, language, walked);
    }
    await stage.leavePages();
  }
  if (!only.screen && !only.role) for (const fault of notWalked(walked)) findings.fault(fault);
  return walked;
}

/** Signs in; who administers links an authenticator app first, and one of them comes with a password that was given. */
async function enter(stage: DeskStage, walker: PageWalker, role: Role): Promise<void> {
  const { page } = walker;
  const login = walkers[role];
  const given = role === "specialist";
  if (given) await stage.pool.query("update people set must_change_password = true where login = $1", [login]);
  await walker.signIn(login, role === "operator" ? "201" : "");
  if (given) {
    await page.getByText("Scegli la tua password").waitFor();
    await walker.judge("password to be changed");
    await walker.picture("password-to-change");
    await stage.pool.query("update people set must_change_password = false where login = $1", [login]);
    await page.reload();
  }
  if (role === "administrator") await linkSecondFactor(stage, walker, login);
  await isIn(page);
}

/** Without a second factor nothing is reached but this; with one the code is asked at each sign-in. */
async function linkSecondFactor(stage: DeskStage, walker: PageWalker, login: string): Promise<void> {
  const { page } = walker;
  await page.getByText("Collega un'app di autenticazione").waitFor();
  await walker.settled();
  await walker.judge("administrator without second factor");
  await walker.picture("second-factor");
  const secret = await page.getByRole("textbox", { name: "Chiave" }).inputValue();
  await page.getByLabel("Codice a sei cifre").fill(stage.codeOf(secret));
  await page.keyboard.press("Enter");
  await isIn(page);
  await page.getByRole("button", { name: "Esci" }).click();
  await page.getByLabel("Nome utente").waitFor();
  await walker.signIn(login);
  const code = page.getByLabel("Codice a sei cifre");
  await code.waitFor();
  await walker.judge("code of the second factor asked");
  await walker.picture("second-factor-code");
  // Each code is good for one sign-in.
  await code.fill(stage.codeOf(secret, 1));
  await page.keyboard.press("Enter");
}

async function walkScreen(
  walker: PageWalker,
  screen: Screen,
  role: Role,
  language: Language,
  walked: Walked,
): Promise<void> {
  const { name } = screen;
  const state = (place: string, how: string) => `${role} ${place} ${how} ${language}`;
  await walker.visit(name);
  walked.places.add(`${role} ${name}`);
  walked.screens.add(name);
  await search(walker, searched[name]);
  await walker.judge(state(name, "rows"));
  if (language === "it") await walker.picture(`${role}-${name}`);
  for (const place of await linkedPlaces(walker, name)) {
    await walker.visit(place.path);
    walked.places.add(`${role} ${place.shape}`);
    await walker.judge(state(place.shape, "one"));
    if (language === "it") await walker.picture(`${role}-${place.shape}`);
  }
  // The words of these are the catalogue's, which a test compares; what they are made of is the same.
  if (language === "en") return;
  for (const answers of otherAnswers) {
    await walker.visit(name, answers);
    await walker.judge(state(name, answers));
    await walker.picture(`${role}-${name}-${answers}`, ["1366"]);
    await walker.answerAgain();
  }
}

/** The first place of each kind that the screen links to below itself: "casi/:id", "schede/nuova". */
async function linkedPlaces(walker: PageWalker, name: string): Promise<{ path: string; shape: string }[]> {
  const found = await walker.page
    .locator(`main a[href^="#/${name}/"]`)
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  const places = new Map<string, string>();
  for (const href of found) {
    const path = href.slice(2);
    const shape = path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id");
    if (!places.has(shape)) places.set(shape, path);
  }
  return [...places].map(([shape, path]) => ({ path, shape }));
}

async function search(walker: PageWalker, words: string | undefined): Promise<void> {
  if (words === undefined) return;
  await walker.page.locator("main search input").first().fill(words);
  await walker.page.keyboard.press("Enter");
  await walker.settled();
}

function notWalked(walked: Walked): string[] {
  const faults: string[] = [];
  for (const { name, render } of screens) {
    if (!walked.screens.has(name)) faults.push(`the screen ${name} was never walked`);
    const below = [...walked.places].some((place) => place.includes(` ${name}/`));
    if (render.length > 0 && !below) faults.push(`nothing of the screen ${name} was opened`);
  }
  return faults;
}
