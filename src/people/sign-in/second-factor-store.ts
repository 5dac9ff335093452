import type { Queryable } from "../../database/pool.ts";

export type SecondFactor = { secret: Buffer; confirmed: boolean; lastStep: number };

export async function readSecondFactor(db: Queryable, personId: string): Promise<SecondFactor | null> {
  const { rows } = await db.query<SecondFactor>(
    `select secret, confirmed_at is not null as confirmed, last_step as "lastStep"
    from person_second_factors where person_id = $1`,
    [personId],
  );
  return rows[0] ?? null;
}

export async function hasSecondFactor(db: Queryable, personId: string): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>("select has_second_factor($1) as has", [personId]);
  return rows[0]?.has ?? false;
}

/** Begins anew; one that was confirmed stays. False: there is a confirmed one. */
export async function writeSecondFactor(db: Queryable, personId: string, secret: Buffer): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into person_second_factors (person_id, secret) values ($1, $2)
    on conflict (person_id) do update set secret = excluded.secret, created_at = clock_timestamp(), last_step = 0
      where person_second_factors.confirmed_at is null`,
    [personId, secret],
  );
  return rowCount === 1;
}

/** Uses up the code of this period. False: another request was first with it. */
export async function useStep(db: Queryable, personId: string, step: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update person_second_factors set last_step = $2, confirmed_at = coalesce(confirmed_at, clock_timestamp())
    where person_id = $1 and last_step < $2`,
    [personId, step],
  );
  return rowCount === 1;
}

export async function removeSecondFactor(db: Queryable, personId: string): Promise<boolean> {
  const { rowCount } = await db.query("delete from person_second_factors where person_id = $1", [personId]);
  return rowCount === 1;
}
