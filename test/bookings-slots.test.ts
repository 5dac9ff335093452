import { expect } from "chai";
import fc from "fast-check";
import { DateTime } from "luxon";
import { type AgendaRules, agendaFault, minuteOf } from "../src/bookings/agenda/agenda.ts";
import { addDays, dayOf, isBookable, slotAt, slotsOfDay, weekOf } from "../src/bookings/agenda/slots.ts";

const zone = "Europe/Rome";
const rules = (more: Partial<AgendaRules> = {}): AgendaRules => ({
  slotMinutes: 30,
  places: 2,
  noticeHours: 24,
  horizonDays: 60,
  dayQuota: null,
  weekQuota: null,
  italianHolidays: true,
  localHolidays: ["06-24"],
  hours: [],
  exceptions: [],
  ...more,
});
const everyDay = (opens: string, closes: string) =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens, closes, places: null }));
/** What the clock shows, with the offset. */
const shown = (agenda: AgendaRules, day: string) =>
  slotsOfDay(agenda, day).map(({ startsAt }) => DateTime.fromJSDate(startsAt, { zone }).toFormat("HH:mm ZZ"));

describe("slots of an agenda", () => {
  it("fills the hours of the weekday, and no part of a slot after they close", () => {
    const agenda = rules({ hours: [{ weekday: 3, opens: "09:00", closes: "10:45", places: null }] });
    expect(shown(agenda, "2027-03-10")).to.deep.equal(["09:00 +01:00", "09:30 +01:00", "10:00 +01:00"]);
    expect(shown(agenda, "2027-03-11")).to.deep.equal([]);
    const [first] = slotsOfDay(agenda, "2027-03-10");
    expect(first).to.deep.equal({
      startsAt: new Date("2027-03-10T08:00:00Z"),
      endsAt: new Date("2027-03-10T08:30:00Z"),
      places: 2,
    });
  });

  it("is closed on Italian and local holidays, unless the day has hours of its own", () => {
    const agenda = rules({
      hours: everyDay("09:00", "10:00"),
      exceptions: [
        { day: "2027-06-02", opens: "15:00", closes: "15:30", places: 7, note: "" },
        { day: "2027-06-03", opens: null, closes: null, places: null, note: "sciopero" },
      ],
    });
    // Easter Monday, San Giovanni, 25 April.
    for (const day of ["2027-03-29", "2027-06-24", "2027-04-25"]) expect(shown(agenda, day), day).to.deep.equal([]);
    expect(shown(rules({ ...agenda, italianHolidays: false }), "2027-03-29")).to.have.length(2);
    expect(slotsOfDay(agenda, "2027-06-02")).to.have.nested.property("[0].places", 7);
    expect(shown(agenda, "2027-06-03")).to.deep.equal([]);
  });

  it("offers no time that the spring change skips, and none twice in autumn", () => {
    const night = rules({ hours: everyDay("01:00", "04:00"), italianHolidays: false });
    expect(shown(night, "2027-03-28")).to.deep.equal(["01:00 +01:00", "01:30 +01:00", "03:00 +02:00", "03:30 +02:00"]);
    expect(shown(night, "2027-10-31")).to.deep.equal([
      "01:00 +02:00",
      "01:30 +02:00",
      "02:00 +02:00",
      "02:30 +02:00",
      "03:00 +01:00",
      "03:30 +01:00",
    ]);
    // 01:45 lasts to 03:30 on that night's clock: 03:15 would begin before it has ended.
    expect(shown(rules({ ...night, slotMinutes: 45 }), "2027-03-28")).to.deep.equal(["01:00 +01:00", "01:45 +01:00"]);
  });

  it("knows days and weeks of Florence, not of Greenwich", () => {
    expect(dayOf(new Date("2027-07-31T22:30:00Z"))).to.equal("2027-08-01");
    expect(weekOf("2027-08-01")).to.equal("2027-07-26");
    expect(addDays("2027-03-27", 2)).to.equal("2027-03-29");
    const agenda = rules();
    const now = new Date("2027-03-01T08:00:00Z");
    expect(isBookable(agenda, new Date("2027-03-02T08:00:00Z"), now)).to.equal(true);
    expect(isBookable(agenda, new Date("2027-03-02T07:59:59Z"), now)).to.equal(false);
    expect(isBookable(agenda, new Date("2027-05-01T08:00:00Z"), now)).to.equal(false);
  });

  it("says what is wrong with hours", () => {
    const hours = (...parts: [string, string][]) =>
      parts.map(([opens, closes]) => ({ weekday: 1, opens, closes, places: null }));
    expect(agendaFault(rules({ hours: hours(["09:00", "12:00"], ["12:00", "13:00"]) }))).to.equal(null);
    expect(agendaFault(rules({ hours: hours(["09:00", "12:00"], ["11:59", "13:00"]) }))).to.contain("sovrapposti");
    expect(agendaFault(rules({ hours: hours(["09:00", "09:20"]) }))).to.contain("non c'è posto");
    const closed = { day: "2027-05-03", opens: null, closes: null, places: null, note: "" };
    expect(agendaFault(rules({ exceptions: [closed, { ...closed, opens: "09:00", closes: "10:00" }] }))).to.contain(
      "chiuso",
    );
  });

  it("never overlap, stay in the hours and are found again by their beginning (property, days of the change included)", () => {
    const minute = fc.integer({ min: 0, max: 288 }).map((n) => n * 5);
    const text = (at: number) => `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
    const part = fc
      .tuple(minute, minute)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({ opens: Math.min(a, b), closes: Math.max(a, b) }));
    const day = fc.oneof(
      fc.constantFrom("2027-03-28", "2027-10-31", "2026-10-25", "2028-03-26", "2028-02-29"),
      fc.integer({ min: 0, max: 800 }).map((n) => addDays("2026-06-01", n)),
    );
    fc.assert(
      fc.property(
        day,
        fc.array(part, { maxLength: 3 }),
        fc.integer({ min: 5, max: 180 }),
        (date, parts, slotMinutes) => {
          const apart = parts
            .sort((a, b) => a.opens - b.opens)
            .filter((one, index, all) => all.slice(0, index).every((before) => before.closes <= one.opens));
          const exceptions = apart.map(({ opens, closes }) => ({
            day: date,
            opens: text(opens),
            closes: text(closes),
            places: null,
            note: "",
          }));
          const agenda = rules({ slotMinutes, exceptions });
          const slots = slotsOfDay(agenda, date);
          for (const [index, slot] of slots.entries()) {
            expect(slot.endsAt.getTime() - slot.startsAt.getTime()).to.equal(slotMinutes * 60_000);
            const before = slots[index - 1];
            if (before) expect(slot.startsAt.getTime()).to.be.at.least(before.endsAt.getTime());
            const clock = DateTime.fromJSDate(slot.startsAt, { zone });
            expect(clock.toISODate()).to.equal(date);
            const at = clock.hour * 60 + clock.minute;
            const within = exceptions.find(
              (one) => at >= minuteOf(one.opens) && at + slotMinutes <= minuteOf(one.closes),
            );
            expect(within, clock.toISO() ?? "").not.to.equal(undefined);
            expect((at - minuteOf(within?.opens ?? "")) % slotMinutes).to.equal(0);
          }
          for (const slot of [slots[0], slots.at(-1)]) {
            if (!slot) continue;
            expect(slotAt(agenda, slot.startsAt)).to.deep.equal(slot);
            expect(slotAt(agenda, new Date(slot.startsAt.getTime() + 60_000))).to.equal(null);
          }
          // Away from the two nights every slot that the hours have room for is there.
          if (!/-03-2|-10-[23]/.test(date)) {
            const room = apart.reduce((sum, { opens, closes }) => sum + Math.floor((closes - opens) / slotMinutes), 0);
            expect(slots).to.have.length(room);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
