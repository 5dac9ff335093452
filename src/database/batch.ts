import { Pace } from "./pace.ts";
import { isDatabaseAway } from "./pool.ts";

/** So many items at most in one statement. */
const most = 100;
/** An item waits no longer than this for a statement under way: something holds a row that the others do not need. */
const patienceMs = 100;
const statementsAtOnce = 3;

type Entry<Item, Result> = {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
};

/**
 * Writes of one kind, for many calls in one statement: what comes while a statement is under way, or too soon after the
 * start of the last one, goes together in the next (pace.ts). A centre with few calls waits for nothing; one with many pays
 * the fixed costs of a statement (round trip, executor, commit) once for all of them.
 */
export class Batch<Item, Result> {
  private waiting: Entry<Item, Result>[] = [];
  private underWay = 0;
  private startedAt = Number.NEGATIVE_INFINITY;
  private readonly pace: Pace;
  private timer: NodeJS.Timeout | null = null;
  private readonly write: (items: Item[]) => Promise<Result[]>;

  /** `write` gives one result an item, in their order, and writes all or nothing. */
  constructor(write: (items: Item[]) => Promise<Result[]>, gapMs: { least: number; most: number }) {
    this.write = write;
    this.pace = new Pace(gapMs.least, gapMs.most);
  }

  /** @throws what the statement threw; an item that is refused does not take the others with it. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.timer || this.waiting.length === 0 || this.underWay >= statementsAtOnce) return;
    const waitMs = this.underWay > 0 ? patienceMs - (performance.now() - this.startedAt) : this.pace.waitMs();
    if (waitMs <= 0) return this.begin();
    this.timer = setTimeout(() => {
      this.timer = null;
      this.begin();
    }, waitMs);
  }

  private begin(): void {
    const entries = this.waiting.splice(0, most);
    this.startedAt = performance.now();
    const ended = this.pace.begin(entries.length);
    this.underWay++;
    void this.settle(entries).finally(() => {
      ended();
      this.underWay--;
      if (this.timer) clearTimeout(this.timer);
      this.timer = null;
      this.schedule();
    });
    this.schedule();
  }

  private async settle(entries: Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.write(entries.map(({ item }) => item));
      for (const [index, entry] of entries.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      // A statement that took too long may have waited for a row that only one of the items needs.
      const away = isDatabaseAway(error) && !isCancelled(error);
      if (entries.length === 1 || away) for (const { reject } of entries) reject(error);
      else for (const entry of entries) await this.settle([entry]);
    }
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "57014";
}
