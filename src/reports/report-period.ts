import { DateTime } from "luxon";
import { AppError } from "../errors.ts";
import type { Rhythm } from "./report.ts";

export const reportZone = "Europe/Rome";
/** Local hour of the day after a period at which its report is due: by then the night's last calls have ended. */
const dueHour = 6;
/** A person may ask for at most so many days at once. */
export const longestPeriodDays = 370;

export type Period = { firstDay: string; lastDay: string; from: Date; to: Date };

/**
 * The period of a rhythm that begins on a local day. Midnights are Rome's: a week of the clock change has 167 or 169
 * hours, and no call of it is counted twice or left out.
 */
export function periodFrom(firstDay: string, rhythm: Rhythm): Period & { nextDay: string; dueAt: Date } {
  const start = midnight(firstDay);
  const next = start.plus(rhythm === "weekly" ? { weeks: 1 } : { months: 1 });
  return {
    firstDay,
    lastDay: next.minus({ days: 1 }).toISODate(),
    from: start.toJSDate(),
    to: next.toJSDate(),
    nextDay: next.toISODate(),
    dueAt: next.set({ hour: dueHour }).toJSDate(),
  };
}

/** Every period from `nextDay` on whose report is due at `now`: after a stop of the program there are several. */
export function duePeriods(nextDay: string, rhythm: Rhythm, now: Date): { periods: Period[]; nextDay: string } {
  const periods: Period[] = [];
  let day = nextDay;
  for (;;) {
    const period = periodFrom(day, rhythm);
    if (period.dueAt > now) return { periods, nextDay: day };
    const { firstDay, lastDay, from, to } = period;
    periods.push({ firstDay, lastDay, from, to });
    day = period.nextDay;
  }
}

/** @throws AppError invalid_form: not a day, the end before the beginning, days to come, too many */
export function askedPeriod(firstDay: string, lastDay: string, now: Date): Period {
  const first = DateTime.fromISO(firstDay, { zone: reportZone });
  const last = DateTime.fromISO(lastDay, { zone: reportZone });
  if (!first.isValid || !last.isValid) throw badPeriod("lastDay", "la data non esiste");
  if (last < first) throw badPeriod("lastDay", "la fine precede l'inizio");
  if (last.toJSDate() > now) throw badPeriod("lastDay", "il periodo non può comprendere giorni futuri");
  if (last.diff(first, "days").days >= longestPeriodDays) {
    throw badPeriod("lastDay", `il periodo può avere al massimo ${longestPeriodDays} giorni`);
  }
  const to = midnight(lastDay).plus({ days: 1 });
  return { firstDay, lastDay, from: midnight(firstDay).toJSDate(), to: to.toJSDate() };
}

export function italianDay(day: string): string {
  return day.split("-").reverse().join("/");
}

/** "23/03/2026 14:05" by Rome's clock. */
export function italianMoment(at: Date): string {
  return DateTime.fromJSDate(at, { zone: reportZone }).toFormat("dd/MM/yyyy HH:mm");
}

function midnight(day: string): DateTime<true> {
  const start = DateTime.fromISO(day, { zone: reportZone }).startOf("day");
  if (!start.isValid) throw badPeriod("firstDay", "la data non esiste");
  return start as DateTime<true>;
}

function badPeriod(path: string, it: string): AppError {
  return new AppError("invalid_form", "The period can not be reported on", {
    it: `Periodo non valido: ${it}.`,
    extra: { errors: [{ path, code: "period", it }] },
  });
}
