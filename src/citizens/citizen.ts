/**
 * The citizen record (REQ 2, 5.2): what a person declared is told apart from what the network said. A caller's number
 * becomes declared only when the operator confirms that the citizen said it (REQ 2, issue report).
 */
import { toE164 } from "./phone-number.ts";

export const CONTACT_KINDS = ["phone", "email", "address"] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

export const CONTACT_SOURCES = ["declared", "network"] as const;
export type ContactSource = (typeof CONTACT_SOURCES)[number];

export type ContactInput = { kind: ContactKind; value: string; source: ContactSource };
export type CitizenContact = ContactInput & { id: string };

export type Citizen = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  taxCode: string | null;
  note: string | null;
  /** The record that this one became part of; only that one is edited. */
  mergedIntoId: string | null;
  contacts: CitizenContact[];
  version: number;
};

export type CitizenFields = Pick<Citizen, "firstName" | "lastName" | "taxCode" | "note">;
export type CitizenInput = Partial<CitizenFields> & { contacts?: ContactInput[] };

/** A citizen who may be calling, as in the screen pop (CONTRACT of the live feed: `offer.citizens`). */
export type CitizenCandidate = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  openCases: { id: string; number: number; status: string; reason: string | null; openedAt: string }[];
};

// One @, no blank or control sign, no double dot, a domain with a dot; letters of any script are left to the mail server.
const emailForm =
  /^(?:"[^"\p{C}\r\n]{1,62}"|[^\s\p{C}@"(),:;<>[\\\]]{1,64})@[^\s\p{C}@.]{1,63}(?:\.[^\s\p{C}@.]{1,63})+$/u;

/** The form in which a contact is stored and compared; null when it is none. */
export function canonicalContact(kind: ContactKind, value: string): string | null {
  if (kind === "phone") return toE164(value);
  const text = tidyText(value);
  if (kind === "address") return text === "" || text.length > 320 ? null : text;
  const email = text.toLowerCase();
  const valid = email.length <= 254 && emailForm.test(email) && !email.includes("..") && !/(^\.|\.@)/.test(email);
  return valid ? email : null;
}

/** Blanks do not count as a name (REQ 2), and signs that turn or hide text never reach the record. */
export function tidyText(value: string): string {
  return value
    .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
}

export function tidyFields(input: Partial<CitizenFields>): Partial<CitizenFields> {
  const tidy: Partial<CitizenFields> = {};
  if (input.firstName !== undefined) tidy.firstName = textOrNull(input.firstName);
  if (input.lastName !== undefined) tidy.lastName = textOrNull(input.lastName);
  if (input.taxCode !== undefined) tidy.taxCode = textOrNull(input.taxCode)?.toUpperCase() ?? null;
  if (input.note !== undefined) tidy.note = input.note === null || input.note.trim() === "" ? null : input.note.trim();
  return tidy;
}

function textOrNull(value: string | null): string | null {
  return (value === null ? "" : tidyText(value)) || null;
}

export type ContactChanges = { add: ContactInput[]; remove: string[]; declare: string[] };

/**
 * What turns the contacts of a record into the wanted ones. A declared contact stays declared when a page sends it
 * as of the network: what the citizen said is not unsaid.
 */
export function contactChanges(existing: CitizenContact[], wanted: ContactInput[]): ContactChanges {
  const keyOf = (contact: ContactInput) => `${contact.kind} ${contact.value}`;
  const wantedByKey = new Map<string, ContactInput>();
  for (const contact of wanted) {
    const before = wantedByKey.get(keyOf(contact));
    if (before?.source !== "declared") wantedByKey.set(keyOf(contact), contact);
  }
  const existingKeys = new Set(existing.map(keyOf));
  return {
    add: [...wantedByKey.values()].filter((contact) => !existingKeys.has(keyOf(contact))),
    remove: existing.filter((contact) => !wantedByKey.has(keyOf(contact))).map((contact) => contact.id),
    declare: existing
      .filter((contact) => contact.source === "network" && wantedByKey.get(keyOf(contact))?.source === "declared")
      .map((contact) => contact.id),
  };
}

export type CitizenQuery =
  | { by: "phone"; e164: string }
  | { by: "email"; email: string }
  | { by: "taxCode"; taxCode: string }
  | { by: "name"; text: string }
  | { by: "nothing" };

const taxCodeForm = /^[a-z]{6}[0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{3}[a-z]$/i;

/** One field searches all: a number, an address with @, a tax code, else a name (at least two letters). */
export function readCitizenQuery(q: string): CitizenQuery {
  const text = tidyText(q);
  const e164 = toE164(text);
  if (e164) return { by: "phone", e164 };
  if (text.includes("@")) {
    const email = canonicalContact("email", text);
    return email ? { by: "email", email } : { by: "nothing" };
  }
  if (taxCodeForm.test(text)) return { by: "taxCode", taxCode: text.toUpperCase() };
  return /\p{L}.*\p{L}/u.test(text) ? { by: "name", text } : { by: "nothing" };
}
