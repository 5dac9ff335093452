import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";

/** A number as it is stored and compared; an extension is dialled by hand and never part of the number. */
export type DialledNumber = { e164: string; extension: string | null };

/** Longer than any number with blanks and an extension; a SIP user part may have thousands of characters. */
const longest = 64;

/**
 * What the trunk sends in nearly every call: Italian land lines and mobiles. Each pattern accepts only what the
 * library accepts too (a property test compares them), so that the library's 20 µs are paid for odd forms only.
 */
const canonicalItalian = /^\+39(?:0[1-9][0-9]{5,9}|3[2-9][0-9]{8})$/;
const prefixedItalian = /^0039(?:0[1-9][0-9]{5,9}|3[2-9][0-9]{8})$/;
const nationalItalian = /^(?:055[0-9]{5,7}|3[2-9][0-9]{8})$/;

const extensionTail = /[\s,;]*(?:interno|int\.?|ext\.?|;ext=|#|x)\s*([0-9]{1,7})\s*$/i;
/** Words, names and Excel's 3,93331E+11 have other characters and are no numbers. */
const written = /^\+?[0-9\s()./\-\u00a0\u2011\u2013]+$/u;

/**
 * One canonical E.164 form (REQ 1.3, 5.1): `+39055…`, `0039055…` and `055…` are the same number, the 0 after +39 stays.
 * Anonymous callers, names, service codes of three digits and overlong texts give null.
 */
export function toE164(raw: string | null | undefined, defaultCountry: CountryCode = "IT"): string | null {
  if (!raw || raw.length > longest) return null;
  if (canonicalItalian.test(raw)) return raw;
  if (defaultCountry === "IT") {
    if (prefixedItalian.test(raw)) return `+${raw.slice(2)}`;
    if (nationalItalian.test(raw)) return `+39${raw}`;
  }
  return parseWritten(raw, defaultCountry)?.number ?? null;
}

/** A number typed or imported by a person: `055/1234567 int. 3` gives the number and its extension apart. */
export function parseDialledNumber(
  raw: string | null | undefined,
  defaultCountry: CountryCode = "IT",
): DialledNumber | null {
  if (!raw || raw.length > longest) return null;
  const extension = extensionTail.exec(raw);
  const e164 = toE164(extension ? raw.slice(0, extension.index) : raw, defaultCountry);
  return e164 === null ? null : { e164, extension: extension?.[1] ?? null };
}

export type NotMobile = "not_a_number" | "land_line" | "not_mobile";

/** REQ 5.2: an SMS goes to a mobile number only. Numbers that may be either (as in the USA) are refused. */
export function checkMobile(raw: string): { e164: string } | { refused: NotMobile } {
  const e164 = toE164(raw);
  const number = e164 ? parsePhoneNumberFromString(e164) : undefined;
  if (!number?.isValid()) return { refused: "not_a_number" };
  const type = number.getType();
  if (type === "MOBILE") return { e164: number.number };
  return { refused: type === "FIXED_LINE" ? "land_line" : "not_mobile" };
}

export function isMobile(e164: string): boolean {
  return "e164" in checkMobile(e164);
}

/**
 * A number written with its country is taken when its length is possible (number plans grow faster than tables);
 * one without must be valid, so that `12345` does not become somebody.
 */
function parseWritten(raw: string, defaultCountry: CountryCode): PhoneNumber | null {
  const text = raw.trim().replace(/^'/, "");
  if (!written.test(text)) return null;
  const number = parsePhoneNumberFromString(text, { defaultCountry, extract: false });
  if (!number) return null;
  const international = /^(?:\+|00)/.test(text);
  return number.isValid() || (international && number.isPossible()) ? number : null;
}
