import { DateTime } from "luxon";
import { isNationalHoliday } from "../../ivr/hours/holidays.ts";
import { type AgendaRules, minuteOf } from "./agenda.ts";

export type Slot = { startsAt: Date; endsAt: Date; places: number };

export const zone = "Europe/Rome";
const minuteMs = 60_000;

/**
 * The slots of one day (YYYY-MM-DD in Florence), in order. The clock on the wall counts: a time that the spring change
 * skips is no slot, of one that the autumn change repeats only the first is, since a citizen could mistake the two.
 */
export function slotsOfDay(rules: AgendaRules, day: string): Slot[] {
  const slots: Slot[] = [];
  const wall = wallOf(day);
  for (const part of partsOf(rules, day)) {
    const closes = minuteOf(part.closes);
    const end = closingOf(wall, closes);
    for (let minute = minuteOf(part.opens); minute + rules.slotMinutes <= closes; minute += rules.slotMinutes) {
      const startsAt = instantsOf(wall, minute)[0];
      if (startsAt === undefined) continue;
      const endsAt = startsAt + rules.slotMinutes * minuteMs;
      // After a skipped hour the next one may begin before the last has ended.
      const before = slots.at(-1)?.endsAt.getTime() ?? Number.NEGATIVE_INFINITY;
      if (startsAt < before || endsAt > end) continue;
      slots.push({ startsAt: new Date(startsAt), endsAt: new Date(endsAt), places: part.places ?? rules.places });
    }
  }
  return slots;
}

/** The slot that begins at exactly this moment; null when none does. */
export function slotAt(rules: AgendaRules, startsAt: Date): Slot | null {
  const day = dayOf(startsAt);
  return slotsOfDay(rules, day).find((slot) => slot.startsAt.getTime() === startsAt.getTime()) ?? null;
}

/** Whether the notice is kept and the horizon not passed. */
export function isBookable(rules: AgendaRules, startsAt: Date, now: Date): boolean {
  const ahead = startsAt.getTime() - now.getTime();
  return ahead >= rules.noticeHours * 60 * minuteMs && ahead <= rules.horizonDays * 24 * 60 * minuteMs;
}

/** YYYY-MM-DD in Florence. */
export function dayOf(at: Date): string {
  return DateTime.fromJSDate(at, { zone }).toISODate() ?? "";
}

/** Monday of the week of a day. */
export function weekOf(day: string): string {
  return addDays(day, 1 - weekdayOf(day));
}

export function addDays(day: string, days: number): string {
  return new Date(utcMidnight(day) + days * 24 * 60 * minuteMs).toISOString().slice(0, 10);
}

export function midnightOf(day: string): Date {
  return DateTime.fromISO(day, { zone }).toJSDate();
}

type Part = { opens: string; closes: string; places: number | null };

function partsOf(rules: AgendaRules, day: string): Part[] {
  const exceptions = rules.exceptions.filter((exception) => exception.day === day);
  const parts: Part[] = [];
  if (exceptions.length > 0) {
    for (const { opens, closes, places } of exceptions) {
      if (opens !== null && closes !== null) parts.push({ opens, closes, places });
    }
  } else if (!rules.localHolidays.includes(day.slice(5)) && !(rules.italianHolidays && isNationalHoliday(day))) {
    const weekday = weekdayOf(day);
    parts.push(...rules.hours.filter((part) => part.weekday === weekday));
  }
  return parts.sort((a, b) => minuteOf(a.opens) - minuteOf(b.opens));
}

/** A day by the clock on the wall: its midnight if the clock were in Greenwich, and how far it is ahead, in minutes. */
type Wall = { utc: number; offsets: number[] };

function wallOf(day: string): Wall {
  const start = DateTime.fromISO(day, { zone });
  return { utc: utcMidnight(day), offsets: [...new Set([start.offset, start.endOf("day").offset])] };
}

/** The moments at which the clock shows this time: one, none (spring) or two (autumn), the first one first. */
function instantsOf({ utc, offsets }: Wall, minute: number): number[] {
  const shown = utc + minute * minuteMs;
  const instants = offsets.map((offset) => shown - offset * minuteMs);
  if (offsets.length === 1) return instants;
  return instants
    .filter((instant) => shown - DateTime.fromMillis(instant, { zone }).offset * minuteMs === instant)
    .sort((a, b) => a - b);
}

/** The last moment that belongs to the time; of a skipped one, the moment of the change (01:00 UTC in the Union). */
function closingOf(wall: Wall, minute: number): number {
  return instantsOf(wall, minute).at(-1) ?? wall.utc + 60 * minuteMs;
}

/** 1 = Monday … 7 = Sunday. */
function weekdayOf(day: string): number {
  return new Date(utcMidnight(day)).getUTCDay() || 7;
}

function utcMidnight(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
