import { expect } from "chai";
import { cpuPerCall, readCpuTimes } from "../bench/cpu-times.ts";
import { highestPassing, median, percentile, rounded, tableLines } from "../bench/figures.ts";
import { benchOptions } from "../bench/plan.ts";
import { parseCitizenLog, parseOperatorsLog, parseStatistics } from "../bench/sipp/sipp-log.ts";

describe("bench:calls, its arithmetic", () => {
  it("takes the middle value, the lower of two", () => {
    expect(median([130, 90, 110])).to.equal(110);
    expect(median([130, 90, 110, 100])).to.equal(100);
    expect(median([])).to.be.NaN;
  });

  it("takes percentiles by nearest rank", () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(percentile(values, 0.5)).to.equal(50);
    expect(percentile(values, 0.99)).to.equal(99);
    expect(percentile([7], 0.99)).to.equal(7);
    expect(rounded(percentile([], 0.5))).to.equal(null);
    expect(rounded(1.26)).to.equal(1.3);
  });

  for (const { limit, start, found, tried } of [
    { limit: 105, start: 80, found: 100, tried: [80, 90, 100, 110] },
    { limit: 65, start: 80, found: 60, tried: [80, 70, 60] },
    { limit: 5, start: 30, found: 0, tried: [30, 20, 10] },
    { limit: 500, start: 380, found: 400, tried: [380, 390, 400] },
  ]) {
    it(`climbs from ${start} to ${found} when ${limit} is too much`, async () => {
      const rates: number[] = [];
      const passes = async (rate: number) => {
        rates.push(rate);
        return rate <= limit;
      };
      expect(await highestPassing(start, 10, 400, passes)).to.equal(found);
      expect(rates).to.deep.equal(tried);
    });
  }

  it("aligns a table's columns", () => {
    expect(
      tableLines(
        ["process", "ms"],
        [
          ["asterisk", 4.25],
          ["copy 1", null],
        ],
      ),
    ).to.deep.equal(["process     ms", "asterisk  4.25", "copy 1       -"]);
  });

  it("reads the logs of SIPp's scenarios", () => {
    const citizens = "C 2026-11-23\t08:44:39.508192\t1795423479.508192 1-8328@127.0.0.9\nnoise\n";
    expect(parseCitizenLog(citizens).get("1-8328@127.0.0.9")).to.be.closeTo(1795423479508.192, 0.01);
    const operators = [
      "I 2026-11-23\t08:44:39.600000\t1795423479.600000 a@b 01a207b4-4645-73ce-90c3-234932a8c4a9",
      "A 2026-11-23\t08:44:39.700000\t1795423479.700000 a@b",
      "I 2026-11-23\t08:44:39.800000\t1795423479.800000 c@d ",
    ].join("\n");
    expect(parseOperatorsLog(operators)).to.deep.equal({
      answered: 1,
      invites: [
        { atMs: 1795423479600, callId: "01a207b4-4645-73ce-90c3-234932a8c4a9" },
        { atMs: 1795423479800, callId: "" },
      ],
    });
    const statistics = "SuccessfulCall(P);SuccessfulCall(C);FailedCall(C);Retransmissions(C)\n0;3;1;0\n1;9;2;4\n";
    expect(parseStatistics(statistics)).to.deep.equal({ successful: 9, failed: 2, retransmissions: 4 });
  });

  it("tells CPU time a call of a process that works", async () => {
    const before = await readCpuTimes({ here: process.pid }, { tree: process.pid });
    const until = performance.now() + 60;
    while (performance.now() < until) Math.sqrt(performance.now());
    const after = await readCpuTimes({ here: process.pid }, { tree: process.pid });
    expect(cpuPerCall(before, after, 2).here).to.be.within(5, 500);
    expect(after.tree).to.be.at.least(after.here ?? 0);
    expect((await readCpuTimes({ nobody: 2 ** 30 }, {})).nobody).to.be.NaN;
  });

  it("runs two copies unless told otherwise and refuses what is no number of copies", () => {
    expect(benchOptions([], {})).to.include({ copies: 2, at: null, statements: false, profileDir: null });
    expect(benchOptions(["--short", "--copies=1", "--at=40"], {})).to.include({ copies: 1, at: 40 });
    expect(() => benchOptions(["--copies=many"], {})).to.throw("--copies");
  });
});
