import type { Queryable } from "../database/pool.ts";

export type QueueSettings = {
  id: string;
  name: string;
  maxWaiting: number;
  maxWaitSeconds: number;
  ringSeconds: number;
  wrapUpSeconds: number;
  announceSeconds: number;
  version: number;
};

const columns = `id, name, max_waiting as "maxWaiting", max_wait_seconds as "maxWaitSeconds",
  ring_seconds as "ringSeconds", wrap_up_seconds as "wrapUpSeconds", announce_seconds as "announceSeconds", version`;

export async function listQueues(db: Queryable): Promise<QueueSettings[]> {
  const { rows } = await db.query<QueueSettings>(`select ${columns} from queues order by name`);
  return rows;
}

export async function lockQueue(db: Queryable, id: string): Promise<QueueSettings | null> {
  const { rows } = await db.query<QueueSettings>(`select ${columns} from queues where id = $1 for update`, [id]);
  return rows[0] ?? null;
}

/** Those who wait already are treated by the new limits from their next look on. */
export async function writeQueue(db: Queryable, queue: QueueSettings): Promise<QueueSettings> {
  const { rows } = await db.query<QueueSettings>(
    `update queues set max_waiting = $2, max_wait_seconds = $3, ring_seconds = $4, wrap_up_seconds = $5,
      announce_seconds = $6, version = version + 1 where id = $1 returning ${columns}`,
    [
      ...[queue.id, queue.maxWaiting, queue.maxWaitSeconds, queue.ringSeconds, queue.wrapUpSeconds],
      queue.announceSeconds,
    ],
  );
  return rows[0]!;
}
