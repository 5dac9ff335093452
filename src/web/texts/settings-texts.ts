import type { Language } from "../api/api-types.ts";
import { useSpeech } from "./texts.tsx";
import { settingsTextsEn } from "./texts-en-settings.ts";
import { settingsTextsIt } from "./texts-it-settings.ts";

export type SettingsTexts = typeof settingsTextsIt;
/** The part of the catalogue that supervisor's and administrator's screens bring with them. */
export const settingsCatalogue: Record<Language, SettingsTexts> = { it: settingsTextsIt, en: settingsTextsEn };

export function useSettingsTexts(): SettingsTexts {
  return settingsCatalogue[useSpeech().language];
}
