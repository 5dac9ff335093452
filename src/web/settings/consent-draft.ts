import { consentVersionName, consentWords } from "../../privacy/consent-text.ts";
import type { ConsentVersion } from "../api/settings-api.ts";
import type { SettingsTexts } from "../texts/settings-texts.ts";

/** `validFrom` as the browser's field writes it, in its own time zone; empty: at once. */
export type ConsentDraft = { version: string; textIt: string; textEn: string; validFrom: string };
export type ConsentFaults = Partial<Record<keyof ConsentDraft, keyof SettingsTexts["consents"]["faults"]>>;

/** A new version begins with the words in force and the year's next number. */
export function newConsentDraft(versions: readonly ConsentVersion[], now: Date = new Date()): ConsentDraft {
  const current = versions.find((one) => one.current);
  let number = 1;
  while (versions.some(({ version }) => version === `${now.getFullYear()}-${number}`)) number++;
  const version = `${now.getFullYear()}-${number}`;
  return { version, textIt: current?.textIt ?? "", textEn: current?.textEn ?? "", validFrom: "" };
}

/** What the server would refuse, and a text that changes nothing; said in the person's language before anything is sent. */
export function consentFaults(
  draft: ConsentDraft,
  versions: readonly ConsentVersion[],
  now: Date = new Date(),
): ConsentFaults {
  const faults: ConsentFaults = {};
  const { version, textIt, textEn } = consentBody(draft);
  const current = versions.find((one) => one.current);
  if (!consentVersionName.test(version)) faults.version = "name";
  else if (versions.some((one) => one.version === version)) faults.version = "taken";
  if (current && textIt === current.textIt && textEn === current.textEn) faults.textIt = "same";
  if (!isLongEnough(textIt)) faults.textIt = "length";
  if (!isLongEnough(textEn)) faults.textEn = "length";
  if (draft.validFrom && new Date(draft.validFrom) < now) faults.validFrom = "past";
  return faults;
}

function isLongEnough(words: string): boolean {
  return words.length >= consentWords.min && words.length <= consentWords.max;
}

/** The request; without `validFrom` it is valid at once. */
export function consentBody({ version, textIt, textEn, validFrom }: ConsentDraft) {
  return {
    ...{ version: version.trim(), textIt: textIt.trim(), textEn: textEn.trim() },
    ...(validFrom && { validFrom: new Date(validFrom).toISOString() }),
  };
}

export function consentState({ current, validFrom }: ConsentVersion): "current" | "planned" | "past" {
  if (current) return "current";
  return new Date(validFrom) > new Date() ? "planned" : "past";
}
