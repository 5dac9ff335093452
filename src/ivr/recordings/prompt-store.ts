import type { Queryable } from "../../database/pool.ts";
import type { Language } from "../prompts.ts";

export type AddedPrompt = { name: string; language: Language; text: string; hasAudio: boolean };

/** Prompts that were added to those that come with the program. */
export async function listAddedPrompts(db: Queryable): Promise<AddedPrompt[]> {
  const { rows } = await db.query<AddedPrompt>(
    `select name, language, text, audio is not null as "hasAudio" from prompts order by name, language`,
  );
  return rows;
}

/** WAV; null: none was added. */
export async function readAddedAudio(db: Queryable, name: string, language: Language): Promise<Buffer | null> {
  const { rows } = await db.query<{ audio: Buffer | null }>(
    "select audio from prompts where name = $1 and language = $2",
    [name, language],
  );
  return rows[0]?.audio ?? null;
}
