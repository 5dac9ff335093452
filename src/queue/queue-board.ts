import type { Queryable } from "../database/pool.ts";
import { answerWindowMinutes, expectedWaitSeconds } from "../ivr/expected-wait.ts";

export type QueueSettings = {
  id: string;
  name: string;
  maxWaitSeconds: number;
  announceSeconds: number;
};

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
  private readonly db: Queryable;
  private readonly monotonicMs: () => number;

  constructor(db: Queryable, monotonicMs: () => number) {
    this.db = db;
    this.monotonicMs = monotonicMs;
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
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    await this.reading;
  }

  private async read(): Promise<void> {
    const { rows: queues } = await this.db.query(
      `select q.id, q.name, q.max_wait_seconds as "maxWaitSeconds", q.announce_seconds as "announceSeconds",
        (select count(*) from calls c where c.queue_id = q.id and c.talk_at > clock_timestamp() - interval '${answerWindowMinutes} minutes')
          as answered,
        (select extract(epoch from avg(c.ended_at - c.talk_at)) from calls c where c.queue_id = q.id
          and c.outcome = 'answered' and c.started_at > clock_timestamp() - interval '1 hour') as handle,
        (select count(*) from operators o where o.chosen = 'available' and o.system in ('idle', 'ringing', 'on_call', 'wrap_up'))
          as operators
      from queues q`,
    );
    const { rows: waiting } = await this.db.query(
      `select id, queue_id, row_number() over (partition by queue_id order by priority desc, queued_at, id) as position
      from calls where state in ('waiting', 'offered')`,
    );
    this.settings = new Map(queues.map((queue) => [queue.id, queue]));
    this.places = new Map(
      waiting.map((row) => {
        const queue = queues.find((q) => q.id === row.queue_id);
        return [row.id, { position: row.position, waitSeconds: queue ? expectedWait(queue, row.position) : null }];
      }),
    );
    this.readAt = this.monotonicMs();
  }
}

function expectedWait(queue: { answered: number; handle: number | null; operators: number }, position: number) {
  return expectedWaitSeconds({
    position,
    answeredLastMinutes: queue.answered,
    averageHandleSeconds: queue.handle === null ? null : Number(queue.handle),
    operators: queue.operators,
  });
}
