import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { PhoneAccount } from "../api/api-types.ts";
import { CallMonitor, type Judged } from "./call-monitor.ts";
import { listDevices, Microphone } from "./microphone.ts";
import { type PhoneChoices, readChoices, writeChoices } from "./phone-choices.ts";
import { PhoneSounds } from "./phone-sounds.ts";
import { idlePhone, type Levels, type PhoneCall, type PhoneView } from "./phone-state.ts";
import { type IncomingCall, SipLine } from "./sip-line.ts";

/** A microphone that is not there is looked for again, as after it is plugged in. */
const lookAgainMs = 3_000;
/** A click on "answer" may be a little ahead of the ring. */
const answerMs = 3_000;
/** A headset that changes its mode is still for a moment. */
const stillMs = 1_500;

type Active = {
  session: RTCSession;
  call: PhoneCall;
  answersItself: boolean;
  monitor: CallMonitor;
};

/** The phone in the page: one call at a time, its devices, its state. No word of it goes to the screen by itself. */
export class PagePhone {
  choices: PhoneChoices = readChoices();
  readonly #newAccount: () => Promise<PhoneAccount | null>;
  readonly #onView: (view: PhoneView) => void;
  readonly #onLevels: (levels: Levels) => void;
  readonly #microphone = new Microphone(() => this.#microphoneChanged());
  readonly #sounds = new PhoneSounds((soundBlocked) => this.#show({ soundBlocked }));
  readonly #line: SipLine;
  #view = idlePhone;
  #active: Active | null = null;
  #answerWanted = { callId: null as string | null, until: 0 };
  #lookAgain: ReturnType<typeof setTimeout> | undefined;
  #lineOpen = false;
  #closed = false;
  #expected: string | null = null;

