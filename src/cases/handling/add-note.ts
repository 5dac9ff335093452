import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";
import { type CaseNote, insertNote } from "./note-store.ts";

/** A note beside the case; whoever sees the case and may write notes, the invited specialist too (REQ 3.6). */
export async function addNote(pool: Pool, person: SignedInPerson, caseId: string, text: string): Promise<CaseNote> {
  return inTransaction(pool, async (client) => {
    await lockVisibleFamily(client, person, caseId, null);
    const note = await insertNote(client, caseId, actorOf(person), { kind: "note", text, fromCaseId: null });
    await appendHistory(client, caseId, actorOf(person), "note", { noteId: note.id });
    await tellDesks(client, person.id, [{ kind: "case", caseId, what: "note" }]);
    return note;
  });
}
