import type { Pool } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { type EditableField, editableFields } from "../case-editing.ts";
import { type HistoryRow, historyOfCase } from "../case-history-store.ts";
import type { CaseRecord, CaseSummary } from "../case-record.ts";
import { relativesOf, surroundingsOf } from "./case-read-store.ts";
import { visibleCase } from "./visible-case.ts";

export type ShownCase = CaseRecord &
  Record<string, unknown> & { family: CaseSummary[]; history: HistoryRow[]; editable: readonly EditableField[] };

/** A case with its family, history, contacts, notes and tasks (REQ 12: these follow their case). */
export async function showCase(pool: Pool, person: SignedInPerson, caseId: string): Promise<ShownCase> {
  const record = await visibleCase(pool, person, caseId);
  const [around, family, history] = await Promise.all([
    surroundingsOf(pool, record.id),
    relativesOf(pool, person, record),
    historyOfCase(pool, record.id),
  ]);
  return { ...around, ...record, family, history, editable: editableFields(record, person) };
}
