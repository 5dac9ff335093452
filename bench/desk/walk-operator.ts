import type { SipPhone } from "../../test/support/sip-phone.ts";
import { testPassword } from "../../test/support/web.ts";
import type { DeskStage } from "./desk-stage.ts";
import { type Findings, type Language, PageWalker } from "./page-walker.ts";

/**
 * The states that no address leads to: before sign-in, every state of an operator with real calls, each tool beside a
 * case, connection lost, session over, desk open elsewhere. As states of the operator's screen they are judged in the
 * language given; the pictures are taken in Italian.
 */
export async function walkOperator(
  stage: DeskStage,
  findings: Findings,
  pictures: string | null,
  language: Language,
): Promise<void> {
  const walker = await PageWalker.open(stage, findings, language === "it" ? pictures : null);
  const { page } = walker;
  const see = async (state: string) => {
    await walker.settled();
    await walker.judge(`${state} ${language}`);
    await walker.picture(`state-${state}`);
  };
  await walker.speak(language);
  await see("signed-out");
  await page.getByLabel(/Nome utente|User name/).fill("anna");
  await page.getByLabel("Password").fill("not the one");
  await page.keyboard.press("Enter");
  await page.locator("[role=alert] .notice").waitFor();
  await see("sign-in-refused");
  await walker.signIn("anna", "201");
  await page.locator(".call-bar").waitFor();
  // The person's own language came with the sign-in.
  await walker.speak(language);
  await see("offline");
  const phone = await stage.deskPhone("201");
  await walkPause(walker, see);
  await walkCall(stage, walker, phone, see);
  await walkNotAnswering(stage, walker, see);
  await walkLinks(stage, walker, see);
  await phone.close();
  await stage.leavePages();
  // What follows signs in as the same person, and looks for Italian words.
  await stage.pool.query("update people set language = 'it'");
}

type See = (state: string) => Promise<void>;

async function walkPause({ page }: PageWalker, see: See): Promise<void> {
  await page.locator(".state-chooser summary").click();
  await see("state-menu");
  await page.locator(".state-menu li button").first().click();
  await page.locator(".call-bar-pause").waitFor();
  await see("pause");
}

async function available({ page }: PageWalker): Promise<void> {
  await page.locator(".state-chooser summary").click();
  await page.locator(".state-menu > button").first().click();
  await page.locator(".call-bar-available").waitFor();
}

async function walkCall(stage: DeskStage, walker: PageWalker, phone: SipPhone, see: See): Promise<void> {
  const { page } = walker;
  await available(walker);
  await see("available");
  const rung = phone.invited.length;
  const { number } = await stage.one<{ number: string }>(
    "select value as number from citizen_contacts where kind = 'phone' order by citizen_id limit 1",
  );
  const call = await stage.centre.call(number.replace("+39", ""));
  const ring = await phone.nextInvite(rung, 15_000);
  await page.locator(".ringing-row").waitFor();
  await see("ringing");
  phone.answer(ring);
  await page.locator(".call-bar-on_call").waitFor();
  await page.locator(".case-form textarea").first().waitFor();
  await see("talking");
  for (const tab of await page.getByRole("tab").all()) {
    await tab.click();
    await see(`tab-${(await tab.getAttribute("id"))?.split("-").at(-1)}`);
  }
  await page.getByRole("tab").first().click();
  await page.keyboard.press("F4");
  await page.getByRole("button", { name: /Riprendi|Resume/ }).waitFor();
  await see("held");
  await page.keyboard.press("F4");
  await page.getByRole("button", { name: /Attesa|Hold/ }).waitFor();
  await page.locator(".case-form textarea").first().fill("Chiede gli orari dell'ufficio.");
  await walker.settled();
  call.phone.hangUp(call);
  await page.locator(".call-bar-wrap_up").waitFor();
  await see("wrap-up");
}

async function walkNotAnswering(stage: DeskStage, walker: PageWalker, see: See): Promise<void> {
  const { page } = walker;
  await stage.pool.query("update queues set ring_seconds = 5");
  await stage.pool.query("update operators set wrap_up_until = now() where system = 'wrap_up'");
  await page.locator(".call-bar-available").waitFor({ timeout: 30_000 });
  await see("case-after-call");
  const call = await stage.centre.call("0550004321");
  await page.locator(".call-bar-not_answering").waitFor({ timeout: 40_000 });
  await see("not-answering");
  call.phone.hangUp(call);
  await call.until("ended");
  await stage.pool.query("update queues set ring_seconds = 20");
}

/** What comes between page and program. */
async function walkLinks(stage: DeskStage, walker: PageWalker, see: See): Promise<void> {
  const { page } = walker;
  await page.context().setOffline(true);
  await page.locator("[data-banner=connection]").waitFor({ timeout: 5_000 });
  await see("connection-lost");
  await page.context().setOffline(false);
  await page.locator("[data-banner=connection]").waitFor({ state: "detached" });
  const other = await page.context().newPage();
  await other.goto(stage.centre.url);
  await page.getByRole("alertdialog").waitFor();
  await see("desk-elsewhere");
  await other.close();
  await page.getByRole("alertdialog").getByRole("button").click();
  await page.getByRole("alertdialog").waitFor({ state: "detached" });
  await stage.pool.query("delete from sessions");
  await page.locator(".sign-in-again form").waitFor({ timeout: 15_000 });
  await see("session-over");
  await page.getByLabel("Password").fill(testPassword);
  await page.keyboard.press("Enter");
  await page.locator(".sign-in-again").waitFor({ state: "detached" });
}
