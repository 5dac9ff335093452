/**
 * An agenda of a service (REQ 9): when its places can be booked. The agency's referents define it, operators book.
 * Weekly hours, then Italian and local holidays, then exceptions of single days, each stronger than the one before.
 */
import { AppError } from "../../errors.ts";
import { isReferentOf } from "../../knowledge/cards/card.ts";
import type { SignedInPerson } from "../../people/person.ts";

/** Part of a weekday (1 = Monday) by the clock on the wall in Florence, "HH:MM", "24:00" as the end of the day. */
export type AgendaHours = { weekday: number; opens: string; closes: string; places: number | null };
/** What holds on one day instead of the week and of the holidays; without hours the day is closed. */
export type AgendaException = {
  day: string;
  opens: string | null;
  closes: string | null;
  places: number | null;
  note: string;
};

export type AgendaRules = {
  slotMinutes: number;
  /** Citizens at the same time, unless the hours say otherwise. */
  places: number;
  noticeHours: number;
  horizonDays: number;
  /** Bookings through this number in a day, in a week from Monday; null = no limit. */
  dayQuota: number | null;
  weekQuota: number | null;
  italianHolidays: boolean;
  /** MM-DD of each year. */
  localHolidays: string[];
  hours: AgendaHours[];
  exceptions: AgendaException[];
};

export type Agenda = AgendaRules & {
  id: string;
  agencyId: string;
  serviceId: string;
  serviceName: string;
  agencyName: string;
  name: string;
  /** Where the citizen goes, and with what. */
  place: string;
  bring: string;
  holdSeconds: number;
  disabled: boolean;
  version: number;
};

export function refuseForeignAgenda(person: SignedInPerson, agenda: { agencyId: string; serviceId: string }): void {
  if (isReferentOf(person, agenda)) return;
  throw new AppError("role_missing", "The agenda belongs to a service of somebody else", {
    rule: "REQ 9",
    refusal: "out_of_scope",
    it: "Le agende sono definite dai referenti del servizio.",
    insteadIt: "Rivolgersi al referente del servizio.",
  });
}

/** What makes hours unusable; the database refuses overlaps too. */
export function agendaFault(rules: Pick<AgendaRules, "hours" | "exceptions" | "slotMinutes">): string | null {
  const days = [
    ...rules.hours.map((part) => ({ ...part, key: `giorno ${part.weekday}` })),
    ...rules.exceptions.map((part) => ({ ...part, key: part.day })),
  ];
  for (const part of days) {
    const others = days.filter((other) => other !== part && other.key === part.key);
    if (part.opens === null || part.closes === null) {
      if (others.length > 0) return `${part.key}: chiuso e aperto nello stesso giorno.`;
      continue;
    }
    const { opens, closes } = part;
    if (minuteOf(closes) - minuteOf(opens) < rules.slotMinutes) {
      return `${part.key}: dalle ${opens} alle ${closes} non c'è posto per un appuntamento.`;
    }
    if (others.some((other) => other.opens !== null && other.opens < closes && opens < (other.closes ?? ""))) {
      return `${part.key}: orari sovrapposti.`;
    }
  }
  return null;
}

/** Minutes since midnight. */
export function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}
