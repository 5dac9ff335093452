import type { Language } from "../api/api-types.ts";
import { screenTextsEn } from "./texts-en-screens.ts";
import { screenTextsIt } from "./texts-it-screens.ts";
import { useSpeech } from "./texts.tsx";

const it = { ...screenTextsIt };
export type ScreenTexts = typeof it;
/** The part of the catalogue that the working screens bring with them. */
export const screenCatalogue: Record<Language, ScreenTexts> = { it, en: { ...screenTextsEn } };

export function useScreenTexts(): ScreenTexts {
  return screenCatalogue[useSpeech().language];
}
