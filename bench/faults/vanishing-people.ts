import { Centre, type TestOperator } from "../../test/support/centre.ts";
import type { PhoneCall, SipPhone } from "../../test/support/sip-phone.ts";
import { TestFeed } from "../../test/support/web.ts";
import type { Verdict } from "./fault-judge.ts";
import { ServingDesk } from "./serving-desk.ts";

const states = ["ringing", "talking", "held", "wrap_up", "idle"] as const;
const losses = ["phone", "page", "both"] as const;
type State = (typeof states)[number];
type Loss = (typeof losses)[number];

/** One operator in one state, who loses the phone (as by SIGKILL: no word to anybody), the page, or both. */
type Victim = {
  state: State;
  loss: Loss;
  operator: TestOperator;
  citizen: (PhoneCall & { phone: SipPhone; number: string }) | null;
  tone: number;
};

const ringSeconds = 6;
/** Ring time, or the silence of a phone that talked (5 s), and what follows. */
const givenBackMs = 12_000;
const offlineMs = 12_000;
/** A page is missed for 45 s before its person counts as gone. */
const deskLostMs = 52_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Browsers and phones of operators vanish in each state: the citizens are served by others, nobody is cut. */
export async function vanishingPeople(short: boolean): Promise<Verdict> {
  const centre = await Centre.start({ copies: 2, ringSeconds, wrapUpSeconds: 120 });
  const scene = new VanishingScene(centre);
  try {
    await scene.prepare(short ? ["phone", "page"] : losses);
    return await scene.run(short);
  } finally {
    await scene.close();
  }
}

class VanishingScene {
  private readonly centre: Centre;
  private readonly victims: Victim[] = [];
  private readonly spares: ServingDesk[] = [];
  private readonly newcomers: (PhoneCall & { phone: SipPhone; number: string })[] = [];
  private readonly violations: string[] = [];
  private checks = 0;
  private calls = 0;

  constructor(centre: Centre) {
    this.centre = centre;
  }

  /** Everybody where they should be; those that only ring come last, since a ring has an end. */
  async prepare(wanted: readonly Loss[]): Promise<void> {
    const order: State[] = ["wrap_up", "talking", "held", "ringing", "idle"];
    for (const state of order) {
      for (const loss of wanted) {
        const n = this.victims.length;
        const tone = 1_500 + 40 * n;
        const operator = await this.centre.operator(String(501 + n), { available: false, tone });
        this.victims.push({ state, loss, operator, citizen: null, tone });
      }
    }
    for (let n = 0; n < 3 * wanted.length + 2; n++) {
      this.spares.push(await ServingDesk.at(this.centre, String(551 + n), 0, 2_300 + 40 * n, false));
    }
    for (const victim of this.victims) await this.bringTo(victim);
  }

  async run(short: boolean): Promise<Verdict> {
    for (const { loss, operator } of this.victims) {
      if (loss !== "page") operator.phone.vanish();
      if (loss !== "phone") operator.feed.close();
    }
    const since = performance.now();
    // They come after those who have been waiting, and must be served after them.
    for (let n = 0; n < 2; n++) this.newcomers.push(await this.dial());
    for (const { citizen, operator } of this.of("ringing", "page")) {
      const ring = operator.phone.invited.at(-1);
      if (ring && citizen) operator.phone.answer(ring);
    }
    const returned = this.victims.filter(({ state, loss }) => this.isGivenBack(state, loss));
    const recoverMs = await this.allWaiting(returned, since);
    for (const { operator } of this.spares) {
      await operator.available();
      await pause(250);
    }
    await this.servedInTurn(returned);
    const lost = this.victims.filter(({ state, citizen }) => state !== "wrap_up" && citizen?.ended).length;
    this.expect(lost === 0, `${lost} citizens were cut`);
    await this.phonesKnownGone(since);
    await this.pagesComeBack();
    if (!short) await this.desksKnownGone(since);
    await this.windDown();
    const doubleOffers = this.spares.reduce((sum, desk) => sum + desk.overlaps(), 0);
    this.expect(doubleOffers === 0, `${doubleOffers} rings overlap`);
    const exceptions = (await this.centre.exceptions()).length;
    this.expect(exceptions === 0, `${exceptions} calls without their one contact and case`);
    return {
      ...{ fault: "phones and pages vanish in each state", calls: this.calls, dropped: lost, lostPlaces: 0 },
      ...{ callsWithoutCase: exceptions, doubleOffers, lostWithSwitch: 0, recoverMs, silentMs: 0 },
      ...{ checks: this.checks, violations: this.violations },
    };
  }

