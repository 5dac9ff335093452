import type { Language } from "../api/api-types.ts";

const locale = { it: "it-IT", en: "en-GB" } as const;
const rome = "Europe/Rome";

/** Day and time as people of Florence read them, e.g. "23 nov, 09:14"; the year only when it is another one. */
export function sayWhen(iso: string, language: Language, now: Date = new Date()): string {
  const date = new Date(iso);
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale[language], {
    day: "numeric",
    month: "short",
    year,
    hour: "2-digit",
    minute: "2-digit",
    timeZone: rome,
  }).format(date);
}

/** Seconds as 0:07, 12:40 or 1:02:03. */
export function sayDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A number as people read it: +39055123456 → 055 123456, others with a blank after the country code. */
export function sayNumber(e164: string): string {
  const italian = /^\+39(0\d{1,2}|3\d{2})(\d+)$/.exec(e164);
  if (italian) return `${italian[1]!.startsWith("055") ? "055" : italian[1]} ${italian[2]}`;
  return e164;
}
