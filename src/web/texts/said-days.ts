import type { Language } from "../api/api-types.ts";

const rome = "Europe/Rome";

/** Today in Florence as YYYY-MM-DD, as fields of dates have it. */
export function today(now: Date = new Date()): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: rome }).format(now);
}

export function dayAfter(day: string, days: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** "lunedì 23 novembre" of a moment. */
export function sayDay(iso: string, language: Language): string {
  const locale = language === "it" ? "it-IT" : "en-GB";
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: rome,
  }).format(new Date(iso));
}

/** "09:30" of a moment; with seconds where a call's path needs them. */
export function sayTime(iso: string, withSeconds = false): string {
  return new Intl.DateTimeFormat("it-IT", {
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
    timeZone: rome,
  }).format(new Date(iso));
}
