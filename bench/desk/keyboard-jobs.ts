import type { Page } from "playwright-core";
import { KeyboardHands } from "../../test/support/keyboard-hands.ts";
import type { PhoneCall, SipPhone } from "../../test/support/sip-phone.ts";
import { testPassword } from "../../test/support/web.ts";
import type { DeskStage } from "./desk-stage.ts";
import { type Findings, isIn } from "./page-walker.ts";

type Citizen = PhoneCall & { phone: SipPhone };

/**
 * A morning without a mouse, on real calls: an operator whose phone is the page, and a person of an office at a desk
 * phone. @returns the jobs that were done; one that can not be done is a fault, and ends the morning
 */
export async function doKeyboardJobs(stage: DeskStage, findings: Findings): Promise<number> {
  const done: string[] = [];
  const job = async (name: string, work: () => Promise<unknown>) => {
    try {
      await work();
      done.push(name);
    } catch (error) {
      findings.fault(`by keyboard: ${name} after ${done.join(", ")}: ${String(error).slice(0, 300)}`);
      throw error;
    }
  };
  try {
    const office = await openOffice(stage, job);
    await workAsOperator(stage, office, job);
    for (const { page, hands } of [office]) {
      if ((await hands.pointers()) > 0) findings.fault(`a pointer was used at ${page.url()}`);
    }
  } catch {
    // Told as a fault above.
  } finally {
    await stage.leavePages();
  }
  return done.length;
}

type Job = (name: string, work: () => Promise<unknown>) => Promise<void>;
type Desk = { page: Page; hands: KeyboardHands };

async function openDesk(stage: DeskStage): Promise<Desk> {
  const page = await (await stage.context()).newPage();
  const hands = await KeyboardHands.on(page);
  await page.goto(stage.centre.url);
  return { page, hands };
}

async function signIn({ page, hands }: Desk, login: string, seat: string, web: boolean): Promise<void> {
  await hands.write(page.getByLabel("Nome utente"), login);
  await hands.write(page.getByLabel("Password"), testPassword);
  await hands.write(page.getByRole("textbox", { name: "Postazione" }), seat);
  if (web) await hands.choose(page.getByLabel(/Telefono nella pagina/));
  await page.keyboard.press("Enter");
  await isIn(page);
}

async function openOffice(stage: DeskStage, job: Job): Promise<Desk & { phone: SipPhone }> {
  const phone = await stage.deskPhone("301");
  const desk = await openDesk(stage);
  const { page, hands } = desk;
  await job("office: sign in", () => signIn(desk, "gina", "301", false));
  await job("office: open a case of the list and take it in charge", async () => {
    await hands.write(page.getByLabel("Cerca per numero o testo"), await caseToTake(stage));
    const line = page.locator(".inbox-list a");
    await page.waitForFunction(() => document.querySelectorAll(".inbox-list a").length === 1);
    await hands.press(line);
    await page.getByRole("button", { name: /Prendi in carico/ }).waitFor();
    await page.keyboard.press("F6");
    await page.locator(".case-form").getByText("In carico: Gina Innocenti").waitFor();
  });
  return { ...desk, phone };
}

async function caseToTake(stage: DeskStage): Promise<string> {
  const { number } = await stage.one<{ number: string }>(
    `select c.number::text from cases c join office_people o on o.office_id = c.office_id
      join people p on p.id = o.person_id and p.login = 'gina'
    where c.status = 'assigned' and c.taken_by_id is null and c.reason = 'information' limit 1`,
  );
  return number;
}

async function workAsOperator(stage: DeskStage, office: { phone: SipPhone }, job: Job): Promise<void> {
  const desk = await openDesk(stage);
  const { page, hands } = desk;
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const radio = (name: string | RegExp) => page.getByRole("radio", { name, exact: true });
  let citizen: Citizen | null = null;
  const talk = async () => {
    citizen = await stage.centre.call("0550007777");
    await page.locator(".ringing-row").waitFor({ timeout: 20_000 });
    await page.keyboard.press("F2");
    await page.locator(".call-bar-on_call").waitFor();
    await page.getByLabel("Richiesta del cittadino").waitFor();
  };
  const useCard = async () => {
    // Out of any field, where the sign is a key and no letter.
    await hands.reach(page.getByRole("tab", { selected: true }));
    await page.keyboard.press("/");
    await page.keyboard.type("carta identita elettronica");
    await hands.press(page.locator(".card-list button", { hasText: "Comune di Firenze" }));
    await hands.press(button("Usa questa scheda"));
    await page.getByText("Scheda scelta per questo caso").waitFor();
  };
  const classify = async () => {
    await hands.choose(radio("Informazione"));
    await hands.press(page.getByRole("checkbox", { name: "Chi, dove, quando" }), "Space");
    await hands.write(page.getByLabel("Richiesta del cittadino"), "Dove si rinnova?");
    await hands.write(page.getByLabel("Risposta data"), "Allo sportello di via Nicolodi.");
    await page.getByText("Salvato", { exact: true }).waitFor();
  };
  const available = async () => {
    await hands.press(page.locator(".state-chooser summary"));
    await hands.press(page.locator(".state-menu > button"));
    await page.locator(".call-bar-available").waitFor();
  };
  await job("sign in with the phone in the page", () => signIn(desk, "anna", "201", true));
  await job("become available", available);
  await job("answer", talk);
  await job("hold and take back", async () => {
    await page.keyboard.press("F4");
    await button("Riprendi").waitFor();
    await page.keyboard.press("F4");
    await button("Attesa").waitFor();
  });
  await job("search a card and use it", useCard);
  await job("classify and write", classify);
  await job("send an SMS", async () => {
    await hands.reach(page.getByRole("tab", { selected: true }));
    while (!(await page.getByRole("tab", { name: "Invia", selected: true }).count())) {
      await page.keyboard.press("ArrowRight");
    }
    const number = page.getByLabel("Cellulare del cittadino").first();
    await hands.write(number, "3331234567");
    const part = page.locator(".send-part").filter({ has: number }).last();
    await hands.press(part.getByRole("checkbox"), "Space");
    await hands.press(part.getByRole("button"));
    await stage.centre.rows("select from messages where kind = 'sms'", (rows) => rows.length === 1);
  });
  await job("hang up and close the case", async () => {
    await hands.press(button("Chiudi chiamata"));
    await page.locator(".call-bar-wrap_up").waitFor();
    await hands.choose(radio(/Risolto I livello · Comunicato/));
    await page.keyboard.press("F9");
    await page.getByText("Nessuna chiamata in corso").waitFor();
  });
  await job("transfer to the office", async () => {
    await talk();
    await useCard();
    await classify();
    await page.keyboard.press("F8");
    await hands.press(button("Verifica disponibilità"));
    const rung = office.phone.invited.length;
    await hands.press(button("Trasferisci ora"));
    const ring = await office.phone.nextInvite(rung, 15_000);
    office.phone.answer(ring);
    await page.locator(".status-chip", { hasText: "Trasferito" }).first().waitFor();
    citizen?.phone.hangUp(citizen);
    await ring.until("ended");
  });
  await job("pause", async () => {
    await page.locator(".call-bar-on_call, .call-bar-ringing").waitFor({ state: "detached" });
    await hands.press(page.locator(".state-chooser summary"));
    await hands.press(page.locator(".state-menu li button"));
  });
  await job("sign out", async () => {
    if ((await hands.pointers()) > 0) throw new Error("a pointer was used");
    await hands.press(button("Esci"));
    await page.getByLabel("Nome utente").waitFor();
  });
}
