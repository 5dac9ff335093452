import type { Language } from "../../src/ivr/prompts.ts";
import type { FlowCall, FlowChoice } from "../../src/ivr/run-flow.ts";

/** What the caller does at each moment at which the flow listens: a key, or nothing. */
export type CallerAct = string | null;

export class ScriptedCallerLeft extends Error {}

/**
 * A caller without a line: acts in order at each interruptible prompt and each wait for a key, then stays silent.
 * Several keys in one act are pressed at once. Hangs up at the step `leavesAt` (every method is one step).
 */
export class ScriptedFlowCall implements FlowCall {
  language: Language = "it";
  agencyId: string | null = null;
  node: string | null;
  readonly heard: string[] = [];
  readonly visited: string[] = [];
  readonly choices: FlowChoice[] = [];
  readonly waitsMs: number[] = [];
  steps = 0;
  private readonly acts: CallerAct[];
  private readonly leavesAt: number;
  private keys: string[] = [];

  constructor(acts: readonly CallerAct[] = [], options: { node?: string; leavesAt?: number } = {}) {
    this.acts = [...acts];
    this.node = options.node ?? null;
    this.leavesAt = options.leavesAt ?? Number.POSITIVE_INFINITY;
  }

  async play(
    prompts: readonly string[],
    { interruptible }: { interruptible: boolean },
  ): Promise<"finished" | { digit: string }> {
    this.step();
    this.heard.push(prompts.join("+"));
    this.act();
    const digit = interruptible ? this.keys.shift() : undefined;
    return digit === undefined ? "finished" : { digit };
  }

  async digit(timeoutMs: number): Promise<string | "timeout"> {
    this.step();
    if (timeoutMs > 0) {
      this.waitsMs.push(timeoutMs);
      this.act();
    }
    return this.keys.shift() ?? "timeout";
  }

  async enterNode(name: string): Promise<void> {
    this.step();
    this.node = name;
    this.visited.push(name);
  }

  async choose(choice: FlowChoice): Promise<void> {
    this.step();
    this.choices.push(choice);
  }

  async setLanguage(language: Language): Promise<void> {
    this.step();
    this.language = language;
  }

  async setAgency(agencyId: string): Promise<void> {
    this.step();
    this.agencyId = agencyId;
  }

  private act(): void {
    this.keys.push(...(this.acts.shift() ?? ""));
  }

  private step(): void {
    if (++this.steps >= this.leavesAt) throw new ScriptedCallerLeft("the caller hung up");
  }
}
