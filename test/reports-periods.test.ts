import { expect } from "chai";
import fc from "fast-check";
import { askedPeriod, duePeriods, periodFrom } from "../src/reports/report-period.ts";

const hours = ({ from, to }: { from: Date; to: Date }) => (to.getTime() - from.getTime()) / 3_600_000;

describe("reports: periods", () => {
  it("are weeks and months of Rome, also over a change of the clock", () => {
    const spring = periodFrom("2026-03-23", "weekly");
    expect(spring).to.deep.include({ lastDay: "2026-03-29", nextDay: "2026-03-30" });
    expect(spring.from.toISOString()).to.equal("2026-03-22T23:00:00.000Z");
    expect(spring.to.toISOString()).to.equal("2026-03-29T22:00:00.000Z");
    expect(hours(spring)).to.equal(167);
    expect(hours(periodFrom("2026-10-19", "weekly"))).to.equal(169);
    expect(hours(periodFrom("2026-10-01", "monthly"))).to.equal(31 * 24 + 1);
    expect(hours(periodFrom("2026-02-01", "monthly"))).to.equal(28 * 24);
  });

  it("are due at six of the morning after, by Rome's clock", () => {
    const due = (at: string) => duePeriods("2026-03-23", "weekly", new Date(at)).periods.length;
    expect(due("2026-03-30T03:59:59Z")).to.equal(0);
    expect(due("2026-03-30T04:00:00Z")).to.equal(1);
    // In winter the same hour is one later in UTC.
    expect(duePeriods("2026-01-05", "weekly", new Date("2026-01-12T04:59:59Z")).periods).to.have.length(0);
    expect(duePeriods("2026-01-05", "weekly", new Date("2026-01-12T05:00:00Z")).periods).to.have.length(1);
  });

  it("that were missed all come, one after the other, without a gap", () => {
    const { periods, nextDay } = duePeriods("2026-02-23", "weekly", new Date("2026-04-15T10:00:00Z"));
    expect(periods.map(({ firstDay }) => firstDay)).to.deep.equal([
      ...["2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30", "2026-04-06"],
    ]);
    expect(nextDay).to.equal("2026-04-13");
  });

  it("follow each other to the millisecond, whatever the day and the moment of the tick", () => {
    const rhythms = fc.constantFrom("weekly" as const, "monthly" as const);
    const moments = fc.date({ min: new Date("2024-02-01"), max: new Date("2029-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(rhythms, moments, (rhythm, now) => {
        const first = rhythm === "weekly" ? "2024-01-01" : "2024-01-01";
        const { periods } = duePeriods(first, rhythm, now);
        periods.forEach((period, n) => {
          if (n > 0) expect(period.from.getTime()).to.equal(periods[n - 1]?.to.getTime());
          expect(period.to.getTime()).to.be.below(now.getTime());
        });
      }),
      { numRuns: 60 },
    );
  });

  it("that a person asks for: both days included, none to come, not too many", () => {
    const now = new Date("2026-04-15T10:00:00Z");
    const period = askedPeriod("2026-03-29", "2026-03-29", now);
    expect(hours(period)).to.equal(23);
    for (const [first, last] of [
      ["2026-03-30", "2026-03-29"],
      ["2026-02-30", "2026-03-29"],
      ["2026-04-10", "2026-04-16"],
      ["2024-01-01", "2026-01-01"],
    ] as const) {
      expect(() => askedPeriod(first, last, now), `${first} ${last}`).to.throw("can not be reported on");
    }
  });
});
