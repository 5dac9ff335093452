import type { AsteriskConnection } from "../asterisk/connection.ts";
import { playbackIdOf } from "../asterisk/wire-names.ts";
import type { CallRow, Offer } from "./call.ts";

const playbackPlaces = 4;

/** Thrown once by whatever waits when the citizen hangs up; caught once, in inbound-call.ts (STYLE 4). */
export class CallerLeft extends Error {
  constructor() {
    super("the caller left");
    this.name = "CallerLeft";
  }
}

/** Thrown when this copy may no longer act for the call: another one goes on with it. */
export class CallReleased extends Error {
  constructor() {
    super("the call belongs to another copy");
    this.name = "CallReleased";
  }
}

/** One of each for all calls: every call ends with one, and a stack is dear and would only tell of the mailbox. */
const callerLeft = new CallerLeft();
const callReleased = new CallReleased();

export type CommandKind =
  | "answer"
  | "hold"
  | "unhold"
  | "mute"
  | "unmute"
  | "hangup"
  // The page that is the phone: it is being left, and a new one wants the talk (page-away.ts).
  | "away"
  | "rejoin"
  // Passing the call on (transfers/run-transfer.ts); the first two name their row in `args`.
  | "consult"
  | "transfer"
  | "complete"
  | "return"
  | "drop"
  | "swap"
  | "conference";

export type CallCommand = { id: string; kind: CommandKind; personId: string; args: { transferId?: string } };

/** Said by a page that is a phone, not by its person. */
export function isAboutPage(command: CallCommand): boolean {
  return command.kind === "away" || command.kind === "rejoin";
}

/** "down" = asked for, "ready" = made and ours to dial. */
export type LegProgress = "down" | "ready" | "ringing" | "up" | "gone";

/** What can happen to a call, in the order it happened. */
export type Signal =
  | { kind: "digit"; digit: string; channelId: string }
  | { kind: "playback_finished"; playbackId: string }
  | { kind: "offered"; offer: Offer }
  | { kind: "leg_ready"; channelId: string; args: readonly string[] }
  | { kind: "leg_ringing"; channelId: string }
  | { kind: "leg_up"; channelId: string }
  | { kind: "leg_gone"; channelId: string; cause: number }
  /** The switch was out of reach and is compared: what was arranged meanwhile may not have come about. */
  | { kind: "reconnected" }
  | { kind: "command"; command: CallCommand };

/**
 * One call in this copy's memory: the row as last written, and a mailbox of what happens to it. Nothing here is a
 * promise to a person; everything can be rebuilt from the row and the switch (reconcile-calls.ts).
 */
export class LiveCall {
  row: CallRow;
  link: AsteriskConnection;
  /** The leg that rings or talks with the citizen, by its own id; its last known state. */
  readonly legs = new Map<string, LegProgress>();
  /** Q.850 cause of each leg that was heard to end, however late somebody asks. */
  readonly legCauses = new Map<string, number>();
  /** Taken over from another copy: what the row says may not have been arranged on the switch. */
  adopted = false;
  /** Asterisk was restarted under the call: not the caller's doing. */
  lostWithSwitch = false;
  /** A transfer that a copy before this one had begun: the talk goes on with it. */
  transferId: string | null = null;
  /** When the citizen last came back to the operator (monotonic): see talk.ts. */
  returnedAt = Number.NEGATIVE_INFINITY;
  /** The operator talks through the page; null when a copy before this one made the leg. */
  onPage: boolean | null = null;
  private playbacks = 0;
  private offered: string | null = null;
  private readonly mailbox: Signal[] = [];
  private leaving: CallerLeft | CallReleased | null = null;
  private waiter: { resolve: (signal: Signal | "timeout") => void; reject: (error: Error) => void } | null = null;

  constructor(row: CallRow, link: AsteriskConnection) {
    this.row = row;
    this.link = link;
  }

  get id(): string {
    return this.row.id;
  }

  /** Called by us and not yet there: the end of this leg is an answer like another, nobody has left. */
  get awaitsCitizen(): boolean {
    return this.row.direction === "outbound" && this.row.talkAt === null;
  }

  get callerGone(): boolean {
    return this.leaving instanceof CallerLeft;
  }

  get released(): boolean {
    return this.leaving instanceof CallReleased;
  }

  signal(signal: Signal): void {
    if (signal.kind === "leg_ready" && this.legs.get(signal.channelId) === "down") {
      this.legs.set(signal.channelId, "ready");
    }
    if (signal.kind === "leg_up") this.legs.set(signal.channelId, "up");
    if (signal.kind === "leg_ringing") this.legs.set(signal.channelId, "ringing");
    if (signal.kind === "leg_gone") {
      this.legs.set(signal.channelId, "gone");
      this.legCauses.set(signal.channelId, signal.cause);
    }
    if (this.waiter) this.take(this.waiter).resolve(signal);
    else if (this.mailbox.length < 256) this.mailbox.push(signal);
  }

  /** An offer for this call, told once however often it is read. */
  offer(offer: Offer): void {
    if (this.offered === offer.id) return;
    this.offered = offer.id;
    this.signal({ kind: "offered", offer });
  }

  /** The citizen's leg is gone. Idempotent: several events say so. */
  callerLeft(): void {
    this.stop(callerLeft);
  }

  /** Another copy owns the call now: every wait ends, nothing more is written. */
  release(): void {
    this.stop(callReleased);
  }

  /**
   * The next thing that happens, or "timeout" after `timeoutMs`.
   * @throws CallerLeft, CallReleased
   */
  async next(timeoutMs: number): Promise<Signal | "timeout"> {
    if (this.leaving) throw this.leaving;
    const waiting = this.mailbox.shift();
    if (waiting) return waiting;
    if (timeoutMs <= 0) return "timeout";
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiter = null;
        resolve("timeout");
      }, timeoutMs);
      this.waiter = {
        resolve: (signal) => {
          clearTimeout(timer);
          resolve(signal);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  /** Puts back what a stage took but another one must see. */
  putBack(signal: Signal): void {
    this.mailbox.unshift(signal);
  }

  /**
   * Id for the next prompt. Ids go round in a few places, so that a copy which takes the call over can stop whatever
   * plays (`playbackIds`) without knowing how far the dead one was.
   */
  nextPlaybackId(): string {
    this.playbacks = (this.playbacks + 1) % playbackPlaces;
    return this.playbackIds()[this.playbacks] ?? this.id;
  }

  playbackIds(): string[] {
    return Array.from({ length: playbackPlaces }, (_, place) => playbackIdOf(`${place}-${this.id}`));
  }

  throwIfLeft(): void {
    if (this.leaving) throw this.leaving;
  }

  private stop(error: CallerLeft | CallReleased): void {
    // A released call stays released, whatever the switch tells afterwards.
    if (this.leaving) return;
    this.leaving = error;
    this.mailbox.length = 0;
    if (this.waiter) this.take(this.waiter).reject(error);
  }

  private take<T>(waiter: T): T {
    this.waiter = null;
    return waiter;
  }
}
