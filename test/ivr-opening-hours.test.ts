import { expect } from "chai";
import fc from "fast-check";
import { DateTime } from "luxon";
import { easterSunday, isNationalHoliday } from "../src/ivr/hours/holidays.ts";
import { type Calendar, isOpen, nextOpening, openingState } from "../src/ivr/hours/opening-hours.ts";

const weekdays = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: "08:00", closes: "20:00" }));
const florence: Calendar = {
  italianHolidays: true,
  localHolidays: ["06-24"],
  hours: [...weekdays, { weekday: 6, opens: "08:00", closes: "14:00" }],
  exceptions: [],
};
const everyNight: Calendar = {
  italianHolidays: false,
  localHolidays: [],
  hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "01:30", closes: "02:30" })),
  exceptions: [],
};

function rome(text: string): Date {
  return DateTime.fromISO(text, { zone: "Europe/Rome" }).toJSDate();
}

describe("ivr: holidays", () => {
  it("computes Easter", () => {
    const known = { 2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2038: "04-25", 2285: "03-22" };
    for (const [year, day] of Object.entries(known)) expect(easterSunday(Number(year)), year).to.equal(day);
  });

  it("knows the national holidays of 2026, Easter Monday and 4 October among them", () => {
    const found: string[] = [];
    for (let day = DateTime.utc(2026, 1, 1); day.year === 2026; day = day.plus({ days: 1 }))
      if (isNationalHoliday(day.toISODate() ?? "")) found.push(day.toFormat("MM-dd"));
    expect(found).to.deep.equal(
      ["01-01", "01-06", "04-05", "04-06", "04-25", "05-01", "06-02", "08-15", "10-04", "11-01", "12-08"].concat(
        "12-25",
        "12-26",
      ),
    );
  });

  it("holds 4 October for a holiday only from 2026 on", () => {
    expect(isNationalHoliday("2025-10-04")).to.equal(false);
    expect(isNationalHoliday("2027-10-04")).to.equal(true);
  });
});

