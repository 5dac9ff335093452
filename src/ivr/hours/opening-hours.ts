import { DateTime } from "luxon";
import { isNationalHoliday } from "./holidays.ts";

/** Part of a day by the clock on the wall, "HH:MM" with "24:00" as the end of the day; `closes` is already closed. */
export type OpenHours = { opens: string; closes: string };
/** `weekday` 1 = Monday … 7 = Sunday. */
export type WeeklyHours = OpenHours & { weekday: number };
/** What holds on one day instead of the week and the holidays; several lines a day are several parts of it. */
export type DayException = { day: string; opens: string | null; closes: string | null };

/** Hours of the contact centre or of an office, in Europe/Rome (REQ 1.1). */
export type Calendar = {
  italianHolidays: boolean;
  /** MM-DD of each year; Florence has 06-24, San Giovanni. */
  localHolidays: readonly string[];
  hours: readonly WeeklyHours[];
  exceptions: readonly DayException[];
};

export type OpeningState = "open" | "closed" | "holiday";

const zone = "Europe/Rome";
const searchDays = 400;

/** "holiday" only when the day would have had hours or not, but a holiday (not an exception) closes all of it. */
export function openingState(calendar: Calendar, at: Date): OpeningState {
  const local = DateTime.fromJSDate(at, { zone });
  const day = local.toISODate() ?? "";
  const minute = local.hour * 60 + local.minute;
  if (hoursOf(calendar, local).some((part) => minute >= minuteOf(part.opens) && minute < minuteOf(part.closes)))
    return "open";
  return isHoliday(calendar, day) && !hasException(calendar, day) ? "holiday" : "closed";
}

export function isOpen(calendar: Calendar, at: Date): boolean {
  return openingState(calendar, at) === "open";
}

/** The first moment from `at` on (itself included) at which it is open; null when none comes within 400 days. */
export function nextOpening(calendar: Calendar, at: Date): Date | null {
  if (isOpen(calendar, at)) return at;
  // Looking through a year of days costs a second.
  if (calendar.hours.length === 0 && calendar.exceptions.every((one) => one.opens === null)) return null;
  const today = DateTime.fromJSDate(at, { zone }).startOf("day");
  for (let ahead = 0; ahead <= searchDays; ahead++) {
    const found = startsOf(calendar, today.plus({ days: ahead }))
      .filter((start) => start >= at.getTime() && isOpen(calendar, new Date(start)))
      .sort((one, other) => one - other)[0];
    if (found !== undefined) return new Date(found);
  }
  return null;
}

export function isHoliday(calendar: Calendar, day: string): boolean {
  return calendar.localHolidays.includes(day.slice(5)) || (calendar.italianHolidays && isNationalHoliday(day));
}

/**
 * Every moment of the day at which it may become open. An hour that the spring change skips begins at the change;
 * one that the autumn change repeats begins twice. In the European Union the clocks change at 01:00 UTC.
 */
function startsOf(calendar: Calendar, day: DateTime): number[] {
  const offsets = [day.offset, day.endOf("day").offset];
  const changes = offsets[0] !== offsets[1] ? [Date.UTC(day.year, day.month - 1, day.day, 1)] : [];
  const midnight = Date.UTC(day.year, day.month - 1, day.day);
  const byClock = hoursOf(calendar, day).flatMap((part) =>
    offsets.map((offset) => midnight + (minuteOf(part.opens) - offset) * 60_000),
  );
  return [...changes, ...byClock];
}

function hoursOf(calendar: Calendar, day: DateTime): OpenHours[] {
  const date = day.toISODate() ?? "";
  if (hasException(calendar, date)) return calendar.exceptions.filter((one) => one.day === date).flatMap(hoursOfDay);
  if (isHoliday(calendar, date)) return [];
  return calendar.hours.filter((part) => part.weekday === day.weekday);
}

function hasException(calendar: Calendar, day: string): boolean {
  return calendar.exceptions.some((one) => one.day === day);
}

function hoursOfDay({ opens, closes }: DayException): OpenHours[] {
  return opens === null || closes === null ? [] : [{ opens, closes }];
}

/** Minutes since midnight; PostgreSQL's HH:MM:SS is welcome too. */
function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}
