import { auditCitizen } from "../../citizens/citizen-store.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { type EditableField, editableFields } from "../case-editing.ts";
import { type HistoryRow, historyOfCase } from "../case-history-store.ts";
import type { CaseRecord, CaseSummary } from "../case-record.ts";
import { type CaseNames, namesOf, relativesOf, surroundingsOf } from "./case-read-store.ts";
import { visibleCase } from "./visible-case.ts";

export type CaseView = CaseRecord & CaseNames & { editable: readonly EditableField[] };
export type ShownCase = CaseView & Record<string, unknown> & { family: CaseSummary[]; history: HistoryRow[] };

/** A case as every action answers it: the row, the names of its ids, what may be written now. */
export async function viewCase(db: Queryable, person: SignedInPerson, record: CaseRecord): Promise<CaseView> {
  return { ...(await namesOf(db, record.id)), ...record, editable: editableFields(record, person) };
}

/** A case with its family, history, contacts, notes and tasks (REQ 12: these follow their case; the citizen's reading is audited). */
export async function showCase(pool: Pool, person: SignedInPerson, caseId: string): Promise<ShownCase> {
  const record = await visibleCase(pool, person, caseId);
  const [view, around, family, history] = await Promise.all([
    viewCase(pool, person, record),
    surroundingsOf(pool, record.id),
    relativesOf(pool, person, record),
    historyOfCase(pool, record.id),
    record.citizenId &&
      // A draft may yet become an anonymous grievance: a log that never forgets must not know whose it was.
      auditCitizen(
        pool,
        person,
        "citizen.read",
        record.citizenId,
        record.status === "draft" ? {} : { caseId: record.id },
      ),
  ]);
  return { ...around, ...view, family, history };
}
