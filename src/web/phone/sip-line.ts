import { UA, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { IncomingRTCSessionEvent, OutgoingRTCSessionEvent } from "jssip/lib/UA.js";
import type { PhoneAccount } from "../api/api-types.ts";

export type IncomingCall = {
  session: RTCSession;
  /** The program's call, null when the header is not there. */
  callId: string | null;
  from: string;
  /** The switch asks the phone to answer by itself. */
  answersItself: boolean;
};

export type LineEvents = {
  onRegistered(): void;
  onLost(): void;
  onCall(call: IncomingCall): void;
};

const refusedPauseMs = [300, 600, 1_000, 2_000, 5_000];
/** Throttled tabs wake up once a minute at worst. */
const registerSeconds = 300;

/** Without a way out nothing is sent: a page that another one has replaced must not hang up (VOICE). */
class SipSocket extends WebSocketInterface {
  muzzled = false;

  override send(message: string): boolean {
    return this.muzzled ? true : super.send(message);
  }
}

/**
 * The page's registration over /sip of our own port. The connection is tried again without end; a refused password is
 * replaced by a new one, since each page that asks for one ends that of the page before.
 */
export class SipLine {
  readonly #socket: SipSocket;
  readonly #newAccount: () => Promise<PhoneAccount | null>;
  readonly #events: LineEvents;
  #agent: UA | null = null;
  #refusals = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** False while the phone could not be answered: nothing may ring here then. */
  #wanted = true;

  constructor(newAccount: () => Promise<PhoneAccount | null>, events: LineEvents) {
    this.#newAccount = newAccount;
    this.#events = events;
    this.#socket = new SipSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/sip`);
  }

  open({ account, password }: PhoneAccount): void {
    const agent = new UA({
      sockets: [this.#socket],
      uri: `sip:${account}@${location.hostname.includes(":") ? "055055.invalid" : location.hostname}`,
      password,
      register_expires: registerSeconds,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 3,
      user_agent: "055055 page",
    });
    this.#agent = agent;
    agent.on("registered", () => {
      this.#refusals = 0;
      this.#events.onRegistered();
    });
    agent.on("unregistered", () => this.#events.onLost());
    agent.on("disconnected", () => this.#events.onLost());
    agent.on("registrationFailed", () => this.#refused());
    agent.on("newRTCSession", (event: IncomingRTCSessionEvent | OutgoingRTCSessionEvent) => {
      if (event.originator === "remote") this.#events.onCall(incoming(event as IncomingRTCSessionEvent));
    });
    agent.start();
  }

  get isRegistered(): boolean {
    return this.#agent?.isRegistered() ?? false;
  }

  /** Calls may ring here, or not: what is under way goes on either way. */
  set wanted(wanted: boolean) {
    if (this.#wanted === wanted || !this.#agent) return;
    this.#wanted = wanted;
    if (wanted) this.#agent.register();
    else if (this.#agent.isRegistered()) this.#agent.unregister();
  }

  /** Signed out: the registration is taken back, what is up ends. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#agent?.stop();
  }

  /** Another page is the phone now: nothing more is sent, not even a goodbye. */
  abandon(): void {
    this.#socket.muzzled = true;
    this.close();
    this.#socket.disconnect();
  }

  #refused(): void {
    this.#events.onLost();
    if (this.#closed || !this.#wanted) return;
    const wait = refusedPauseMs[Math.min(this.#refusals++, refusedPauseMs.length - 1)];
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#again(), wait);
  }

  async #again(): Promise<void> {
    const account = await this.#newAccount();
    if (this.#closed || !this.#agent) return;
    if (!account) return this.#refused();
    this.#agent.set("password", account.password);
    this.#agent.register();
  }
}

function incoming({ session, request }: IncomingRTCSessionEvent): IncomingCall {
  return {
    session,
    callId: request.getHeader("X-055055-Call") ?? null,
    from: session.remote_identity.uri.user ?? "",
    answersItself: /answer-after=0/.test(request.getHeader("Call-Info") ?? ""),
  };
}
