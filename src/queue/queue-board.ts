import { isDatabaseAway, type Queryable } from "../database/pool.ts";
import { expectedWaitSeconds } from "../ivr/expected-wait.ts";
import { type QueueFigures, readBoard } from "./queue-store.ts";

export type QueueSettings = Pick<QueueFigures, "id" | "name" | "maxWaitSeconds" | "announceSeconds">;

const freshMs = 2_000;

/**
 * What is told to the callers who wait: place and expected wait. Read for all of them at once, at most every two
 * seconds, so that ten thousand callers cost no more reads than ten.
 */
export class QueueBoard {
  private places = new Map<string, { position: number; waitSeconds: number | null }>();
  private settings = new Map<string, QueueSettings>();
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> | null = null;
  private staffedAt: number;
  private readonly db: Queryable;
  private readonly monotonicMs: () => number;

  constructor(db: Queryable, monotonicMs: () => number) {
    this.db = db;
    this.monotonicMs = monotonicMs;
    this.staffedAt = monotonicMs();
  }

  /** Milliseconds since anybody was signed in; a restart of everything must not look like everybody gone home. */
  async unstaffedMs(): Promise<number> {
    await this.refresh();
    return this.monotonicMs() - this.staffedAt;
  }

  /** Place (1 = next) and honest expected wait in seconds, null when unknown; undefined when not waiting. */
  async placeOf(callId: string): Promise<{ position: number; waitSeconds: number | null } | undefined> {
    await this.refresh();
    return this.places.get(callId);
  }

  async queueOfId(id: string): Promise<QueueSettings | undefined> {
    if (!this.settings.has(id)) await this.refresh(true);
    return this.settings.get(id);
  }

  async queueNamed(name: string): Promise<QueueSettings | undefined> {
    const found = () => [...this.settings.values()].find((queue) => queue.name === name);
    if (!found()) await this.refresh(true);
    return found() ?? [...this.settings.values()][0];
  }

  private async refresh(now = false): Promise<void> {
    if (!now && this.monotonicMs() - this.readAt < freshMs) return;
    this.reading ??= this.readOrKeep(now).finally(() => {
      this.reading = null;
    });
    await this.reading;
  }

  /** While the database is away callers wait on with what was read last; nobody is sent away for it. */
  private async readOrKeep(needed: boolean): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      if (needed || !isDatabaseAway(error)) throw error;
      this.staffedAt = this.monotonicMs();
    }
  }

  private async read(): Promise<void> {
    const { queues, waiting, staffed } = await readBoard(this.db);
    this.settings = new Map(queues.map((queue) => [queue.id, queue]));
    this.places = new Map(
      waiting.map((row) => {
        const queue = queues.find((q) => q.id === row.queueId);
        return [row.id, { position: row.position, waitSeconds: queue ? expectedWait(queue, row.position) : null }];
      }),
    );
    this.readAt = this.monotonicMs();
    if (staffed) this.staffedAt = this.readAt;
  }
}

function expectedWait(queue: QueueFigures, position: number): number | null {
  return expectedWaitSeconds({
    position,
    answeredLastMinutes: queue.answered,
    averageHandleSeconds: queue.handle === null ? null : Number(queue.handle),
    operators: queue.operators,
  });
}