  constructor(options: {
    newAccount: () => Promise<PhoneAccount | null>;
    onView: (view: PhoneView) => void;
    onLevels: (levels: Levels) => void;
  }) {
    this.#newAccount = options.newAccount;
    this.#onView = options.onView;
    this.#onLevels = options.onLevels;
    this.#line = new SipLine(options.newAccount, {
      onRegistered: () => this.#registered(),
      onLost: () => this.#lost(),
      onCall: (call) => this.#rings(call),
    });
  }

  /** The program's call that may be answered without a hand: the one this person talks in, or began by a click. */
  set expected(callId: string | null) {
    this.#expected = callId;
    const active = this.#active;
    const rings = active?.call.stage === "ringing" && active.answersItself && active.call.callId === callId;
    if (active && rings) this.#lift(active);
  }

  /** Microphone first: a phone that could not be answered is not registered (VOICE). */
  async open(): Promise<void> {
    navigator.mediaDevices?.addEventListener("devicechange", this.#devicesChanged);
    await Promise.all([this.#openMicrophone(), this.#sounds.useDevices(this.choices.speaker, this.choices.ringer)]);
  }

  /** Lifts the phone for the program's call; when its ring is still on the way, as soon as it is there. */
  answer(callId: string | null): void {
    const active = this.#active;
    const other = !active || (callId !== null && active.call.callId !== callId);
    if (other) this.#answerWanted = { callId, until: performance.now() + answerMs };
    else if (active.call.stage === "ringing") this.#lift(active);
  }

  setMuted(muted: boolean): void {
    this.#microphone.on = !muted;
    this.#show({ muted });
  }

  /** A key of the keypad, to the other side. */
  press(digit: string): void {
    const sender = this.#active?.session.connection?.getSenders().find(({ dtmf }) => dtmf !== null);
    sender?.dtmf?.insertDTMF(digit, 120);
  }

  /** By hand, for calls that the desk does not show. */
  hangUp(): void {
    if (this.#active && !this.#active.session.isEnded()) this.#active.session.terminate();
  }

  /** The program says that this call is over: its goodbye may have been lost with the connection. */
  callIsOver(callId: string): void {
    if (this.#active?.call.callId === callId) this.hangUp();
  }

  async choose(changes: Partial<PhoneChoices>): Promise<void> {
    this.choices = { ...this.choices, ...changes };
    writeChoices(this.choices);
    await this.#sounds.useDevices(this.choices.speaker, this.choices.ringer);
    if (changes.microphone !== undefined || changes.processing !== undefined) await this.#openMicrophone();
  }

  /** Level of the microphone outside of a call; after a click. */
  testLevel(): number {
    return this.#microphone.level();
  }

  endTest(): void {
    this.#microphone.closeMeter();
  }

  tryOut(which: "voice" | "ringer"): void {
    this.#sounds.tryOut(which);
  }

  unblockSound(): void {
    this.#sounds.unblock();
  }

  /** Signed out: hangs up and takes the registration back. */
  close(): void {
    this.#leave();
    this.#line.close();
  }

  /** Another page took the phone, or this one is going: silent, so that it does not look like hanging up. */
  abandon(): void {
    const connection = this.#active?.session.connection;
    this.#leave();
    this.#line.abandon();
    connection?.close();
  }

  #leave(): void {
    this.#closed = true;
    clearTimeout(this.#lookAgain);
    this.#active?.monitor.stop();
    navigator.mediaDevices?.removeEventListener("devicechange", this.#devicesChanged);
    this.#sounds.close();
    this.#microphone.close();
  }

  async #openMicrophone(): Promise<void> {
    clearTimeout(this.#lookAgain);
    try {
      const track = await this.#microphone.open(this.choices);
      if (this.#closed) return this.#microphone.close();
      const sender = this.#active?.session.connection?.getSenders().find((one) => one.track?.kind === "audio");
      await sender?.replaceTrack(track);
    } catch (error) {
      return this.#noMicrophone(error);
    }
    await this.#listDevices();
    this.#alive();
    await this.#openLine();
  }

  async #openLine(): Promise<void> {
    this.#line.wanted = true;
    if (this.#lineOpen) return;
    this.#lineOpen = true;
    const account = await this.#newAccount();
    if (this.#closed) return;
    if (account) return this.#line.open(account);
    this.#lineOpen = false;
    this.#show({ status: "no_account" });
    this.#lookAgain = setTimeout(() => void this.#openLine(), lookAgainMs);
  }

  #noMicrophone(error: unknown): void {
    if (this.#closed) return;
    const refused = error instanceof DOMException && error.name === "NotAllowedError";
    this.#show({ status: refused ? "microphone_refused" : "microphone_missing", microphone: "dead" });
    this.#line.wanted = false;
    // Asking again where the person said no would only flash; the button in the page asks.
    if (!refused) this.#lookAgain = setTimeout(() => void this.#openMicrophone(), lookAgainMs);
  }

  #microphoneChanged(): void {
    if (this.#closed) return;
    const alive = this.#microphone.isAlive;
    clearTimeout(this.#lookAgain);
    if (this.#microphone.track?.readyState === "ended") void this.#openMicrophone();
    else if (alive) void this.#openLine();
    else this.#lookAgain = setTimeout(() => this.#still(), stillMs);
    if (alive) this.#alive();
  }

  #alive(): void {
    const status = this.#line.isRegistered ? "ready" : "starting";
    this.#show({ microphone: "alive", ...(this.#view.status === "connecting" ? {} : { status }) });
  }

  /** Switched off outside of the page: nothing may ring where nobody could be heard. */
  #still(): void {
    if (this.#closed || this.#microphone.isAlive) return;
    if (this.#active) return this.#show({ microphone: "dead" });
    this.#show({ status: "microphone_missing", microphone: "dead" });
    this.#line.wanted = false;
  }

  readonly #devicesChanged = (): void => {
    void this.#listDevices();
    if (!this.#microphone.isAlive) void this.#openMicrophone();
  };

  async #listDevices(): Promise<void> {
    this.#show({ devices: await listDevices() });
  }

  #registered(): void {
    this.#show({ status: "ready" });
    const session = this.#active?.session;
    // After a cut the switch knows only the old way to this page, and could not even say that the call is over.
    if (session?.isEstablished() && session.isReadyToReOffer()) session.renegotiate({ useUpdate: false });
  }

  #lost(): void {
    if (this.#view.status === "ready") this.#show({ status: "connecting" });
  }

  #rings(incoming: IncomingCall): void {
    const { session, callId, from, answersItself } = incoming;
    const goesOn = answersItself && callId !== null && callId === this.#expected;
    if (!this.#microphone.isAlive && !goesOn) return session.terminate({ status_code: 480 });
    if (this.#active && !goesOn) return session.terminate({ status_code: 486 });
    if (this.#active) this.#forget(this.#active);
    const connection = () => (active.call.stage === "talking" ? session.connection : null);
    const monitor = new CallMonitor(connection, (judged) => this.#judge(judged));
    const active: Active = { session, call: { callId, stage: "ringing", from }, answersItself, monitor };
    this.#active = active;
    for (const event of ["ended", "failed"] as const) session.on(event, () => this.#over(active));
    session.on("confirmed", () => this.#stage(active, "talking"));
    session.on("icecandidate", ({ ready }) => ready());
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ streams, track }) =>
        this.#sounds.hear(streams[0] ?? new MediaStream([track])),
      );
    });
    this.#stage(active, "ringing");
    const clicked = this.#answerWanted.callId === callId && performance.now() < this.#answerWanted.until;
    // JsSIP sends its 180 after this event: only then may it be answered.
    if (goesOn || clicked) queueMicrotask(() => this.#lift(active));
    else this.#sounds.ring();
  }

  #lift(active: Active): void {
    const { stream } = this.#microphone;
    this.#sounds.stopRinging();
    if (active !== this.#active || active.session.isEnded()) return;
    if (!stream) return active.session.terminate({ status_code: 480 });
    // Each call begins with the microphone on, unless it is the same call after a reload.
    if (active.call.callId !== this.#expected) this.setMuted(false);
    this.#stage(active, "answering");
    active.session.answer({ mediaStream: stream, pcConfig: { iceServers: [] } });
  }

  #stage(active: Active, stage: PhoneCall["stage"]): void {
    if (active !== this.#active) return;
    active.call = { ...active.call, stage };
    this.#show({ call: active.call });
  }

  #over(active: Active): void {
    if (active !== this.#active) return;
    this.#forget(active);
    this.#active = null;
    this.#sounds.hearNothing();
    this.#onLevels({ said: 0, heard: 0 });
    this.setMuted(false);
    this.#show({ call: null, quality: null, soundBlocked: false, microphone: "alive" });
    this.#still();
  }

  #forget(active: Active): void {
    active.monitor.stop();
    this.#sounds.stopRinging();
    if (!active.session.isEnded()) active.session.connection?.close();
  }

  #judge({ sample, quality, silent }: Judged): void {
    const { muted } = this.#view;
    this.#onLevels({ said: muted ? 0 : sample.saidLevel, heard: sample.heardLevel });
    const microphone = !this.#microphone.isAlive ? "dead" : silent && !muted ? "silent" : "alive";
    this.#show({ quality, microphone });
  }

  #show(changes: Partial<PhoneView>): void {
    const entries = Object.entries(changes) as [keyof PhoneView, unknown][];
    if (this.#closed || entries.every(([name, value]) => this.#view[name] === value)) return;
    this.#view = { ...this.#view, ...changes };
    this.#onView(this.#view);
  }
}
