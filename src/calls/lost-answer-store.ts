import type { Queryable } from "../database/pool.ts";

/** How a call's row stands after a write of its own copy; each holds only when that write was made. */
const marks = {
  answered: "c.state = 'talking' and c.offer_id = $3",
  back: "c.state in ('waiting', 'offered') and c.offer_id is distinct from $3::uuid",
  queued: "c.state in ('waiting', 'offered') and $3::uuid is null",
  dialled: "c.state = 'talking' and c.operator_channel_id is not null and $3::uuid is null",
  talks: "c.state = 'talking' and c.talk_at is not null and $3::uuid is null",
};

/**
 * A write that found nothing to change may have been made already by its first try, whose answer was lost with the
 * connection (FAULTS F28). Then the call is still this copy's and stands as that write left it.
 */
export async function standsAs(
  db: Queryable,
  mark: keyof typeof marks,
  call: { id: string; epoch: number; offerId: string | null },
): Promise<boolean> {
  const { rowCount } = await db.query(`select from calls c where c.id = $1 and c.epoch = $2 and ${marks[mark]}`, [
    call.id,
    call.epoch,
    call.offerId,
  ]);
  return rowCount === 1;
}
