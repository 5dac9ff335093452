import type { Queryable } from "../database/pool.ts";

export type PauseReason = {
  code: string;
  labelIt: string;
  labelEn: string;
  position: number;
  disabled: boolean;
  version: number;
};

const columns = `code, label_it as "labelIt", label_en as "labelEn", position, disabled_at is not null as disabled,
  version`;

/** Also those that nobody can choose any more: the log of states names them. */
export async function listEveryPauseReason(db: Queryable): Promise<PauseReason[]> {
  const { rows } = await db.query<PauseReason>(`select ${columns} from pause_reasons order by position, code`);
  return rows;
}

/** Null: the code is taken. */
export async function insertPauseReason(
  db: Queryable,
  { code, labelIt, labelEn }: Pick<PauseReason, "code" | "labelIt" | "labelEn">,
): Promise<PauseReason | null> {
  const { rows } = await db.query<PauseReason>(
    `insert into pause_reasons (code, label_it, label_en, position)
    select $1, $2, $3, coalesce(max(position), 0) + 1 from pause_reasons
    on conflict (code) do nothing returning ${columns}`,
    [code, labelIt, labelEn],
  );
  return rows[0] ?? null;
}

export async function lockPauseReason(db: Queryable, code: string): Promise<PauseReason | null> {
  const { rows } = await db.query<PauseReason>(`select ${columns} from pause_reasons where code = $1 for update`, [
    code,
  ]);
  return rows[0] ?? null;
}

export async function writePauseReason(db: Queryable, reason: PauseReason): Promise<PauseReason> {
  const { rows } = await db.query<PauseReason>(
    `update pause_reasons set label_it = $2, label_en = $3, position = $4,
      disabled_at = case when $5 then coalesce(disabled_at, now()) end, version = version + 1
    where code = $1 returning ${columns}`,
    [reason.code, reason.labelIt, reason.labelEn, reason.position, reason.disabled],
  );
  return rows[0]!;
}