  async close(): Promise<void> {
    for (const desk of this.spares) await desk.close();
    await this.centre.close();
  }

  private isGivenBack(state: State, loss: Loss): boolean {
    return loss !== "page" && ["ringing", "talking", "held"].includes(state);
  }

  private async bringTo(victim: Victim): Promise<void> {
    const { state, operator } = victim;
    await operator.available();
    if (state === "idle") return;
    victim.citizen = await this.dial();
    const ring = await operator.rings(1, 10_000);
    if (state === "ringing") return;
    operator.phone.answer(ring);
    await this.untilState(victim.citizen.number, "talking");
    if (state === "wrap_up") {
      operator.phone.hangUp(ring);
      await this.untilState(victim.citizen.number, "ended");
    }
    if (state === "held") {
      const { status } = await operator.client.call("POST", `/calls/${await this.callId(victim)}/hold`, {});
      this.expect(status === 200, `hold answered ${status}`);
    }
  }

  private async allWaiting(returned: Victim[], since: number): Promise<number> {
    const numbers = returned.map(({ citizen }) => citizen?.number);
    const sql = "select caller_raw from calls where state = 'waiting' and caller_raw = any($1)";
    const all = await this.centre
      .rows(sql, (rows) => rows.length === numbers.length, givenBackMs, [numbers])
      .then(
        () => true,
        (error: Error) => error.message.slice(-300),
      );
    this.expect(all === true, `not all who lost their operator wait again: ${all}`);
    return Math.round(performance.now() - since);
  }

  /** Who was given back is at the head: newcomers are offered after all of them; each hears who took over. */
  private async servedInTurn(returned: Victim[]): Promise<void> {
    const waited = returned.flatMap(({ citizen }) => citizen ?? []);
    for (const { number } of [...waited, ...this.newcomers]) {
      const served = await this.untilState(number, "talking").then(
        () => true,
        () => false,
      );
      this.expect(served, `${number} is served by somebody else`);
    }
    const { rows } = await this.centre.pool.query<{ number: string; at: Date }>(
      `select c.caller_raw as number, max(f.ended_at) as at from calls c join offers f on f.call_id = c.id
      where c.state = 'talking' and f.state = 'answered' group by c.id order by at`,
    );
    const places = rows.map(({ number }) => number);
    const lastReturned = Math.max(...waited.map(({ number }) => places.indexOf(number)));
    const firstNew = Math.min(...this.newcomers.map(({ number }) => places.indexOf(number)));
    this.expect(firstNew > lastReturned, `a newcomer was served before who had been waiting: ${places.join(" ")}`);
    await pause(1_500);
    for (const citizen of [...waited, ...this.newcomers]) {
      const heard = Math.max(...this.spares.map((_, n) => citizen.rtp.heard(2_300 + 40 * n)));
      this.expect(heard > 0.4, `${citizen.number} hears who took over (${heard.toFixed(2)})`);
    }
  }

  private async phonesKnownGone(since: number): Promise<void> {
    const seats = this.victims.filter(({ loss }) => loss !== "page").map(({ operator }) => operator.seat);
    const sql = "select account from seat_contacts where online and account = any($1)";
    const left = Math.max(1_000, offlineMs - (performance.now() - since));
    const known = await this.centre
      .rows(sql, (rows) => rows.length === 0, left, [seats])
      .then(
        () => true,
        () => false,
      );
    this.expect(known, "phones that are gone are known to be gone");
  }

