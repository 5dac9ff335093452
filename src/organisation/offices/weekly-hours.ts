import type { WeeklyHours } from "../../ivr/hours/opening-hours.ts";

const days = ["lun", "mar", "mer", "gio", "ven", "sab", "dom"];
const part = /^([a-zì]+)(?:-([a-zì]+))?\s+(\d{1,2})[:.](\d{2})\s*-\s*(\d{1,2})[:.](\d{2})$/;

/**
 * Hours as an office writes them: "lun-ven 9:00-13:00, mar 15:00-17.30". Empty text is an empty week.
 * Null when a part can not be read, hours end before they begin, or two of a day overlap.
 */
export function parseWeeklyHours(text: string): WeeklyHours[] | null {
  const week: WeeklyHours[] = [];
  for (const piece of text.toLowerCase().split(/[,;\n]/)) {
    if (piece.trim() === "") continue;
    const lines = readPart(piece.trim().replace(/\s+/g, " "));
    if (!lines) return null;
    week.push(...lines);
  }
  week.sort((a, b) => a.weekday - b.weekday || a.opens.localeCompare(b.opens));
  const overlap = week.some((line, index) => {
    const before = week[index - 1];
    return before?.weekday === line.weekday && before.closes > line.opens;
  });
  return overlap ? null : week;
}

/** The same in one fixed form; equal days in a row are joined. */
export function formatWeeklyHours(week: readonly WeeklyHours[]): string {
  const texts = days.map((_, index) =>
    week
      .filter((line) => line.weekday === index + 1)
      .map((line) => `${line.opens}-${line.closes}`)
      .sort(),
  );
  const parts: string[] = [];
  for (let from = 0; from < days.length; from++) {
    let to = from;
    while (to + 1 < days.length && texts[to + 1]?.join() === texts[from]?.join()) to++;
    const span = to > from ? `${days[from]}-${days[to]}` : days[from];
    parts.push(...(texts[from] ?? []).map((hours) => `${span} ${hours}`));
    from = to;
  }
  return parts.join(", ");
}

function readPart(piece: string): WeeklyHours[] | null {
  const [, first, last, openHour, openMinute, closeHour, closeMinute] = part.exec(piece) ?? [];
  const from = dayNumber(first);
  const to = last === undefined ? from : dayNumber(last);
  const opens = hourText(openHour, openMinute);
  const closes = hourText(closeHour, closeMinute);
  if (!from || !to || to < from || !opens || !closes || closes <= opens) return null;
  return Array.from({ length: to - from + 1 }, (_, index) => ({ weekday: from + index, opens, closes }));
}

/** Three letters or the whole name of the day. */
function dayNumber(text = ""): number {
  const whole = ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"];
  return text.length < 3
    ? 0
    : whole.findIndex((day) => day === text || day.replace("ì", "i") === text || day.slice(0, 3) === text) + 1;
}

function hourText(hour = "", minute = ""): string | null {
  if (Number(minute) > 59 || Number(hour) > 24 || (Number(hour) === 24 && Number(minute) > 0)) return null;
  return `${hour.padStart(2, "0")}:${minute}`;
}
