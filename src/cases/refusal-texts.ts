import { DRAFT_REFUSALS } from "./rules/draft-refusals.ts";
import { FORM_REFUSALS } from "./rules/form-refusals.ts";
import { OFFICE_REFUSALS } from "./rules/office-refusals.ts";

/** Rule number (REQUIREMENTS, and source § where it has one), why not and what instead, in Italian and English. */
export type RefusalText = readonly [rule: string, it: string, en: string, insteadIt: string, insteadEn: string];

const TEXTS = { ...FORM_REFUSALS, ...DRAFT_REFUSALS, ...OFFICE_REFUSALS };

/** The closed list of codes that a refused move, reason or child can carry. */
export type RefusalCode = keyof typeof TEXTS;

/** Why a move is not allowed and what to do instead; the API gives it as problem+json, the page as it is. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly rule: string;
  readonly it: string;
  readonly en: string;
  readonly insteadIt: string;
  readonly insteadEn: string;
}

export const REFUSAL_CODES = Object.keys(TEXTS) as readonly RefusalCode[];

const REFUSALS = new Map<RefusalCode, Refusal>();
for (const code of REFUSAL_CODES) {
  const [rule, it, en, insteadIt, insteadEn] = TEXTS[code];
  REFUSALS.set(code, { code, rule, it, en, insteadIt, insteadEn });
}

export function refusal(code: RefusalCode): Refusal {
  return REFUSALS.get(code)!;
}
