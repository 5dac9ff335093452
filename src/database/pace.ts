/** So many times as long as the last round took is it to the start of the next. */
const factor = 3;

/**
 * Rounds of one kind of work, never sooner after each other than they are worth it: on a machine with time to spare a
 * round is quick and the next may begin at once; on one that is busy rounds are slow, come less often and carry more.
 */
export class Pace {
  private startedAt = Number.NEGATIVE_INFINITY;
  private gapMs: number;
  private readonly leastMs: number;
  private readonly mostMs: number;

  constructor(leastMs: number, mostMs: number) {
    this.leastMs = leastMs;
    this.mostMs = mostMs;
    this.gapMs = leastMs;
  }

  /** Milliseconds until the next round may begin; 0 or less: now. */
  waitMs(): number {
    return this.startedAt + this.gapMs - performance.now();
  }

  /** Begins a round; call what is returned when it has ended. */
  begin(): () => void {
    const startedAt = performance.now();
    this.startedAt = startedAt;
    return () => {
      const tookMs = performance.now() - startedAt;
      this.gapMs = Math.min(this.mostMs, Math.max(this.leastMs, factor * tookMs));
    };
  }

  /** Resolves when the next round may begin. */
  async turn(): Promise<void> {
    const waitMs = this.waitMs();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
