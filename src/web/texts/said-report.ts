import type { Language } from "../api/api-types.ts";

const locale = { it: "it-IT", en: "en-GB" } as const;

/** "23/03/2026" in both languages; a day has no time zone. */
export function sayDay(day: string, language: Language): string {
  return new Intl.DateTimeFormat(locale[language], { timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

export function saySize(bytes: number, language: Language): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${new Intl.NumberFormat(locale[language], { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}
