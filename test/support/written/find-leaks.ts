/** What may stand in nothing that is written: taken from the citizens of all tests (see `citizens-of-tests.ts`). */
export type Personal = {
  /** National significant numbers, digits only. */
  numbers: ReadonlySet<string>;
  /** Single words of names, lower case. */
  words: ReadonlySet<string>;
  /** Addresses of e-mail, lower case. */
  addresses: ReadonlySet<string>;
};

export type Leak = { file: string; line: number; what: "number" | "name" | "address"; found: string };

// Not a piece of a longer word or of an id; `%2B` is the plus of an address line.
const digitRun = /(?<![\p{L}\d])(?:%2B)?(\d{8,})(?![\p{L}\d])/giu;
const addressForm = /[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/g;
const wordForm = /\p{L}{4,}/gu;
/** How a number is written abroad, at home, and by a switch. */
const prefixes = ["", "39", "0039", "039"];

/** Personal data in one line of a file. */
export function leaksOfLine(text: string, { numbers, words, addresses }: Personal): Omit<Leak, "file" | "line">[] {
  const found: Omit<Leak, "file" | "line">[] = [];
  for (const [, run = ""] of text.matchAll(digitRun)) {
    if (prefixes.some((prefix) => run.startsWith(prefix) && numbers.has(run.slice(prefix.length)))) {
      found.push({ what: "number", found: run });
    }
  }
  for (const [address] of text.matchAll(addressForm)) {
    if (addresses.has(address.replace("%40", "@").toLowerCase())) found.push({ what: "address", found: address });
  }
  for (const [word] of text.matchAll(wordForm)) {
    if (words.has(word.toLowerCase())) found.push({ what: "name", found: word });
  }
  return found;
}

/** +39 055 000 1234, 00390550001234 and 0550001234 are one number; null: too short to be told from other figures. */
export function nationalNumber(value: string): string | null {
  const digits = value.replace(/[\s()./-]/g, "");
  if (!/^\+?\d+$/.test(digits)) return null;
  const national = digits.replace(/^(?:\+39|0039)/, "").replace(/^\+/, "");
  return national.length >= 8 ? national : null;
}
