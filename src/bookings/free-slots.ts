import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { Agenda } from "./agenda/agenda.ts";
import { readAgenda } from "./agenda/agenda-store.ts";
import { noSuchAgenda } from "./agenda/save-agenda.ts";
import { addDays, dayOf, isBookable, midnightOf, type Slot, slotsOfDay, weekOf } from "./agenda/slots.ts";
import { type TakenPlace, takenPlaces } from "./booking-store.ts";

export type FreeSlot = Slot & { free: number };

const longestDays = 62;
const offered = 6;

/** Slots from one day to another, both included, that may be booked now, with how many places are free. */
export async function findSlots(
  pool: Pool,
  clock: Clock,
  agendaId: string,
  from: string,
  to: string,
): Promise<FreeSlot[]> {
  const agenda = await readAgenda(pool, agendaId);
  if (!agenda) throw noSuchAgenda();
  if (from > to || addDays(from, longestDays - 1) < to) {
    throw new AppError("invalid_form", "The days are in the wrong order, or too many", {
      it: `Il periodo deve essere di al massimo ${longestDays} giorni.`,
    });
  }
  return slotsBetween(pool, clock, agenda, from, to);
}

async function slotsBetween(pool: Pool, clock: Clock, agenda: Agenda, from: string, to: string): Promise<FreeSlot[]> {
  if (agenda.disabled) return [];
  const now = clock.now();
  // Whole weeks, for the week's quota.
  const first = weekOf(from);
  const last = addDays(weekOf(to), 7);
  const taken = await takenPlaces(pool, agenda.id, midnightOf(first), midnightOf(last));
  const slots: FreeSlot[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const left = quotaLeft(agenda, taken, day);
    for (const slot of slotsOfDay(agenda, day)) {
      if (isBookable(agenda, slot.startsAt, now)) {
        slots.push({ ...slot, free: Math.min(left, freeIn(slot, taken, day)) });
      }
    }
  }
  return slots;
}

function freeIn(slot: Slot, taken: readonly TakenPlace[], day: string): number {
  const places = taken
    .filter((one) => one.day === day && one.place <= slot.places)
    .filter((one) => one.startsAt < slot.endsAt && one.endsAt > slot.startsAt)
    .map((one) => one.place);
  return slot.places - new Set(places).size;
}

function quotaLeft(agenda: Agenda, taken: readonly TakenPlace[], day: string): number {
  const week = weekOf(day);
  const next = addDays(week, 7);
  const inDay = taken.filter((one) => one.day === day).length;
  const inWeek = taken.filter((one) => one.day >= week && one.day < next).length;
  const left = [(agenda.dayQuota ?? Infinity) - inDay, (agenda.weekQuota ?? Infinity) - inWeek];
  return Math.max(0, Math.min(...left));
}

/** What to offer instead of a place that is gone: the free slots nearest in time, within a fortnight after that day. */
export async function alternativesTo(pool: Pool, clock: Clock, agenda: Agenda, wanted: Date): Promise<FreeSlot[]> {
  const day = dayOf(wanted);
  const today = dayOf(clock.now());
  const from = day < today ? today : day;
  const slots = await slotsBetween(pool, clock, agenda, from, addDays(from, 14));
  const distance = (slot: Slot) => Math.abs(slot.startsAt.getTime() - wanted.getTime());
  return slots
    .filter((slot) => slot.free > 0 && distance(slot) > 0)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, offered);
}
