import type { Queryable } from "../../database/pool.ts";
import type { AgendaHours, AgendaRules } from "../agenda/agenda.ts";
import { insertAgenda, replaceHours } from "../agenda/agenda-store.ts";
import { addDays, dayOf, slotsOfDay } from "../agenda/slots.ts";
import { bookingCases, insertConfirmed, servicesWithoutAgenda } from "./demo-agenda-store.ts";

type Shape = Pick<AgendaRules, "slotMinutes" | "places" | "dayQuota" | "hours"> & { bring: string };

const part = (weekday: number, opens: string, closes: string, places: number | null = null): AgendaHours => ({
  weekday,
  opens,
  closes,
  places,
});
const mornings = [1, 2, 3, 4, 5].map((weekday) => part(weekday, "08:30", "13:00"));
const afternoons = [part(2, "15:00", "17:30"), part(4, "15:00", "17:30")];

/** By what the service is about; the first that fits. */
const shapes: readonly { about: RegExp; shape: Shape }[] = [
  {
    about: /identità/i,
    shape: {
      slotMinutes: 20,
      places: 4,
      dayQuota: null,
      hours: [...mornings, ...afternoons, part(6, "08:30", "12:30", 2)],
      bring: "Carta scaduta o denuncia, una fototessera, tessera sanitaria, 22,21 euro",
    },
  },
  {
    about: /edili/i,
    shape: {
      slotMinutes: 30,
      places: 2,
      dayQuota: 10,
      hours: [part(2, "09:00", "12:30"), part(4, "15:00", "17:30")],
      bring: "Numero di protocollo della pratica",
    },
  },
  {
    about: /sociali/i,
    shape: { slotMinutes: 45, places: 1, dayQuota: null, hours: mornings.slice(0, 4), bring: "ISEE, se disponibile" },
  },
];
const usual: Shape = {
  slotMinutes: 20,
  places: 1,
  dayQuota: null,
  hours: [...mornings, ...afternoons],
  bring: "Un documento valido",
};

/** An agenda for each service that books, and places for the past cases that booked; done again it changes nothing. */
export async function loadDemoAgendas(client: Queryable): Promise<void> {
  for (const service of await servicesWithoutAgenda(client)) {
    const shape = shapes.find(({ about }) => about.test(service.name))?.shape ?? usual;
    const rules: AgendaRules = {
      ...shape,
      noticeHours: 12,
      horizonDays: 60,
      weekQuota: null,
      italianHolidays: true,
      localHolidays: ["06-24"],
      exceptions: [],
    };
    const columns = { ...rules, name: "Sportello", place: service.where, bring: shape.bring, holdSeconds: 300 };
    const agendaId = await insertAgenda(client, { agencyId: service.agencyId, serviceId: service.id }, columns);
    await replaceHours(client, agendaId, rules.hours);
    await bookPastCases(client, agendaId, service.id, rules);
  }
}

async function bookPastCases(
  client: Queryable,
  agendaId: string,
  serviceId: string,
  rules: AgendaRules,
): Promise<void> {
  const cases = await bookingCases(client, serviceId, 20);
  const today = dayOf(new Date());
  const slots = Array.from({ length: 14 }, (_, days) => slotsOfDay(rules, addDays(today, days + 1))).flat();
  for (const [index, { caseId, personId }] of cases.entries()) {
    // Spread over the days, so that the agenda has free places beside each.
    const slot = slots[(index * 5) % Math.max(1, slots.length)];
    if (!slot || index * 5 >= slots.length) return;
    await insertConfirmed(client, {
      agendaId,
      caseId,
      personId,
      startsAt: slot.startsAt,
      endsAt: slot.endsAt,
      place: 1,
    });
  }
}
