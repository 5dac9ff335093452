import { DateTime } from "luxon";

/** National holidays on a fixed day, MM-DD (law 260/1949 as changed to this day). */
const fixedHolidays = ["01-01", "01-06", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-25", "12-26"];

/** San Francesco, 4 October, is a national holiday again from 2026 (law 151/2025). */
const sanFrancescoAgainFrom = 2026;

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher), as MM-DD. */
export function easterSunday(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return monthDay(month, day);
}

/** Whether the day (YYYY-MM-DD) is an Italian national holiday; local ones (24 June) are the calendar's data. */
export function isNationalHoliday(day: string): boolean {
  const year = Number(day.slice(0, 4));
  const date = day.slice(5);
  if (fixedHolidays.includes(date)) return true;
  if (date === "10-04") return year >= sanFrancescoAgainFrom;
  const easter = easterSunday(year);
  return date === easter || date === easterMonday(year, easter);
}

function easterMonday(year: number, easter: string): string {
  const monday = DateTime.fromISO(`${year}-${easter}`, { zone: "utc" }).plus({ days: 1 });
  return monthDay(monday.month, monday.day);
}

function monthDay(month: number, day: number): string {
  return `${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
