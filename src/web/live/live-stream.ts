import { FrameCutter, type StreamFrame } from "./event-stream.ts";

export type StreamState = "connecting" | "live" | "lost" | "replaced" | "signed_out";

export type StreamListener = {
  onState(state: StreamState): void;
  onEvent(seq: number | null, kind: string, payload: unknown): void;
};

/**
 * The server beats every 2 s; longer silence means that the connection is dead though nobody closed it. With the
 * banner's patience of a second people see it within five.
 */
const silenceMs = 3_500;
/** So long a request that was given up may still reach a copy, and be taken there for another page. */
const echoMs = 15_000;
const retryMs = [250, 500, 1_000, 2_000, 3_000];

/**
 * The page's one live stream (GET /desk/events). Reconnects without end and asks for what it missed by
 * Last-Event-ID, so that no event is skipped. Ends for good when another page of the same person took over or when
 * the session is gone.
 */
export class DeskStream {
  readonly #listener: StreamListener;
  readonly #url: string;
  #abort: AbortController | null = null;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #givenUpAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  lastSeq: number | null;

  constructor(listener: StreamListener, lastSeq: number | null = null, url = "/api/v1/desk/events") {
    this.#listener = listener;
    this.#url = url;
    this.lastSeq = lastSeq;
  }

  open(): void {
    this.#closed = false;
    globalThis.addEventListener?.("online", this.#hurry);
    globalThis.addEventListener?.("offline", this.#wentOffline);
    void this.#connect();
  }

  close(): void {
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.#hurry);
    globalThis.removeEventListener?.("offline", this.#wentOffline);
    this.#stopTimers();
    this.#abort?.abort();
  }

  /** Try at once instead of waiting for the next turn. */
  readonly #hurry = (): void => {
    this.#failures = 0;
    this.#abort?.abort();
    this.#again();
  };

  readonly #wentOffline = (): void => this.#abort?.abort();

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#feedWatchdog();
    let answered = false;
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (this.lastSeq !== null) headers["last-event-id"] = String(this.lastSeq);
      const response = await fetch(this.#url, { headers, signal: abort.signal, cache: "no-store" });
      answered = true;
      if (response.status === 401 || response.status === 403) {
        this.#finish("signed_out");
        return;
      }
      if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`);
      this.#failures = 0;
      this.#listener.onState("live");
      await this.#read(response.body);
    } catch {
      // Whatever broke it (network, watchdog, server restarting), the way out is the same: try again.
      if (!answered && abort.signal.aborted) this.#givenUpAt = performance.now();
    }
    if (this.#abort === abort) this.#lost();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const cutter = new FrameCutter();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#feedWatchdog();
      for (const frame of cutter.push(decoder.decode(value, { stream: true }))) this.#take(frame);
    }
  }

  #take(frame: StreamFrame): void {
    if (frame.kind === "beat" || this.#closed) return;
    if (frame.kind === "replaced" && performance.now() - this.#givenUpAt < echoMs) {
      // Once: another page that really took over is believed the second time.
      this.#givenUpAt = Number.NEGATIVE_INFINITY;
      this.#abort?.abort();
      return;
    }
    if (frame.kind === "replaced" || frame.kind === "signed_out") {
      this.#finish(frame.kind);
      return;
    }
    const seq = frame.id === null || frame.id === "" ? null : Number(frame.id);
    if (seq !== null && this.lastSeq !== null && seq <= this.lastSeq) return;
    // Counted before it is read: a frame that can not be read must not come back for ever.
    if (seq !== null) this.lastSeq = seq;
    this.#listener.onEvent(seq, frame.kind, frame.data === "" ? {} : JSON.parse(frame.data));
  }

  #lost(): void {
    if (this.#closed) return;
    this.#listener.onState("lost");
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    this.#stopTimers();
    const wait = this.#failures === 0 ? 0 : retryMs[Math.min(this.#failures, retryMs.length) - 1]!;
    this.#failures += 1;
    this.#retry = setTimeout(() => void this.#connect(), wait);
  }

  #finish(state: "replaced" | "signed_out"): void {
    this.close();
    this.#listener.onState(state);
  }

  #feedWatchdog(): void {
    clearTimeout(this.#watchdog);
    const abort = this.#abort;
    this.#watchdog = setTimeout(() => abort?.abort(), silenceMs);
  }

  #stopTimers(): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#retry);
  }
}
