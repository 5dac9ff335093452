import { hasRole, type SignedInPerson } from "../people/person.ts";
import type { CaseRecord } from "./case-record.ts";

/** What may be written by hand; status and what follows from it are moves. */
export const EDITABLE_FIELDS = [
  "reason",
  "informationKinds",
  "switchboard",
  "agencyId",
  "serviceId",
  "request",
  "answer",
  "note",
  "citizenId",
  "phoneConfirmed",
  "missingKnowledge",
  "noticeContent",
  "relatedCaseId",
  "parentId",
  "language",
] as const;
export type EditableField = (typeof EDITABLE_FIELDS)[number];

const OFFICE_WORKS_ON = ["assigned", "transferred", "suspended"];

/**
 * Which fields this person may write now: all of one's own draft; the office the answer while it works on a case it
 * has in charge; later only the note, and at first level whom the case belongs to. What was asked and what was
 * answered stay as they were registered.
 */
export function editableFields(record: CaseRecord, person: SignedInPerson): readonly EditableField[] {
  if (record.status === "draft") return record.ownerId === person.id ? EDITABLE_FIELDS : [];
  const fields = new Set<EditableField>();
  const own = record.officeId !== null && person.officeIds.includes(record.officeId);
  if (hasRole(person, "office_agent") && own && record.parentId === null && record.takenById !== null) {
    fields.add("note");
    if (OFFICE_WORKS_ON.includes(record.status)) fields.add("answer");
  }
  if (hasRole(person, "rejects_agent") && record.status === "rejected") fields.add("note");
  if (hasRole(person, "operator")) {
    fields.add("note").add("relatedCaseId");
    // An anonymous grievance stays anonymous (REQ 2).
    if (record.reason !== "grievance" && record.parentId === null) fields.add("citizenId").add("phoneConfirmed");
  }
  return [...fields];
}

/** Fields whose values are words of a list or ids: the history keeps old and new. Texts are named only. */
export const CODED_FIELDS: readonly string[] = [
  "reason",
  "informationKinds",
  "switchboard",
  "agencyId",
  "serviceId",
  "citizenId",
  "phoneConfirmed",
  "noticeContent",
  "relatedCaseId",
  "parentId",
  "language",
];
