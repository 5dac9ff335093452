import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Language } from "../api/api-types.ts";
import { textsEn } from "./texts-en.ts";
import { caseTextsEn } from "./texts-en-cases.ts";
import { operatorTextsEn } from "./texts-en-operator.ts";
import { textsIt } from "./texts-it.ts";
import { caseTextsIt } from "./texts-it-cases.ts";
import { operatorTextsIt } from "./texts-it-operator.ts";

const it = { ...textsIt, cases: caseTextsIt, work: operatorTextsIt };
export type Texts = typeof it;
export const catalogue: Record<Language, Texts> = { it, en: { ...textsEn, cases: caseTextsEn, work: operatorTextsEn } };

type Speech = { language: Language; texts: Texts; setLanguage(language: Language): void };
const SpeechContext = createContext<Speech>({ language: "it", texts: it, setLanguage: () => undefined });
const key = "055055.language";

export function useTexts(): Texts {
  return useContext(SpeechContext).texts;
}

/** The language a person works in follows them to other machines. */
export function usePersonalLanguage(language: Language | null): void {
  const { setLanguage } = useContext(SpeechContext);
  useEffect(() => {
    if (language) setLanguage(language);
  }, [language, setLanguage]);
}

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}

/** The language of the page: the one chosen on this machine, otherwise Italian. */
export function Speech({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => (localStorage.getItem(key) === "en" ? "en" : "it"));
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(key, language);
  }, [language]);
  const speech = useMemo(() => ({ language, texts: catalogue[language], setLanguage }), [language]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}