describe("ivr: opening hours", () => {
  it("opens at the minute and closes at the minute, by the clock in Rome", () => {
    expect(isOpen(florence, rome("2026-03-02T07:59:59"))).to.equal(false);
    expect(isOpen(florence, rome("2026-03-02T08:00:00"))).to.equal(true);
    expect(isOpen(florence, rome("2026-03-02T19:59:59"))).to.equal(true);
    expect(isOpen(florence, rome("2026-03-02T20:00:00"))).to.equal(false);
    expect(isOpen(florence, new Date("2026-07-06T06:00:00Z"))).to.equal(true);
    expect(isOpen(florence, new Date("2026-01-12T06:00:00Z"))).to.equal(false);
  });

  it("is closed on San Giovanni and on national holidays, and says that it is a holiday", () => {
    expect(openingState(florence, rome("2026-06-24T10:00"))).to.equal("holiday");
    expect(openingState(florence, rome("2026-04-06T10:00"))).to.equal("holiday");
    expect(openingState(florence, rome("2026-06-25T21:00"))).to.equal("closed");
    expect(openingState({ ...florence, italianHolidays: false }, rome("2026-04-06T10:00"))).to.equal("open");
  });

  it("lets an exception of the day win over week and holiday", () => {
    const exceptions = [
      { day: "2026-06-24", opens: "09:00", closes: "12:00" },
      { day: "2026-06-24", opens: "15:00", closes: "17:00" },
      { day: "2026-06-25", opens: null, closes: null },
    ];
    const calendar = { ...florence, exceptions };
    expect(openingState(calendar, rome("2026-06-24T10:00"))).to.equal("open");
    expect(openingState(calendar, rome("2026-06-24T13:00"))).to.equal("closed");
    expect(openingState(calendar, rome("2026-06-24T16:00"))).to.equal("open");
    expect(openingState(calendar, rome("2026-06-25T10:00"))).to.equal("closed");
    expect(nextOpening(calendar, rome("2026-06-24T18:00"))).to.deep.equal(rome("2026-06-26T08:00"));
  });

  it("takes 24:00 as the end of the day", () => {
    const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "00:00", closes: "24:00" }));
    const calendar = { ...florence, italianHolidays: false, localHolidays: [], hours: always };
    expect(isOpen(calendar, rome("2026-06-24T23:59:59"))).to.equal(true);
    expect(isOpen(calendar, rome("2026-06-25T00:00:00"))).to.equal(true);
  });

  it("finds the next opening over a weekend with a holiday on Monday", () => {
    expect(nextOpening(florence, rome("2026-04-04T14:00"))).to.deep.equal(rome("2026-04-07T08:00"));
    expect(nextOpening(florence, rome("2026-03-02T12:34:56"))).to.deep.equal(rome("2026-03-02T12:34:56"));
    expect(nextOpening({ ...florence, hours: [] }, rome("2026-03-02T12:00"))).to.equal(null);
  });

  it("keeps working hours on both days of the clock change", () => {
    const sundays: Calendar = { ...florence, hours: [{ weekday: 7, opens: "08:00", closes: "20:00" }] };
    // Spring 2026: 29 March, Rome goes from +01 to +02; autumn: 25 October, back.
    expect(isOpen(sundays, new Date("2026-03-29T05:59:00Z"))).to.equal(false);
    expect(isOpen(sundays, new Date("2026-03-29T06:00:00Z"))).to.equal(true);
    expect(isOpen(sundays, new Date("2026-10-25T06:59:00Z"))).to.equal(false);
    expect(isOpen(sundays, new Date("2026-10-25T07:00:00Z"))).to.equal(true);
    expect(nextOpening(sundays, new Date("2026-03-28T12:00:00Z"))?.toISOString()).to.equal("2026-03-29T06:00:00.000Z");
    expect(nextOpening(sundays, new Date("2026-10-24T12:00:00Z"))?.toISOString()).to.equal("2026-10-25T07:00:00.000Z");
  });

  it("opens twice in the repeated hour and not in the skipped one", () => {
    expect(isOpen(everyNight, new Date("2026-10-25T00:29:00Z"))).to.equal(true); // 02:29 summer time
    expect(isOpen(everyNight, new Date("2026-10-25T00:45:00Z"))).to.equal(false); // 02:45 summer time
    expect(isOpen(everyNight, new Date("2026-10-25T01:15:00Z"))).to.equal(true); // 02:15 again
    expect(nextOpening(everyNight, new Date("2026-10-25T00:45:00Z"))?.toISOString()).to.equal(
      "2026-10-25T01:00:00.000Z",
    );
    expect(isOpen(everyNight, new Date("2026-03-29T01:00:00Z"))).to.equal(false); // 03:00, after 01:59
  });

  it("agrees with a walk minute by minute around every clock change (property)", () => {
    const time = fc.integer({ min: 0, max: 4 * 60 });
    const text = (minutes: number) => `0${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    const change = fc.constantFrom("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31");
    fc.assert(
      fc.property(change, time, time, fc.integer({ min: -120, max: 300 }), (day, one, other, after) => {
        fc.pre(one !== other);
        const [opens, closes] = [text(Math.min(one, other)), text(Math.max(one, other))];
        const calendar = { ...everyNight, hours: [], exceptions: [{ day, opens, closes }] };
        const at = new Date(Date.parse(`${day}T00:00:00Z`) + after * 60_000);
        const found = nextOpening(calendar, at);
        let expected: Date | null = null;
        for (let minute = 0; minute <= 600 && !expected; minute++) {
          const moment = new Date(at.getTime() + minute * 60_000);
          if (isOpen(calendar, moment)) expected = moment;
        }
        expect(found).to.deep.equal(expected);
      }),
      { numRuns: 80 },
    );
  });
});
