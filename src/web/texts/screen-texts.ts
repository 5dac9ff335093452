import type { Language } from "../api/api-types.ts";
import { useSpeech } from "./texts.tsx";
import { adminTextsEn } from "./texts-en-admin.ts";
import { agencyTextsEn } from "./texts-en-agency.ts";
import { centreTextsEn } from "./texts-en-centre.ts";
import { knowledgeTextsEn } from "./texts-en-knowledge.ts";
import { screenTextsEn } from "./texts-en-screens.ts";
import { adminTextsIt } from "./texts-it-admin.ts";
import { agencyTextsIt } from "./texts-it-agency.ts";
import { centreTextsIt } from "./texts-it-centre.ts";
import { knowledgeTextsIt } from "./texts-it-knowledge.ts";
import { screenTextsIt } from "./texts-it-screens.ts";

const it = { ...screenTextsIt, ...agencyTextsIt, ...centreTextsIt, ...adminTextsIt, knowledge: knowledgeTextsIt };
const en: typeof it = {
  ...screenTextsEn,
  ...agencyTextsEn,
  ...centreTextsEn,
  ...adminTextsEn,
  knowledge: knowledgeTextsEn,
};
export type ScreenTexts = typeof it;
/** The part of the catalogue that the working screens bring with them. */
export const screenCatalogue: Record<Language, ScreenTexts> = { it, en };

export function useScreenTexts(): ScreenTexts {
  return screenCatalogue[useSpeech().language];
}
