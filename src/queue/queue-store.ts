import type { Queryable } from "../database/pool.ts";
import { answerWindowMinutes } from "../ivr/expected-wait.ts";

export type QueueFigures = {
  id: string;
  name: string;
  maxWaitSeconds: number;
  announceSeconds: number;
  /** Calls answered in the last `answerWindowMinutes`. */
  answered: number;
  /** Mean talk of the last hour, seconds; null without any. */
  handle: number | null;
  /** Operators who take calls, free or not. */
  operators: number;
};

export type Board = {
  queues: QueueFigures[];
  waiting: { id: string; queueId: string; position: number }[];
  /** Is anybody signed in at all? */
  staffed: boolean;
};

/** Everything that is told to those who wait, of all queues at once. */
export async function readBoard(db: Queryable): Promise<Board> {
  const { rows: queues } = await db.query<QueueFigures>(
    `select q.id, q.name, q.max_wait_seconds as "maxWaitSeconds", q.announce_seconds as "announceSeconds",
      (select count(*) from calls c
        where c.queue_id = q.id and c.talk_at > clock_timestamp() - interval '${answerWindowMinutes} minutes'
          and c.started_at > clock_timestamp() - interval '2 hours') as answered,
      (select extract(epoch from avg(c.ended_at - c.talk_at))::float from calls c where c.queue_id = q.id
        and c.outcome = 'answered' and c.started_at > clock_timestamp() - interval '1 hour') as handle,
      (select count(*) from operators o
        where o.chosen = 'available' and o.system in ('idle', 'ringing', 'on_call', 'wrap_up')) as operators
    from queues q`,
  );
  const { rows: waiting } = await db.query<Board["waiting"][number]>(
    `select id, queue_id as "queueId",
      row_number() over (partition by queue_id order by priority desc, queued_at, id) as position
    from calls where state in ('waiting', 'offered')`,
  );
  const { rows } = await db.query("select exists (select from operators where chosen <> 'offline') as staffed");
  return { queues, waiting, staffed: rows[0].staffed };
}
