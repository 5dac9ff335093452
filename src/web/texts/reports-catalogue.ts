import type { Language } from "../api/api-types.ts";
import { useSpeech } from "./texts.tsx";
import { reportTextsEn } from "./texts-en-reports.ts";
import { reportTextsIt } from "./texts-it-reports.ts";

export type ReportTexts = typeof reportTextsIt;
/** The part of the catalogue that comes with the reports. */
const reportCatalogue: Record<Language, ReportTexts> = { it: reportTextsIt, en: reportTextsEn };

export function useReportTexts(): ReportTexts {
  return reportCatalogue[useSpeech().language];
}
