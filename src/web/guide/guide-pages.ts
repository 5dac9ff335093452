import type { Role } from "../../people/roles.ts";
import type { Language } from "../api/api-types.ts";
import { guidePagesEn } from "./guide-pages-en.ts";
import { guidePagesIt } from "./guide-pages-it.ts";

export type GuideText = { title: string; about: string; steps: readonly string[]; mind: readonly string[] };
export type GuideEntry = GuideText & {
  id: string;
  /** Empty: for everybody. */
  roles: readonly Role[];
  /** Screen where it is done. */
  opens?: string;
};
export type GuidePage = GuideEntry & { language: Language };

/** Pages of a role (null: of all) that have every word asked for, anywhere in them; accents and case do not matter. */
export function pagesFor(role: Role | null, asked: string, language: Language): GuidePage[] {
  const words = plain(asked).split(/\s+/).filter(Boolean);
  return guidePagesIt
    .filter(({ roles }) => role === null || roles.length === 0 || roles.includes(role))
    .map((page) => inLanguage(page, language))
    .filter((page) => {
      const text = plain([page.title, page.about, ...page.steps, ...page.mind].join(" "));
      return words.every((word) => text.includes(word));
    });
}

/** English where it is written; the Italian page otherwise, marked as such. */
function inLanguage(page: GuideEntry, language: Language): GuidePage {
  const english = language === "en" ? guidePagesEn[page.id] : undefined;
  return english ? { ...page, ...english, language: "en" } : { ...page, language: "it" };
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
