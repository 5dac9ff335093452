import type { Citizen } from "../../citizens/citizen.ts";
import { canonicalContact } from "../../citizens/citizen.ts";

/** What a caller says to be the citizen of a case: name, surname and one of phone, e-mail, case code (REQ 2). */
export type IdentityClaim = {
  firstName: string;
  lastName: string;
  phone?: string | null;
  email?: string | null;
  caseNumber?: number | null;
};

export type IdentityResult = { matched: boolean; by: ("phone" | "email" | "case_number")[] };

/** Compared without case, accents and blanks; a number in any way of writing it. A case without citizen matches nobody. */
export function checkIdentity(claim: IdentityClaim, citizen: Citizen | null, caseNumber: number): IdentityResult {
  if (citizen === null) return { matched: false, by: [] };
  const names = sameName(claim.firstName, citizen.firstName) && sameName(claim.lastName, citizen.lastName);
  const by: IdentityResult["by"] = [];
  if (hasContact(citizen, "phone", claim.phone)) by.push("phone");
  if (hasContact(citizen, "email", claim.email)) by.push("email");
  if (claim.caseNumber === caseNumber) by.push("case_number");
  return { matched: names && by.length > 0, by };
}

function sameName(said: string, stored: string | null): boolean {
  const plain = plainName(said);
  return plain !== "" && plain === plainName(stored ?? "");
}

function plainName(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[^\p{L}]/gu, "")
    .toLowerCase();
}

function hasContact(citizen: Citizen, kind: "phone" | "email", said: string | null | undefined): boolean {
  const value = said ? canonicalContact(kind, said) : null;
  return value !== null && citizen.contacts.some((contact) => contact.kind === kind && contact.value === value);
}
