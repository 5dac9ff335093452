/**
 * Which numbers may be dialled at all (issue C.5): Italian land lines, mobiles and free numbers. Everything that costs
 * a premium, leaves the country or is an emergency is refused whoever asks and wherever the number stands.
 */
export type DialRefusal = "international" | "premium" | "emergency" | "not_a_number";

/** Shared cost, premium, personal and internet numbers of the Italian plan; 800 and 803 are free for the caller. */
const premium = /^\+39(?:1[0-9]{2}|89[0-9]|84[0-9]|70[0-9]|4[0-9]{2})/;
const emergency = /^(?:\+39)?11[0-9]$/;
const free = /^\+39(?:800[0-9]{3,6}|803[0-9]{3})$/;
const landLine = /^\+390[1-9][0-9]{4,9}$/;
const mobile = /^\+393[1-9][0-9]{7,8}$/;

/** Why a number in E.164 is not dialled, or null when it may be. */
export function dialRefusal(e164: string): DialRefusal | null {
  if (emergency.test(e164)) return "emergency";
  if (!/^\+[1-9][0-9]{3,14}$/.test(e164)) return "not_a_number";
  if (!e164.startsWith("+39")) return "international";
  if (free.test(e164) || landLine.test(e164) || mobile.test(e164)) return null;
  return premium.test(e164) ? "premium" : "not_a_number";
}

/** Calls that one operator may begin in an hour. */
export const dialsPerHour = 40;
