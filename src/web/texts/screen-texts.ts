import type { Language } from "../api/api-types.ts";
import { useSpeech } from "./texts.tsx";
import { knowledgeTextsEn } from "./texts-en-knowledge.ts";
import { screenTextsEn } from "./texts-en-screens.ts";
import { knowledgeTextsIt } from "./texts-it-knowledge.ts";
import { screenTextsIt } from "./texts-it-screens.ts";

const it = { ...screenTextsIt, knowledge: knowledgeTextsIt };
export type ScreenTexts = typeof it;
/** The part of the catalogue that the working screens bring with them. */
export const screenCatalogue: Record<Language, ScreenTexts> = {
  it,
  en: { ...screenTextsEn, knowledge: knowledgeTextsEn },
};

export function useScreenTexts(): ScreenTexts {
  return screenCatalogue[useSpeech().language];
}
