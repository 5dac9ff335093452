import type { Pool } from "../../src/database/pool.ts";
import type { Clicked } from "./fault-desk.ts";

export type WriteCount = { number: string; kind: string; times: number };

/** What may be written once only, however often a write was tried: each with how often it is there. */
export async function countWrites(pool: Pool, since: Date): Promise<WriteCount[]> {
  const { rows } = await pool.query<WriteCount>(
    `select c.caller_raw as number, e.kind, count(*)::int as times from calls c join call_events e on e.call_id = c.id
    where c.started_at >= $1 and e.kind in ('arrived', 'ended') group by c.id, e.kind
    union all
    select c.caller_raw, 'case ' || h.kind, count(*)::int from calls c join cases s on s.opened_by_call_id = c.id
      join case_history h on h.case_id = s.id
    where c.started_at >= $1 and h.kind = 'opened' group by c.id, h.kind
    union all
    select c.caller_raw, 'answered', count(*)::int from calls c join offers f on f.call_id = c.id and f.state = 'answered'
    where c.started_at >= $1 group by c.id`,
    [since],
  );
  return rows;
}

/** Carried out, or refused in words: never an error without a name, never nothing. */
export function isClearAnswer({ status, type }: Clicked): boolean {
  const refused = (status === 503 || status === 409) && type.startsWith("application/problem+json");
  return (status >= 200 && status < 300) || refused;
}

export const describeClick = ({ status, type, ms, what }: Clicked) =>
  `${what} answered ${status} ${type} after ${ms} ms`;
