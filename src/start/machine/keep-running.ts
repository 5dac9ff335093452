import { errorText } from "../../errors.ts";

/** What lived this long is started again at once; what ends sooner, after a pause. */
const settledMs = 5_000;
const pauseMs = 700;

export type KeptPart = {
  name: string;
  /** Resolves with how the process ended, wanted or not. */
  ended(): Promise<string>;
  /** @throws Error when it does not come up; then it is tried again. */
  restart(): Promise<void>;
  /** Told to the person at the terminal. */
  say(text: string): void;
};

/** Starts a part again whenever it ends by itself, until `stop`. */
export class KeepRunning {
  private stopped = false;
  private starting: Promise<void> = Promise.resolve();
  private readonly part: KeptPart;

  constructor(part: KeptPart) {
    this.part = part;
    void this.watch();
  }

  /** Resolves when nothing is being started any more: the part may be ended then. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.starting;
  }

  private async watch(): Promise<void> {
    const { name, say } = this.part;
    for (;;) {
      const since = performance.now();
      const how = await this.part.ended();
      if (this.stopped) return;
      say(`${name} ended by itself (${how}): it is started again.`);
      if (performance.now() - since < settledMs) await pause();
      while (!this.stopped && !(await this.startAgain())) await pause();
      if (this.stopped) return;
      say(`${name} runs again.`);
    }
  }

  private async startAgain(): Promise<boolean> {
    const start = this.part.restart();
    this.starting = start.catch(() => undefined); // told below
    return start.then(
      () => true,
      (error: unknown) => {
        this.part.say(`${this.part.name} did not start: ${errorText(error)}`);
        return false;
      },
    );
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));
