import type { Language } from "../api/api-types.ts";
import { useSpeech } from "./texts.tsx";
import { consentTextsEn } from "./texts-en-consents.ts";
import { settingsTextsEn } from "./texts-en-settings.ts";
import { consentTextsIt } from "./texts-it-consents.ts";
import { settingsTextsIt } from "./texts-it-settings.ts";

const it = { ...settingsTextsIt, consents: consentTextsIt };
const en: typeof it = { ...settingsTextsEn, consents: consentTextsEn };
export type SettingsTexts = typeof it;
/** The part of the catalogue that supervisor's and administrator's screens bring with them. */
export const settingsCatalogue: Record<Language, SettingsTexts> = { it, en };

export function useSettingsTexts(): SettingsTexts {
  return settingsCatalogue[useSpeech().language];
}
