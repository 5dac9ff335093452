/**
 * What a person may write on a case, apart from its status, and how two people's writing is put together.
 * Pure: three versions meet here, the one both began with (base), mine and theirs.
 */
import type { ContactReason, InformationKind } from "../../../cases/case.ts";
import type { CaseRow } from "../../api/api-types.ts";

export type CaseText = {
  reason: ContactReason | null;
  informationKinds: InformationKind[];
  switchboard: boolean;
  agencyId: string | null;
  serviceId: string | null;
  request: string;
  answer: string;
  note: string;
  citizenId: string | null;
  phoneConfirmed: boolean;
};
export type CaseField = keyof CaseText;
export type CaseEdits = Partial<CaseText>;
export type Conflict = { field: CaseField; mine: CaseText[CaseField]; theirs: CaseText[CaseField] };

export const caseFields: readonly CaseField[] = [
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
];

export function textOf(view: CaseRow): CaseText {
  return {
    reason: view.reason,
    informationKinds: view.informationKinds,
    switchboard: view.switchboard,
    agencyId: view.agencyId,
    serviceId: view.serviceId,
    request: view.request ?? "",
    answer: view.answer ?? "",
    note: view.note ?? "",
    citizenId: view.citizenId,
    phoneConfirmed: view.phoneConfirmed,
  };
}

export function sameValue(a: CaseText[CaseField] | undefined, b: CaseText[CaseField] | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((entry) => b.includes(entry));
}

/** Only what really differs from the stored case; typing a letter and taking it away leaves nothing to save. */
export function realEdits(base: CaseText, edits: CaseEdits): CaseEdits {
  return Object.fromEntries(
    Object.entries(edits).filter(([field, value]) => !sameValue(value, base[field as CaseField])),
  ) as CaseEdits;
}

/**
 * Puts my edits on top of what somebody else stored meanwhile. A field that both changed to different values is a
 * conflict that a person decides; all others merge by themselves.
 */
export function mergeEdits(
  base: CaseText,
  edits: CaseEdits,
  theirs: CaseText,
): { edits: CaseEdits; conflicts: Conflict[] } {
  const kept = realEdits(theirs, edits);
  const conflicts = caseFields.flatMap((field): Conflict[] => {
    const mine = kept[field];
    if (mine === undefined || sameValue(base[field], theirs[field])) return [];
    return [{ field, mine, theirs: theirs[field] }];
  });
  return { edits: kept, conflicts };
}

/** PATCH body: empty text means none. */
export function patchBody(edits: CaseEdits): Record<string, unknown> {
  const blankable = new Set<string>(["request", "answer", "note"]);
  return Object.fromEntries(
    Object.entries(edits).map(([field, value]) => [field, value === "" && blankable.has(field) ? null : value]),
  );
}