  /** A page that comes back finds its talk, its hold, its wrap-up as they were. */
  private async pagesComeBack(): Promise<void> {
    for (const victim of this.victims.filter(({ loss }) => loss === "page")) {
      const { state, operator, citizen, tone } = victim;
      const wanted = { ringing: "on_call", talking: "on_call", held: "on_call", wrap_up: "wrap_up", idle: "" }[state];
      if (wanted === "") continue;
      const shown = await operator.state();
      this.expect(shown === wanted, `without its page, who was ${state} is ${shown}`);
      operator.feed = await TestFeed.open(this.centre.url, operator.client);
      if (!citizen || state === "wrap_up") continue;
      if (state === "held") {
        const { status } = await operator.client.call("POST", `/calls/${await this.callId(victim)}/unhold`, {});
        this.expect(status === 200, `unhold from the new page answered ${status}`);
      }
      citizen.rtp.forgetHeard();
      await pause(1_200);
      const heard = citizen.rtp.heard(tone);
      this.expect(heard > 0.4, `the talk of who was ${state} goes on (${heard.toFixed(2)})`);
      const { status } = await operator.client.call("POST", `/calls/${await this.callId(victim)}/hangup`, {});
      this.expect(status === 200, `hanging up from the new page answered ${status}`);
    }
  }

  private async desksKnownGone(since: number): Promise<void> {
    const people = this.victims.filter(({ state, loss }) => state === "idle" && loss !== "phone");
    const ids = people.map(({ operator }) => operator.personId);
    const sql = "select from operators where person_id = any($1) and chosen <> 'offline'";
    const left = Math.max(1_000, deskLostMs - (performance.now() - since));
    const known = await this.centre
      .rows(sql, (rows) => rows.length === 0, left, [ids])
      .then(
        () => true,
        () => false,
      );
    this.expect(known, "who was free and lost the page is offline after 45 s");
  }

  private async windDown(): Promise<void> {
    for (const citizen of [...this.victims.flatMap((victim) => victim.citizen ?? []), ...this.newcomers]) {
      if (!citizen.ended) citizen.phone.hangUp(citizen);
    }
    const ended = await this.centre
      .rows("select from calls where state <> 'ended'", (rows) => rows.length === 0)
      .then(
        () => true,
        () => false,
      );
    this.expect(ended, "all calls ended");
    const busy = "select from operators where system in ('ringing', 'on_call')";
    const free = await this.centre
      .rows(busy, (rows) => rows.length === 0, 5_000)
      .then(
        () => true,
        () => false,
      );
    this.expect(free, "nobody is left in a call");
    await pause(1_000);
    // Legs to phones that are dead end when nobody answers their BYE.
    const legs = await this.centre.ari<{ name: string }[]>("channels");
    this.expect(legs.length === 0, `legs are left over: ${legs.map(({ name }) => name).join(" ")}`);
    const bridges = await this.centre.ari<{ id: string }[]>("bridges");
    const left = bridges.filter(({ id }) => !id.startsWith("055055-wait-")).length;
    this.expect(left === 0, `${left} bridges are left over`);
  }

  private of(state: State, loss: Loss): Victim[] {
    return this.victims.filter((victim) => victim.state === state && victim.loss === loss);
  }

  private async dial() {
    const number = `0555${String(100_000 + this.calls++)}`;
    const call = await this.centre.call(number);
    return Object.assign(call, { number });
  }

  private async callId({ citizen }: Victim): Promise<string> {
    const sql = "select id from calls where caller_raw = $1";
    return (await this.centre.pool.query(sql, [citizen?.number])).rows[0]?.id;
  }

  private async untilState(number: string, state: string): Promise<void> {
    const sql = "select from calls where caller_raw = $1 and state = $2";
    await this.centre.rows(sql, (rows) => rows.length === 1, 10_000, [number, state]);
  }

  private expect(holds: boolean, what: string): void {
    this.checks++;
    if (!holds) this.violations.push(what);
  }
}
