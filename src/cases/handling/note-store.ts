import type { Queryable } from "../../database/pool.ts";
import type { Actor } from "../case-record.ts";

export type CaseNote = { id: string; at: Date; kind: "note" | "addition"; text: string };

/** `addition`: what an update notice added to its parent, shown to the office (REQ 2). */
export async function insertNote(
  db: Queryable,
  caseId: string,
  actor: Actor,
  note: { kind: "note" | "addition"; text: string; fromCaseId: string | null },
): Promise<CaseNote> {
  const { rows } = await db.query<CaseNote>(
    `insert into case_notes (case_id, person_id, actor, kind, text, from_case_id) values ($1, $2, $3, $4, $5, $6)
    returning id, at, kind, text`,
    [caseId, actor.personId, actor.name, note.kind, note.text, note.fromCaseId],
  );
  return rows[0]!;
}
