import { Centre } from "../../test/support/centre.ts";
import { SilenceWatch } from "../../test/support/silence-watch.ts";
import { type PhoneCall, SipPhone } from "../../test/support/sip-phone.ts";
import { CopyKeeper } from "./copy-keeper.ts";
import { type Clicked, FaultDesk } from "./fault-desk.ts";
import { SceneDatabase } from "./scene-database.ts";

/** Where a call is in the moment of the fault. */
export const phases = ["talking", "held", "ringing", "answering", "wrap_up", "waiting", "ivr", "arrived"] as const;
export type Phase = (typeof phases)[number];
export type Counts = Record<Phase, number>;

export const hundredCalls: Counts = {
  ...{ talking: 14, held: 6, ringing: 6, answering: 6, wrap_up: 4 },
  ...{ waiting: 30, ivr: 24, arrived: 10 },
};
export const fewCalls: Counts = {
  ...{ talking: 3, held: 1, ringing: 1, answering: 2, wrap_up: 1 },
  ...{ waiting: 5, ivr: 3, arrived: 2 },
};

/** Beyond the phases: hung up while the fault lasted; called after it. */
export type SceneCall = {
  phase: Phase | "left" | "late";
  number: string;
  tone: number;
  phone: SipPhone;
  call: PhoneCall;
  desk: FaultDesk | null;
  ring: PhoneCall | null;
  silence: SilenceWatch;
};

/** Straight to a key: callers who press one wait, the others stay in the flow. */
const flow = {
  start: "m",
  nodes: {
    m: {
      ...{ type: "menu", prompts: ["privacy", "menu-main"], timeoutSeconds: 30, tries: 5, timeout: "q" },
      choices: [{ key: "1", label: { it: "Parlare con noi", en: "Talk to us" }, target: "q" }],
    },
    q: { type: "queue", queue: "principale" },
  },
};

const withDesk = (phase: SceneCall["phase"]) => !["waiting", "ivr", "arrived", "left", "late"].includes(phase);

/** The whole product with its callers in all phases at once; used again for one fault after the other. */
export class FaultScene {
  readonly centre: Centre;
  readonly keeper: CopyKeeper;
  readonly desks: FaultDesk[] = [];
  readonly counts: Counts;
  calls: SceneCall[] = [];
  /** Names of the copies that were taken down: their calls must go on under others. */
  readonly victims = new Set<string>();
  /** What a fault does after it was judged (a frozen copy wakes): the next one waits for it. */
  readonly aftermath: Promise<unknown>[] = [];
  readonly database: SceneDatabase;
  /** What people clicked while a fault lasted, and what came of it. */
  clicks: Promise<Clicked>[] = [];
  private heldCalls: { desk: FaultDesk; id: string }[] = [];
  private round = 0;
  private pauseReason = "";

  private constructor(centre: Centre, keeper: CopyKeeper, counts: Counts, database: SceneDatabase) {
    this.database = database;
    this.centre = centre;
    this.keeper = keeper;
    this.counts = counts;
  }

  static async start(counts: Counts, copies: number): Promise<FaultScene> {
    const database = await SceneDatabase.start();
    const times = { wrapUpSeconds: 300, ringSeconds: 90, maxWaiting: 500 };
    const centre = await Centre.start({ copies: 0, flow, database: database.asTestDatabase(), ...times });
    const scene = new FaultScene(centre, await CopyKeeper.start(centre, copies), counts, database);
    const { rows } = await centre.pool.query("select code from pause_reasons order by 1 limit 1");
    scene.pauseReason = rows[0].code;
    const places = phases.filter(withDesk).reduce((sum, phase) => sum + counts[phase], 0);
    for (let n = 0; n < places; n++) {
      scene.desks.push(await FaultDesk.arrive(centre, scene.keeper, String(2_001 + n), 1_500 + 40 * n));
    }
    await centre.pool.query("select pg_notify('phones', '')");
    for (const desk of scene.desks) await desk.signIn();
    const online = "select from seat_contacts where online";
    await centre.rows(online, (rows) => rows.length === places, 15_000);
    return scene;
  }

  /** Brings as many callers to each phase as asked for; those that arrive or are answered wait for `strike`. */
  async prepare(): Promise<void> {
    this.round++;
    this.calls = [];
    this.clicks = [];
    await Promise.all(this.desks.map((desk) => desk.choose("pause", this.pauseReason)));
    for (const phase of phases.filter(withDesk)) {
      for (let n = 0; n < this.counts[phase]; n++) await this.dial(phase, true);
    }
    await this.inState("waiting", this.calls.length);
    await this.answerAtDesks();
    for (let n = 0; n < this.counts.waiting; n++) await this.dial("waiting", true);
    for (let n = 0; n < this.counts.ivr; n++) await this.dial("ivr", false);
    await this.inState("waiting", this.counts.waiting);
    await this.inState("ivr", this.counts.ivr);
  }

  /** What happens in the very instant of the fault: phones are lifted, callers arrive. */
  async strike(): Promise<void> {
    for (const { phase, desk, ring } of this.calls) if (phase === "answering" && desk && ring) desk.phone.answer(ring);
    for (let n = 0; n < this.counts.arrived; n++) await this.dial("arrived", true);
  }

  /** Nobody at a desk writes anything: whoever is not free would be missed by the next callers. */
  async endWrapUps(): Promise<void> {
    await this.centre.pool.query("update operators set wrap_up_until = clock_timestamp() where system = 'wrap_up'");
  }

