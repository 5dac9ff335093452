import { DateTime } from "luxon";
import { isNationalHoliday } from "../../ivr/hours/holidays.ts";

/** San Giovanni, the holiday of Florence. */
const LOCAL_HOLIDAY = "06-24";

/** The same hour one working day later, in Europe/Rome: Monday to Friday, no holiday (REQ 2, cancel request). */
export function nextWorkingDay(from: Date): Date {
  let day = DateTime.fromJSDate(from, { zone: "Europe/Rome" });
  do day = day.plus({ days: 1 });
  while (!isWorkingDay(day));
  return day.toJSDate();
}

function isWorkingDay(day: DateTime): boolean {
  const date = day.toFormat("yyyy-MM-dd");
  return day.weekday <= 5 && !isNationalHoliday(date) && !date.endsWith(LOCAL_HOLIDAY);
}
