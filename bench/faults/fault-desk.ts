import type { Centre } from "../../test/support/centre.ts";
import { type PhoneCall, SipPhone } from "../../test/support/sip-phone.ts";
import { TestFeed, testClient, testPerson } from "../../test/support/web.ts";
import type { CopyKeeper } from "./copy-keeper.ts";

export type Manner = "ring" | "answer" | "serve";

export type Clicked = { status: number; type: string; ms: number; what: string };

const retryMs = 200;
const clickLimitMs = 20_000;
/** Long enough for the two to be joined, also under load: who hangs up before has not served the caller. */
const servedMs = 700;
const registrationSeconds = 300;
const renewMs = 60_000;

/** An operator: a SIP phone, and a page that goes to another copy when its own has gone. */
export class FaultDesk {
  readonly phone: SipPhone;
  readonly tone: number;
  readonly seat: string;
  /** What it does when its phone rings: only ring, answer, or answer and hang up at once. */
  manner: Manner = "answer";
  personId = "";
  private cookie = "";
  private open = true;
  private renewing: NodeJS.Timeout | null = null;
  private feed: TestFeed | null = null;
  private readonly keeper: CopyKeeper;

  private constructor(centre: Centre, keeper: CopyKeeper, seat: string, tone: number) {
    this.keeper = keeper;
    this.seat = seat;
    this.tone = tone;
    const account = { user: seat, password: "sip-secret" };
    this.phone = new SipPhone({ server: centre.asterisk.sip, account, tone, onInvite: (call) => this.rung(call) });
  }

  static async arrive(centre: Centre, keeper: CopyKeeper, seat: string, tone: number): Promise<FaultDesk> {
    const desk = new FaultDesk(centre, keeper, seat, tone);
    desk.personId = await testPerson(centre.pool, `op${seat}`, "operator", seat);
    return desk;
  }

  /** Signed in, page open; the seat's account must be known to Asterisk by now. */
  async signIn(): Promise<void> {
    const url = this.keeper.alive[0]?.url ?? "";
    this.cookie = (await testClient(url, `op${this.seat}`)).cookie;
    // The account reaches Asterisk a moment after the seat's row.
    let problem: unknown = await this.phone.open().then(() => null, reasonOf);
    for (let tries = 0; problem && tries < 20; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      problem = await this.phone.register(registrationSeconds).then(() => null, reasonOf);
    }
    if (problem) throw new Error(`phone ${this.seat} is not registered: ${problem}`);
    this.renewing = setInterval(() => void this.phone.register(registrationSeconds).catch(() => undefined), renewMs);
    void this.keepFeed();
  }

  /** One request to whichever copy answers. */
  async ask(method: string, path: string, body?: unknown): Promise<number> {
    for (let tries = 0; tries < 30; tries++) {
      for (const { url } of this.keeper.alive) {
        const headers = { "content-type": "application/json", cookie: this.cookie };
        const text = body === undefined ? undefined : JSON.stringify(body);
        const init = { method, headers, signal: AbortSignal.timeout(6_000), ...(text ? { body: text } : {}) };
        // 503: that copy is away, the next one is asked.
        const status = await fetch(`${url}/api/v1${path}`, init).then(
          ({ status }) => status,
          () => 503,
        );
        if (status < 500) return status;
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    return 0;
  }

  /** One click on one copy's page, as its person sees it: what came back, and after how long. */
  async click(method: string, path: string, body: unknown): Promise<Clicked> {
    const copies = this.keeper.alive;
    const url = copies[Number(this.seat) % Math.max(1, copies.length)]?.url ?? "";
    const since = performance.now();
    const headers = { "content-type": "application/json", cookie: this.cookie };
    const limit = AbortSignal.timeout(clickLimitMs);
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
      signal: limit,
    }).then(
      (response) => ({ status: response.status, type: response.headers.get("content-type") ?? "" }),
      (error: unknown) => ({ status: 0, type: reasonOf(error) }),
    );
    return {
      ...answer,
      ms: Math.round(performance.now() - since),
      what: `${method} ${path.replace(/[0-9a-f-]{36}/, ":id")}`,
    };
  }

  /** Whether the page was told so, in the feed that is open now. */
  wasTold(kind: string, holds: (data: Record<string, unknown>) => boolean): boolean {
    return (this.feed?.events(kind) ?? []).some(({ data }) => holds(data as Record<string, unknown>));
  }

  async choose(state: "available" | "pause", reason?: string): Promise<void> {
    const status = await this.ask("PUT", "/me/state", { state, ...(reason ? { reason } : {}) });
    if (status >= 300 || status === 0) throw new Error(`desk ${this.seat} could not choose ${state}: ${status}`);
  }

  /** The call on its phone now. */
  get current(): PhoneCall | undefined {
    return this.phone.invited.find((call) => !call.ended);
  }

  async close(): Promise<void> {
    this.open = false;
    if (this.renewing) clearInterval(this.renewing);
    this.feed?.close();
    await this.phone.close();
  }

  private rung(call: PhoneCall): void {
    this.phone.ring(call);
    if (this.manner === "ring") return;
    this.phone.answer(call);
    if (this.manner === "serve") setTimeout(() => this.phone.hangUp(call), servedMs);
  }

  private async keepFeed(): Promise<void> {
    for (let n = 0; this.open; n++) {
      const copies = this.keeper.alive;
      const url = copies[(n + Number(this.seat)) % Math.max(1, copies.length)]?.url;
      const client = { cookie: this.cookie, call: () => Promise.reject(new Error("not used")) };
      this.feed = url ? await TestFeed.open(url, client).catch(() => null) : null;
      while (this.open && this.feed && !this.feed.ended) await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