  of(...wanted: SceneCall["phase"][]): SceneCall[] {
    return this.calls.filter(({ phase }) => wanted.includes(phase));
  }

  /** One more caller, while the fault lasts or after it. */
  async dial(phase: SceneCall["phase"], presses: boolean): Promise<SceneCall> {
    const n = this.calls.length;
    const tone = 400 + 10 * (n % 100);
    const phone = await new SipPhone({ server: this.centre.asterisk.sip, address: "127.0.0.9", tone }).open();
    const number = `055${String(this.round).padStart(3, "0")}${String(n).padStart(4, "0")}`;
    const call = await phone.dial("055055", number);
    const made: SceneCall = {
      ...{ phase, number, tone, phone, call, desk: null, ring: null },
      silence: new SilenceWatch(call.rtp),
    };
    this.calls.push(made);
    if (presses) {
      call.once("answered", () => {
        const pressing = setInterval(() => {
          if (call.ended || made.ring) return clearInterval(pressing);
          call.rtp.press("1");
          clearInterval(pressing);
        }, 150);
      });
    }
    // The order of arrival is the order of the places.
    if (phase !== "arrived") await new Promise((resolve) => setTimeout(resolve, 15));
    return made;
  }

  /** Which calls the clicks will be about: during the fault nobody can look it up. */
  async readyToClick(): Promise<void> {
    this.heldCalls = [];
    for (const { desk } of this.of("held")) if (desk) this.heldCalls.push({ desk, id: await this.callAt(desk) });
  }

  /** Commands that change nothing when they are carried out twice, on the line and in the rows. */
  click(): void {
    for (const { desk, id } of this.heldCalls) this.clicks.push(desk.click("POST", `/calls/${id}/hold`, {}));
    for (const { desk } of this.of("wrap_up", "talking").slice(0, 4)) {
      const body = { state: "pause", reason: this.pauseReason };
      if (desk) this.clicks.push(desk.click("PUT", "/me/state", body));
    }
  }

  /** Asterisk has gone with all of them: the phones notice by themselves, and say nothing. */
  callsAreLost(): void {
    for (const { call, phone, silence } of this.calls) {
      silence.stop();
      if (!call.ended) phone.vanish();
    }
    for (const { phone } of this.desks) phone.forgetCalls();
  }

  /** The last of each phase hang up while nothing can be written. */
  leave(...wanted: Phase[]): void {
    for (const phase of wanted) {
      const leaver = this.of(phase).at(-1);
      if (!leaver) continue;
      leaver.phase = "left";
      leaver.phone.hangUp(leaver.call);
    }
  }

  async close(): Promise<void> {
    for (const { phone, silence } of this.calls) {
      silence.stop();
      await phone.close();
    }
    for (const desk of this.desks) await desk.close();
    await this.keeper.close();
    await this.centre.close();
  }

  /** Frees the desks for the callers at them; who gets whom is the product's choice. */
  private async answerAtDesks(): Promise<void> {
    const atDesk = this.calls.filter(({ phase }) => withDesk(phase));
    const before = this.desks.map((desk) => desk.phone.invited.length);
    for (const [n, desk] of this.desks.entries()) {
      const phase = atDesk[n]?.phase;
      desk.manner = phase === "ringing" || phase === "answering" ? "ring" : "answer";
    }
    // One after the other, so that the phases are at the desks they were meant for.
    for (const desk of this.desks) await desk.choose("available");
    await this.joinUp(before);
    await this.inState("offered", this.of("ringing", "answering").length);
    await this.inState("talking", this.of("talking", "held", "wrap_up").length);
    for (const { desk } of this.of("held")) {
      const id = await this.callAt(desk);
      const status = await desk?.ask("POST", `/calls/${id}/hold`, {});
      if (status !== 200) throw new Error(`hold answered ${status}`);
    }
    for (const { desk, ring } of this.of("wrap_up")) if (ring) desk?.phone.hangUp(ring);
    await this.inState("talking", this.of("talking", "held").length);
  }

  /** Finds out which citizen rings at which desk: the call's own header tells it to the phone. */
  private async joinUp(before: number[]): Promise<void> {
    const limit = performance.now() + 20_000;
    while (this.desks.some((desk, n) => desk.phone.invited.length <= (before[n] ?? 0))) {
      if (performance.now() > limit) throw new Error("not every desk was rung");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { rows } = await this.centre.pool.query<{ person_id: string; caller_raw: string }>(
      "select person_id, caller_raw from calls where state in ('offered', 'talking')",
    );
    const manners: Record<string, SceneCall["phase"][]> = { ring: [], answer: [] };
    for (const { phase } of this.calls)
      manners[phase === "ringing" || phase === "answering" ? "ring" : "answer"]?.push(phase);
    for (const { person_id, caller_raw } of rows) {
      const desk = this.desks.find(({ personId }) => personId === person_id);
      const made = this.calls.find(({ number }) => number === caller_raw);
      if (!desk || !made) throw new Error("a call at an unknown desk");
      made.desk = desk;
      made.ring = desk.current ?? null;
      // Whoever came to a desk that only rings is a ringing call.
      made.phase = manners[desk.manner]?.shift() ?? made.phase;
    }
  }

  private async callAt(desk: FaultDesk | null): Promise<string> {
    const sql = "select id from calls where person_id = $1 and state = 'talking'";
    return (await this.centre.pool.query(sql, [desk?.personId])).rows[0]?.id;
  }

  private async inState(state: string, count: number): Promise<void> {
    await this.centre.rows(`select from calls where state = '${state}'`, (rows) => rows.length === count, 30_000);
  }
}
