/**
 * Citizen data in a text that goes beyond the case (REQ 8: no citizen data in a need). E-mail addresses, telephone
 * numbers, tax codes and bank accounts are told by their form; names only when the case's citizen is known.
 * Pure: the page warns with the same file.
 */

export type CitizenDataKind = "email" | "phone" | "tax_code" | "iban" | "name";

const patterns: readonly { kind: CitizenDataKind; form: RegExp }[] = [
  { kind: "email", form: /[^\s@<>()]+\s?(?:@|\(at\)|\[at\]|chiocciola)\s?[^\s@]+\.[a-z]{2,}/giu },
  { kind: "iban", form: /\bIT\s?[0-9]{2}\s?[A-Z]\s?(?:[0-9A-Z]\s?){22}/giu },
  {
    kind: "tax_code",
    form: /\b[A-Z]{6}\s?[0-9LMNPQRSTUV]{2}\s?[A-Z]\s?[0-9LMNPQRSTUV]{2}\s?[A-Z]\s?[0-9LMNPQRSTUV]{3}\s?[A-Z]\b/giu,
  },
];

/** Seven digits or more, with what people put between them. */
const numberLike = /\+?[0-9](?:[\s./()-]{0,2}[0-9]){6,}/gu;

/** What cards are full of, when no further digits stand beside it: days, laws, hours, years. */
const plainNumbers = [
  /[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})/,
  /[0-9]{1,5}\/(?:19|20)[0-9]{2}/,
  /[0-9]{1,2}[.:][0-9]{2}\s?[-–]\s?[0-9]{1,2}[.:][0-9]{2}/,
  /(?:19|20)[0-9]{2}\s?[/-]\s?(?:19|20)[0-9]{2}/,
].map((form) => new RegExp(`(?<![0-9][\\s./-]{0,2})(?:${form.source})(?![\\s./-]{0,2}[0-9])`, "gu"));

export type FoundData = { kind: CitizenDataKind; text: string };

export function citizenDataIn(text: string, names: readonly string[] = []): FoundData[] {
  const found = patterns.flatMap(({ kind, form }) => [...text.matchAll(form)].map(([hit]) => ({ kind, text: hit })));
  const rest = plainNumbers.reduce((left, form) => left.replace(form, (hit) => "§".repeat(hit.length)), text);
  const numbers = [...rest.matchAll(numberLike)].map(([hit]): FoundData => ({ kind: "phone", text: hit }));
  return [...found, ...numbers, ...namesIn(text, names)];
}

/** The text with such data blotted out, e.g. of a search that somebody typed into the wrong field. */
export function withoutCitizenData(text: string): string {
  return citizenDataIn(text)
    .reduce((left, { text: hit }) => left.replaceAll(hit, " … "), text)
    .replace(/\s+/gu, " ")
    .trim();
}

/** A first name alone is a saint, a street or a library: all parts of a name must be there. */
function namesIn(text: string, names: readonly string[]): FoundData[] {
  const words = new Set(plainWords(text));
  return names
    .filter((name) => {
      const parts = plainWords(name);
      return parts.length >= 2 && parts.every((part) => words.has(part));
    })
    .map((name): FoundData => ({ kind: "name", text: name }));
}

function plainWords(text: string): string[] {
  return (
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
