import { errorText } from "../../src/errors.ts";
import { checkInvariants } from "../../src/invariants/check-invariants.ts";
import { confirmed, type SwitchSeen, type Violation } from "../../src/invariants/invariant.ts";
import { readRows } from "../../src/invariants/invariant-store.ts";
import type { PhoneCall } from "../../test/support/sip-phone.ts";
import type { FaultScene, SceneCall } from "./fault-scene.ts";
import { countWrites, describeClick, isClearAnswer } from "./judge-writes.ts";

export type Verdict = {
  fault: string;
  calls: number;
  dropped: number;
  lostPlaces: number;
  callsWithoutCase: number;
  lostWithSwitch: number;
  doubleOffers: number;
  recoverMs: number;
  /** Longest silence that a waiting caller heard, told for information. */
  silentMs: number;
  checks: number;
  violations: string[];
};

const settleMs = 2_500;
const musicMs = 6_000;
const aDayOfSeconds = 86_400;

/**
 * Judges from outside: what the phones saw and heard, Asterisk's own lists, raw SQL; the product's checker comes last
 * and is one witness among others. Counts each check, since a judge who did not look must not say "fine".
 */
export class FaultJudge {
  checks = 0;
  readonly violations: string[] = [];
  private readonly scene: FaultScene;
  private placesBefore: Place[] = [];
  startedAt = new Date(0);

  constructor(scene: FaultScene) {
    this.scene = scene;
  }

  /** Before the first call of the round. */
  async open(): Promise<void> {
    const { rows } = await this.scene.centre.pool.query("select clock_timestamp() as at");
    this.startedAt = rows[0].at;
  }

  /** Everybody is where they should be; the fault comes next. */
  async begin(): Promise<void> {
    this.placesBefore = await this.places();
    this.expect(this.placesBefore.length === this.scene.counts.waiting, "not everybody waits who should");
  }

