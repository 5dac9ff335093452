import type { Agenda, DayException, DayHours } from "../api/screen-types.ts";
import { filledExceptions } from "../hours/exception-days.tsx";

export const agendaNumbers = [
  "slotMinutes",
  "places",
  "noticeHours",
  "horizonDays",
  "holdSeconds",
  "dayQuota",
  "weekQuota",
] as const;
export type AgendaNumber = (typeof agendaNumbers)[number];

/** What the editor of an agenda holds: numbers as they are typed. */
export type AgendaDraft = Record<AgendaNumber, string> & {
  name: string;
  place: string;
  bring: string;
  italianHolidays: boolean;
  /** MM-DD, with commas. */
  localHolidays: string;
  hours: DayHours[];
  exceptions: DayException[];
  disabled: boolean;
};

export const newAgenda: AgendaDraft = {
  name: "",
  place: "",
  bring: "",
  slotMinutes: "30",
  places: "1",
  noticeHours: "24",
  horizonDays: "60",
  holdSeconds: "300",
  dayQuota: "",
  weekQuota: "",
  italianHolidays: true,
  localHolidays: "06-24",
  hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: "09:00", closes: "12:00" })),
  exceptions: [],
  disabled: false,
};

export function agendaDraftOf(agenda: Agenda): AgendaDraft {
  const { name, place, bring, italianHolidays, hours, exceptions, disabled } = agenda;
  const numbers = Object.fromEntries(agendaNumbers.map((field) => [field, String(agenda[field] ?? "")]));
  return {
    ...(numbers as Record<AgendaNumber, string>),
    ...{ name, place, bring, italianHolidays, hours, exceptions, disabled },
    localHolidays: agenda.localHolidays.join(", "),
  };
}

/** Without a number: no limit where that is allowed, otherwise the server says what is wrong. */
export function agendaBody({ disabled, ...draft }: AgendaDraft, isNew: boolean): Record<string, unknown> {
  const numbers = Object.fromEntries(agendaNumbers.map((field) => [field, numberOf(draft[field])]));
  return {
    ...draft,
    ...numbers,
    localHolidays: draft.localHolidays.split(/[\s,;]+/).filter(Boolean),
    exceptions: filledExceptions(draft.exceptions),
    ...(isNew ? {} : { disabled }),
  };
}

function numberOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
