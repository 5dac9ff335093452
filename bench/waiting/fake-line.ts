import { EventEmitter, once } from "node:events";
import { legIdOf, parseBridgeId, STASIS_INBOUND } from "../../src/asterisk/wire-names.ts";
import { channelJson, FakeAsterisk, type FakeCommand, type FakeReply } from "../../test/support/fake-asterisk.ts";

/** As long as the spoken place and expected wait. */
const announcementMs = 8_000;
const limitMs = 20_000;

/** A phone that was rung: when its leg was asked for (monotonic), and for which citizen's leg. */
export type FakeRing = { atMs: number; citizen: string };

/**
 * The fake wire with people on it: citizens who call and wait, operators' phones that answer at once. No sound and no
 * SIP, so that ten thousand can wait on a small machine and what is measured is the program and its database.
 */
export class FakeLine {
  private readonly fake: FakeAsterisk;
  private readonly heard = new EventEmitter();
  private readonly room = new Set<string>();
  private readonly calling = new Set<string>();
  private readonly bridgeOf = new Map<string, string>();
  private readonly speaking = new Set<NodeJS.Timeout>();
  private hushed = false;
  private application = "";
  private count = 0;
  /** At so many more looks a phone shows the leg of a talk that is over, as a busy switch does. */
  goingLegs = 0;
  /** Calls that the program sent to the parachute, or hung up. */
  lost = 0;

  static async start(phones: readonly string[]): Promise<FakeLine> {
    return new FakeLine(await FakeAsterisk.start(), phones);
  }

  private constructor(fake: FakeAsterisk, phones: readonly string[]) {
    this.fake = fake;
    this.heard.setMaxListeners(0);
    const endpoint = (resource: string) => ({ technology: "PJSIP", resource, state: "online", channel_ids: [] });
    const list = phones.map(endpoint);
    fake.answer("GET endpoints", { status: 200, body: list });
    fake.answer("GET endpoints/PJSIP/", ({ uri }) => {
      const going = this.goingLegs > 0 ? [legIdOf("the-last-talk")] : [];
      this.goingLegs -= going.length;
      return { status: 200, body: { ...endpoint(uri.split("/")[2] ?? ""), channel_ids: going } };
    });
    fake.answer("GET applications", ({ uri }) => this.applications(uri));
    fake.answer("GET bridges", () => ({ status: 200, body: this.bridges() }));
    fake.answer("POST bridges/", (command) => this.bridge(command));
    fake.answer("POST channels/", (command) => this.leg(command));
    fake.answer("DELETE channels/", (command) => this.hangUp(command));
    fake.answer("POST channels/create", (command) => this.ring(command));
    fake.answer("POST events/claim", (command) => this.claimed(command));
  }

  /** For ASTERISK_URLS. */
  get url(): string {
    const { url, user, password } = this.fake.address;
    return url.replace("://", `://${user}:${password}@`);
  }

  /** Whose events these people's calls are: the copy's name. */
  belongsTo(application: string): void {
    this.application = application;
  }

  /** Citizens who hear music now; one who is being told the place is out of the room for that long. */
  get waiting(): number {
    return this.room.size;
  }

  /** Citizens who have called and have not been in the waiting room yet. */
  get arriving(): number {
    return this.calling.size;
  }

  /** A citizen calls; returns the leg's id. */
  call(number: string): string {
    const id = `1764000000.${++this.count}`;
    const caller = { name: "", number: `0550${String(this.count).padStart(6, "0")}` };
    const dialplan = { context: "from-trunk", exten: number, priority: 1, app_name: "StasisBroadcast", app_data: "" };
    this.fake.legs.set(id, { ...channelJson(id), state: "Ring", caller, dialplan });
    this.calling.add(id);
    this.fake.legEvent(this.application, "CallBroadcast", id, { called: number });
    return id;
  }

  /** Resolves when this citizen waits with music. @throws after some seconds */
  async inRoom(citizen: string): Promise<void> {
    if (!this.room.has(citizen)) await this.next(`room ${citizen}`);
  }

  /** Resolves with the next phone that is rung; ask before whoever shall be rung for it becomes free. */
  async nextRing(): Promise<FakeRing> {
    return this.next<FakeRing>("ring");
  }

  /** Resolves when the citizen was joined with an operator. */
  async joined(citizen: string): Promise<void> {
    await this.next(`talk ${citizen}`);
  }

  /** From now on nothing is said to the program, which is about to go. */
  hush(): void {
    for (const timer of this.speaking) clearTimeout(timer);
    this.hushed = true;
  }

  async close(): Promise<void> {
    await this.fake.close();
  }