  /** Until every call has a living owner, phones that were lifted talk, and callers who arrived hear us. */
  async recovered(since: number, limitMs = 15_000): Promise<number> {
    for (;;) {
      const missing = await this.missing().catch((error: unknown) => errorText(error));
      const elapsed = performance.now() - since;
      if (missing === "") return Math.max(0, Math.round(elapsed));
      if (elapsed > limitMs) {
        this.violations.push(`not recovered after ${limitMs} ms: ${missing}`);
        return Math.round(elapsed);
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  /** Legs, tones, places, offers, cases and rows, once things have settled. */
  async judge(parachute: boolean | "some"): Promise<Omit<Verdict, "fault" | "recoverMs">> {
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const { scene } = this;
    const dropped = this.cut(scene.of("talking", "held", "answering"));
    const lost = this.cut(scene.of("waiting"));
    this.cut(scene.of("ivr", "ringing"));
    // Seats may all be busy: the parachute says so and hangs up.
    if (!parachute) this.cut(scene.of("arrived"));
    await this.hearings();
    const lostPlaces = lost + (await this.movedPlaces());
    const callsWithoutCase = await this.withoutCase();
    await this.outcomes(parachute);
    await this.writtenOnce();
    await this.clicks();
    await this.invariants();
    const silentMs = Math.round(Math.max(0, ...scene.of("waiting").map(({ silence }) => silence.longestMs)));
    const doubleOffers = this.doubleOffers();
    const { checks, violations } = this;
    const calls = scene.calls.length;
    return {
      calls,
      dropped,
      lostPlaces,
      callsWithoutCase,
      doubleOffers,
      lostWithSwitch: 0,
      silentMs,
      checks,
      violations,
    };
  }

  /** A violation unless it holds. */
  expect(holds: boolean, what: string): boolean {
    this.checks++;
    if (!holds) this.violations.push(what);
    return holds;
  }

  /** Rows against Asterisk by the product's checker; two looks. */
  async invariants(): Promise<Violation[]> {
    const first = checkInvariants(await this.snapshot());
    await new Promise((resolve) => setTimeout(resolve, first.length > 0 ? 2_000 : 0));
    const found = first.length > 0 ? confirmed(first, checkInvariants(await this.snapshot())) : [];
    this.checks++;
    for (const { kind, subject, detail } of found) this.violations.push(`${kind} ${subject}: ${detail}`);
    return found;
  }

  /** Rings that overlap on one phone, over the whole life of the scene. */
  doubleOffers(): number {
    let count = 0;
    for (const { phone, seat } of this.scene.desks) {
      const rings = phone.invited;
      const overlaps = rings.filter((ring, n) => n > 0 && startOf(ring) < endOf(rings[n - 1]));
      this.expect(overlaps.length === 0, `phone ${seat} was rung for two calls`);
      count += overlaps.length;
    }
    return count;
  }

  private async missing(): Promise<string> {
    const { pool } = this.scene.centre;
    const orphans = await pool.query(
      `select from calls c left join nodes n on n.id = c.node_id where c.state <> 'ended' and not c.parachute
        and (n.name = any($1) or n.state not in ('alive', 'draining') or n.heartbeat_at < clock_timestamp() - interval '2 seconds')`,
      [[...this.scene.victims]],
    );
    if (orphans.rowCount !== 0) return `${orphans.rowCount} calls without a living copy`;
    const deaf = this.scene.of("arrived").filter(({ call }) => !call.ended && call.status !== 200);
    if (deaf.length > 0) return `${deaf.length} callers not answered`;
    const lifted = this.scene.of("answering").filter(({ call, ring }) => !call.ended && !ring?.ended);
    const left = this.scene.of("left").map(({ number }) => number);
    const open = await pool.query("select from calls where caller_raw = any($1) and state <> 'ended'", [left]);
    if (open.rowCount !== 0) return `${open.rowCount} calls whose callers left`;
    if (lifted.length === 0) return "";
    const bridged = new Set(
      (await this.bridges()).filter(({ channels }) => channels.length > 1).flatMap((b) => b.channels),
    );
    const { rows } = await pool.query("select caller_raw, channel_id from calls where caller_raw = any($1)", [
      lifted.map(({ number }) => number),
    ]);
    const apart = rows.filter(({ channel_id }) => !bridged.has(channel_id)).length;
    return apart > 0 ? `${apart} lifted phones not joined` : "";
  }

  /** Who was hung up on: by Asterisk, while nobody here wanted it. */
  private cut(calls: SceneCall[]): number {
    const cut = calls.filter(({ call }) => call.ended?.by === "them");
    for (const { phase, number, call } of calls) {
      this.expect(call.ended?.by !== "them", `a caller was cut (${phase}, ${number}, ${call.ended?.status})`);
    }
    return cut.length;
  }

  private async hearings(): Promise<void> {
    const pairs = this.scene.of("talking", "answering").filter(({ call }) => !call.ended);
    for (const pair of pairs) for (const side of [pair.call, pair.ring]) side?.rtp.forgetHeard();
    const listening = this.scene.of("held", "waiting").filter(({ call }) => !call.ended);
    for (const { call } of listening) call.rtp.takeSound();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (const { call, ring, desk, tone, number, phase } of pairs) {
      const atCitizen = call.rtp.heard(desk?.tone ?? 0);
      const atDesk = ring?.rtp.heard(tone) ?? 0;
      const both = atCitizen > 0.4 && atDesk > 0.4;
      const heard = `${atCitizen.toFixed(2)} ${atDesk.toFixed(2)}`;
      this.expect(both, `they do not hear each other (${phase}, ${number}): ${heard}`);
    }
    for (const { call, number, desk } of this.scene.of("held")) {
      if (!call.ended) this.expect(call.rtp.heard(desk?.tone ?? 0) < 0.2, `the operator is heard on hold (${number})`);
    }
    await this.music(listening);
  }

  /** The pieces begin softly: who has heard nothing by the end of the time hears nothing. */
  private async music(listening: SceneCall[]): Promise<void> {
    const limit = performance.now() + musicMs;
    let deaf = listening;
    while (deaf.length > 0 && performance.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      deaf = deaf.filter(({ call }) => !call.rtp.takeSound());
    }
    for (const { phase, number } of listening) {
      this.expect(!deaf.some((one) => one.number === number), `no music (${phase}, ${number})`);
    }
  }

  /** Same moment in the row, same order among those who still wait. */
  private async movedPlaces(): Promise<number> {
    const now = new Map((await this.places()).map((place) => [place.number, place]));
    let moved = 0;
    let last = 0;
    const left = new Set(this.scene.of("left").map(({ number }) => number));
    for (const { number, queuedAt } of this.placesBefore.filter((place) => !left.has(place.number))) {
      const place = now.get(number);
      const kept = place?.queuedAt.getTime() === queuedAt.getTime() && place.position > last;
      if (place) last = place.position;
      if (!this.expect(kept, `the place of ${number} was lost`)) moved++;
    }
    return moved;
  }

  private async places(): Promise<Place[]> {
    const { rows } = await this.scene.centre.pool.query<Place>(
      `select caller_raw as number, queued_at as "queuedAt",
        (row_number() over (order by priority desc, queued_at, id))::int as position
      from calls where state in ('waiting', 'offered') and caller_raw = any($1) order by position`,
      [this.scene.of("waiting").map(({ number }) => number)],
    );
    return rows;
  }

  /** Every call of the round has one row, one contact, one case. */
  async withoutCase(): Promise<number> {
    const { rows } = await this.scene.centre.pool.query<{ number: string; cases: number; contacts: number }>(
      `select caller_raw as number, count(s.id)::int as cases, count(k.id)::int as contacts
      from calls c left join cases s on s.opened_by_call_id = c.id left join contacts k on k.call_id = c.id
      where c.started_at >= $1 group by c.id`,
      [this.startedAt],
    );
    let wrong = 0;
    for (const { number } of this.scene.calls) {
      const found = rows.filter((row) => row.number === number);
      const one = found.length === 1 && found[0]?.cases === 1 && found[0].contacts === 1;
      if (!this.expect(one, `${number} has ${found.length} calls, ${found[0]?.cases ?? 0} cases`)) wrong++;
    }
    return wrong;
  }

  /** No call ended as a failure of ours; without a copy alive the parachute takes the new ones. */
  private async outcomes(parachute: boolean | "some"): Promise<void> {
    const { rows } = await this.scene.centre.pool.query<{ number: string; outcome: string; parachute: boolean }>(
      "select caller_raw as number, outcome, parachute from calls where started_at >= $1",
      [this.startedAt],
    );
    for (const { number, outcome, parachute: caught } of rows) {
      const arrived = this.scene.of("arrived").some((one) => one.number === number);
      this.expect(outcome !== "system_failure", `${number} ended as a failure`);
      if (parachute === "some" && arrived) continue;
      this.expect(
        caught === (parachute === true && arrived),
        `${number} ${caught ? "fell" : "did not fall"} into the parachute`,
      );
    }
  }

  /** A write that waited was not done again by its second try. */
  async writtenOnce(): Promise<void> {
    for (const { number, kind, times } of await countWrites(this.scene.centre.pool, this.startedAt)) {
      this.expect(times === 1, `${number}: "${kind}" was written ${times} times`);
    }
  }

  private async clicks(): Promise<void> {
    for (const click of await Promise.all(this.scene.clicks)) this.expect(isClearAnswer(click), describeClick(click));
  }

  private bridges(): Promise<{ id: string; channels: string[]; creationtime: string }[]> {
    return this.scene.centre.ari("bridges");
  }

  private async snapshot() {
    const { centre } = this.scene;
    const legs = await centre.ari<{ id: string; creationtime: string }[]>("channels");
    const applications = await centre.ari<{ name: string; channel_ids: string[] }[]>("applications");
    const info = await centre.ari<{ system: { entity_id: string } }>("asterisk/info");
    const seen: SwitchSeen = {
      asteriskId: info.system.entity_id,
      legs: legs.map(({ id, creationtime }) => ({ id, createdAt: new Date(creationtime) })),
      bridges: (await this.bridges()).map(({ id, channels, creationtime }) => ({
        ...{ id, legIds: channels, createdAt: new Date(creationtime) },
      })),
      applications: applications
        .filter(({ name }) => name.startsWith("055055-"))
        .map(({ name, channel_ids }) => ({ name, legIds: channel_ids })),
    };
    return { rows: await readRows(centre.pool, aDayOfSeconds), switches: [seen] };
  }
}

type Place = { number: string; queuedAt: Date; position: number };

const startOf = (ring: PhoneCall): number => ring.at.invite ?? 0;
const endOf = (ring: PhoneCall | undefined): number => ring?.at.ended ?? Number.POSITIVE_INFINITY;
