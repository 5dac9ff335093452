import type { Queryable } from "../database/pool.ts";

/** The account of the page's phone that has this call; null when the operator talks on a desk phone. */
export async function pagePhoneOf(db: Queryable, callId: string, personId: string): Promise<string | null> {
  const { rows } = await db.query<{ account: string }>(
    `select s.number || '-web' as account from operators o join seats s on s.id = o.seat_id
     where o.person_id = $2 and o.call_id = $1 and o.phone = 'web'`,
    [callId, personId],
  );
  return rows[0]?.account ?? null;
}

/** The talk goes on with a new leg to the same operator; false when the call is over or another copy's. */
export async function replaceOperatorLeg(
  db: Queryable,
  callId: string,
  epoch: number,
  channelId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with c as (
      update calls set operator_channel_id = $3 where id = $1 and epoch = $2 and state = 'talking'
      returning id, person_id
    )
    insert into call_events (call_id, kind, data)
    select id, 'page_called_again', jsonb_build_object('personId', person_id) from c`,
    [callId, epoch, channelId],
  );
  return rowCount === 1;
}
