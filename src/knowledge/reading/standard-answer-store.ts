import type { Queryable } from "../../database/pool.ts";

export type GeneralAnswer = { reason: string; language: string; text: string; version: number };

/** The general text for each reason, said where the card has none of its own (REQ 2). */
export async function listGeneralAnswers(db: Queryable): Promise<GeneralAnswer[]> {
  const { rows } = await db.query<GeneralAnswer>(
    "select reason, language, text, version from standard_answers order by reason, language desc",
  );
  return rows;
}

/** @returns null when the version read is not the one stored any more. */
export async function updateGeneralAnswer(db: Queryable, answer: GeneralAnswer): Promise<GeneralAnswer | null> {
  const { rows } = await db.query<GeneralAnswer>(
    `update standard_answers set text = $3, version = version + 1 where reason = $1 and language = $2 and version = $4
    returning reason, language, text, version`,
    [answer.reason, answer.language, answer.text, answer.version],
  );
  return rows[0] ?? null;
}
