/** So many times as long as the last round took is it to the start of the next. */
const factor = 3;
/** Milliseconds between two rounds for each item a second: ten a second wait for nothing, sixty go four at a time. */
const gapPerRate = 1.2;
/** Of the newest round in the rate; all of it after a second without one. */
const weight = 0.3;

/**
 * Rounds of one kind of work, never sooner after each other than they are worth it: with few items a round may begin at
 * once; the more there are, or the longer a round takes, the less often rounds come and the more they carry. The rate
 * counts at once, before the machine is busy: callers who have begun to pile up cost more than those who flow.
 */
export class Pace {
  private startedAt = Number.NEGATIVE_INFINITY;
  private tookMs = 0;
  /** Items a second. */
  private rate = 0;
  private readonly leastMs: number;
  private readonly mostMs: number;

  constructor(leastMs: number, mostMs: number) {
    this.leastMs = leastMs;
    this.mostMs = mostMs;
  }

  /** Milliseconds until the next round may begin; 0 or less: now. */
  waitMs(): number {
    const gapMs = Math.max(this.leastMs, factor * this.tookMs, gapPerRate * this.rate);
    return this.startedAt + Math.min(this.mostMs, gapMs) - performance.now();
  }

  /** Begins a round with so many items; call what is returned when it has ended. */
  begin(items: number): () => void {
    const startedAt = performance.now();
    const sinceMs = Math.max(1, startedAt - this.startedAt);
    const share = Math.min(1, Math.max(weight, sinceMs / 1_000));
    this.rate += share * ((1_000 * items) / sinceMs - this.rate);
    this.startedAt = startedAt;
    return () => {
      this.tookMs = performance.now() - startedAt;
    };
  }

  /** Resolves when the next round may begin. */
  async turn(): Promise<void> {
    const waitMs = this.waitMs();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