  private async next<T>(what: string): Promise<T> {
    const signal = AbortSignal.timeout(limitMs);
    try {
      return (await once(this.heard, what, { signal }))[0];
    } catch (error) {
      if (signal.aborted) throw new Error(`Waited ${limitMs / 1_000} s for "${what}" in vain.`);
      throw error;
    }
  }

  /** All of them when the program checks itself, its own when it has connected. */
  private applications(uri: string): FakeReply {
    const [, asked] = uri.split("/").map(decodeURIComponent);
    const of = (name: string) => ({ name, channel_ids: [...this.fake.legs.keys()], bridge_ids: [], endpoint_ids: [] });
    return { status: 200, body: asked === undefined ? [of(this.application)] : { ...of(asked), channel_ids: [] } };
  }

  private claimed({ query, application }: FakeCommand): FakeReply {
    const id = query.channelId ?? "";
    // After the answer, as Asterisk mostly does.
    setImmediate(() => this.fake.legEvent(application, "StasisStart", id, { args: [STASIS_INBOUND] }));
    return { status: 204 };
  }

  private ring({ query, body, application }: FakeCommand): FakeReply {
    const id = query.channelId ?? "";
    this.heard.emit("ring", { atMs: performance.now(), citizen: query.originator ?? "" });
    this.fake.legs.set(id, channelJson(id, (body?.variables ?? {}) as Record<string, unknown>));
    setImmediate(() => this.fake.legEvent(application, "StasisStart", id, { args: [] }));
    return { status: 200, body: this.fake.legs.get(id) };
  }

  private leg({ uri, application }: FakeCommand): FakeReply {
    const [, id = "", action = "", playbackId = ""] = uri.split("/").map(decodeURIComponent);
    const leg = this.fake.legs.get(id);
    if (!leg) return { status: 404, body: { message: "Channel not found" } };
    if (action === "answer") leg.state = "Up";
    if (action === "play") this.speak(application, id, playbackId);
    if (action === "continue") this.lose(id);
    if (action === "dial") {
      setImmediate(() => {
        for (const state of ["Ringing", "Up"]) {
          leg.state = state;
          this.fake.legEvent(application, "ChannelStateChange", id);
        }
      });
    }
    return { status: 204 };
  }

  private speak(application: string, legId: string, playbackId: string): void {
    const playback = { id: playbackId, target_uri: `channel:${legId}`, state: "done" };
    if (this.hushed) return;
    const timer = setTimeout(() => {
      this.speaking.delete(timer);
      if (this.fake.legs.has(legId)) this.fake.send(application, { type: "PlaybackFinished", playback });
    }, announcementMs);
    this.speaking.add(timer);
  }

  private hangUp({ uri }: FakeCommand): FakeReply {
    const [, id = "", action = ""] = uri.split("/").map(decodeURIComponent);
    if (action !== "") return { status: 204 };
    if (!this.fake.legs.delete(id)) return { status: 404, body: { message: "Channel not found" } };
    this.lose(id);
    return { status: 204 };
  }

  private lose(id: string): void {
    if (this.calling.delete(id) || this.room.delete(id)) this.lost++;
  }

  private bridge({ uri, query }: FakeCommand): FakeReply {
    const [, id = "", action = ""] = uri.split("/").map(decodeURIComponent);
    const { bridges } = this.fake;
    if (action === "") {
      bridges.set(id, { id, name: "", bridge_type: query.type ?? "", channels: [], creationtime: this.fake.startedAt });
      return { status: 200, body: bridges.get(id) };
    }
    if (!bridges.has(id)) return { status: 404, body: { message: "Bridge not found" } };
    const legs = (query.channel ?? "").split(",");
    if (action === "addChannel") for (const leg of legs) this.entered(leg, parseBridgeId(id)?.kind === "talk");
    if (action === "addChannel") for (const leg of legs) this.bridgeOf.set(leg, id);
    if (action === "removeChannel") {
      for (const leg of legs) {
        this.room.delete(leg);
        this.bridgeOf.delete(leg);
      }
    }
    return { status: 204 };
  }

  /** With the legs that are in them. */
  private bridges(): unknown[] {
    const legs = new Map([...this.fake.bridges.keys()].map((id) => [id, [] as string[]]));
    for (const [leg, id] of this.bridgeOf) legs.get(id)?.push(leg);
    return [...this.fake.bridges.values()].map((bridge) => ({ ...bridge, channels: legs.get(String(bridge.id)) }));
  }

  private entered(leg: string, talk: boolean): void {
    this.calling.delete(leg);
    if (talk) this.room.delete(leg);
    else this.room.add(leg);
    this.heard.emit(`${talk ? "talk" : "room"} ${leg}`);
  }
}
