import type { Language } from "../api/api-types.ts";
import { useSpeech } from "./texts.tsx";
import { sendTextsEn } from "./texts-en-send.ts";
import { sendTextsIt } from "./texts-it-send.ts";

export type SendTexts = typeof sendTextsIt;
/** The part of the catalogue that comes with the tab "Invia". */
export const sendCatalogue: Record<Language, SendTexts> = { it: sendTextsIt, en: sendTextsEn };

export function useSendTexts(): SendTexts {
  return sendCatalogue[useSpeech().language];
}
