import { errorText } from "../errors.ts";
import type { DemoOperator } from "./demo-call-store.ts";
import { DemoDesk, type DemoEvent } from "./demo-desk.ts";
import { DemoPhone } from "./demo-phone.ts";
import type { DemoSpeech } from "./demo-speech.ts";
import { pause } from "./demo-stage.ts";

export type DemoSite = {
  web: string;
  /** host:port of Asterisk. */
  server: string;
  speech: DemoSpeech;
  say: (line: string) => void;
};

export type DemoMove = { to: string; attribute: string | null; refusal: object | null; asks: string[] };
type Service = { id: string; profile: string };
type Work = { callId: string; caseId: string; wish: string };

/** What citizens ask and what they are told, whatever the service. */
const talks = [
  ["Chiede quali documenti servono e in quali orari si può andare.", "Indicati documenti, orari e sede."],
  ["Vuole sapere a che punto è la sua domanda.", "Spiegato come seguire la pratica."],
  ["Segnala un disservizio allo sportello della settimana scorsa.", "Registrata la segnalazione per l'ufficio."],
  ["Chiede se la richiesta si può fare in rete.", "Indicato il servizio in rete e come entrarvi."],
  ["Non ha ricevuto risposta alla lettera di un mese fa.", "Presa nota: l'ufficio richiamerà."],
] as const;
/** How a case ends at first level, the likelier first; the first that the rules allow is done. */
const wishes = ["resolved_l1/communicated", "assigned/", "assigned_resolved/", "unresolvable/"];
const reasonsOf: Record<string, readonly string[]> = {
  base: ["information", "information", "grievance", "issue_report"],
  advanced: ["information", "information", "complaint", "issue_report", "grievance"],
};

/** A person of the demo at a desk without a browser: answers, writes the case, passes on, closes. */
export class DemoClerk {
  private readonly desk: DemoDesk;
  private readonly site: DemoSite;
  private readonly who: DemoOperator;
  private readonly isOffice: boolean;
  private phone: DemoPhone | null = null;
  private work: Work | null = null;
  private writing: Promise<void> = Promise.resolve();
  private left = false;
  readonly done: Record<string, number> = {};

  constructor(site: DemoSite, who: DemoOperator, isOffice: boolean) {
    this.site = site;
    this.who = who;
    this.isOffice = isOffice;
    this.desk = new DemoDesk(site.web);
  }

  async arrive(password: string): Promise<void> {
    const { login, seat, sipPassword } = this.who;
    await this.desk.signIn(login, password, seat);
    this.phone = await DemoPhone.start({
      ...{ server: this.site.server, user: seat, password: sipPassword, address: "127.0.0.1" },
      sound: this.site.speech.silence,
    });
    await this.desk.openFeed((event) => this.hear(event));
    if (!this.isOffice) await this.desk.chooseAvailable();
    this.site.say(`${login} sits at seat ${seat}`);
  }

  /** Takes no further call; what is being written is finished first. */
  async leave(): Promise<void> {
    this.left = true;
    await this.writing;
    await this.desk.leave(true);
    await this.phone?.stop();
  }

  private hear({ kind, payload }: DemoEvent): void {
    if (this.left) return;
    if (kind === "offer") {
      this.work = { callId: String(payload.callId), caseId: String(payload.caseId), wish: pick(wishes) };
      this.soon(1_500, 2_500, () => this.phone?.command("accept"));
    } else if (kind === "transfer" && this.isOffice && payload.state === "ringing") {
      this.soon(2_000, 3_000, () => this.phone?.command("accept"));
    } else if (kind === "call" && payload.state === "talking" && payload.held === false) {
      this.inTurn(() => this.write());
    } else if (kind === "state" && payload.state === "wrap_up") {
      this.soon(1_000, 4_000, () => this.inTurn(() => this.close()));
    } else if (kind === "state" && payload.state === "not_answering" && !this.isOffice) {
      this.soon(3_000, 3_000, () => this.desk.chooseAvailable());
    }
  }

  /** The form, once a call; then now and then a transfer. */
  private async write(): Promise<void> {
    const { work } = this;
    if (!work || work.wish === "") return;
    const wish = work.wish;
    work.wish = "";
    const { body: found } = await this.desk.ask("GET", "/services?limit=100");
    const services = found.items as Service[];
    const advanced = services.filter(({ profile }) => profile === "advanced");
    // Only what an office looks after can be passed on, and a day has some of that.
    const service = pick(advanced.length > 0 && Math.random() < 0.5 ? advanced : services);
    const { body: now } = await this.desk.ask("GET", `/cases/${work.caseId}`);
    const [request, answer] = pick(talks);
    const reason = pick(reasonsOf[service.profile] ?? ["information"]);
    const kinds = reason === "information" ? { informationKinds: ["who_where_when", "how"] } : {};
    await pause(1_500);
    const form = { serviceId: service.id, reason, ...kinds, request, answer };
    await this.desk.ask("PATCH", `/cases/${work.caseId}`, form, Number(now.version));
    work.wish = `written ${wish}`;
    if (service.profile === "advanced") await this.passOn(work, service.id);
  }

  private async passOn(work: Work, serviceId: string): Promise<void> {
    const check = await this.desk.ask("POST", `/calls/${work.callId}/availability-checks`, {
      serviceId,
      caseId: work.caseId,
    });
    const { usable, officeId, id: checkId, officeName, verdict } = check.body;
    this.site.say(`  ${this.who.login} asks whether ${officeName} is there: ${verdict}`);
    if (usable !== true) return;
    await this.desk.ask("POST", `/calls/${work.callId}/transfer`, { officeId, checkId });
    this.count("transfers");
    this.site.say(`  ${this.who.login} passes the call on`);
  }

  private async close(): Promise<void> {
    const { work } = this;
    this.work = null;
    if (work) await this.classify(work);
    await this.desk.endWrapUp();
  }

  private async classify({ caseId, wish }: Work): Promise<void> {
    const { body } = await this.desk.ask("GET", `/cases/${caseId}/legal-moves`);
    const answerable = ({ refusal, asks }: DemoMove) =>
      refusal === null && asks.every((choice) => choice === "assignmentReason");
    const legal = (body.moves as DemoMove[]).filter(answerable);
    const first = wish.replace("written ", "");
    const order = [first, ...wishes];
    const move = order.flatMap((name) => legal.filter((one) => `${one.to}/${one.attribute ?? ""}` === name))[0];
    if (!move) return this.count("to complete");
    const { to, attribute, asks } = move;
    const cause = asks.length > 0 ? { cause: "declines_hold" } : {};
    await this.desk.ask("POST", `/cases/${caseId}/moves`, { to, attribute, ...cause }, Number(body.version));
    this.count(to);
    this.site.say(`  ${this.who.login} closes the case: ${to}${attribute ? `, ${attribute}` : ""}`);
  }

  private count(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1;
  }

  private soon(leastMs: number, moreMs: number, work: () => unknown): void {
    setTimeout(
      () => {
        if (!this.left) Promise.resolve(work()).catch((error: unknown) => this.complain(error));
      },
      leastMs + Math.random() * moreMs,
    );
  }

  /** One thing after another, as a person does it. */
  private inTurn(work: () => Promise<void>): void {
    this.writing = this.writing.then(work).catch((error: unknown) => this.complain(error));
  }

  /** The call went another way while it was written: so does the day. */
  private complain(error: unknown): void {
    this.site.say(`  ${this.who.login}: ${errorText(error).slice(0, 160)}`);
  }
}

export function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}
