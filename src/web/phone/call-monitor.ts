import { type CallSample, isSilent, qualityOf, readSample } from "./call-quality.ts";
import type { Quality } from "./phone-state.ts";

const sampleMs = 500;
const judgedSamples = 10;

export type Judged = { sample: CallSample; quality: Quality | null; silent: boolean };

/** Reads a call's statistics twice a second and judges the last five seconds. */
export class CallMonitor {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #connection: () => RTCPeerConnection | null;
  readonly #hear: (judged: Judged) => void;
  #samples: CallSample[] = [];
  #stopped = false;

  /** `connection` is null as long as the call is not answered. */
  constructor(connection: () => RTCPeerConnection | null, hear: (judged: Judged) => void) {
    this.#connection = connection;
    this.#hear = hear;
    this.#timer = setInterval(() => void this.#read(), sampleMs);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    const connection = this.#connection();
    if (!connection) return;
    const sample = await readSample(connection, performance.now());
    if (this.#stopped) return;
    this.#samples = [...this.#samples.slice(1 - judgedSamples), sample];
    this.#hear({ sample, quality: qualityOf(this.#samples), silent: isSilent(this.#samples) });
  }
}
