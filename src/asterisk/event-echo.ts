import { AriError } from "./ari-error.ts";

const everyMs = 1_000;
const deafAfterMs = 3_000;
/** A timer later than this says that our own process stood still, not the peer. */
const stallMs = 500;

/** Name of the event that we send to ourselves. */
export const ECHO_EVENT = "055055-echo";

/**
 * Are events still sent to us? A socket can answer pings and commands and yet be told nothing: after a half-open
 * connection Asterisk may take a late handshake of ours for the newer one. So we send ourselves an event each second.
 */
export class EventEcho {
  private readonly timer: NodeJS.Timeout;
  private sentAt: number | null = null;
  private lookedAt = performance.now();
  private readonly send: () => Promise<unknown>;
  private readonly deaf: (reason: string) => void;

  /** `send` asks Asterisk for the event; `deaf` is told, once, when none comes. */
  constructor(send: () => Promise<unknown>, deaf: (reason: string) => void) {
    this.send = send;
    this.deaf = deaf;
    this.timer = setInterval(() => this.look(), everyMs);
  }

  heard(): void {
    this.sentAt = null;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = performance.now();
    const slept = now - this.lookedAt > everyMs + stallMs;
    this.lookedAt = now;
    if (slept) this.sentAt = null;
    if (this.sentAt === null) this.ask(now);
    else if (now - this.sentAt >= deafAfterMs) this.give("no events come");
  }

  private ask(now: number): void {
    this.sentAt = now;
    this.send().catch((error: unknown) => {
      // Not sent, or the socket's own end: both are told elsewhere.
      if (error instanceof AriError && error.status === 0) this.sentAt = null;
      else this.give("our application is not known");
    });
  }

  private give(reason: string): void {
    this.stop();
    this.deaf(reason);
  }
}
