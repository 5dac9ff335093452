import { expect } from "chai";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Pace } from "../src/database/pace.ts";

describe("pace of the rounds", () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers({ now: 1_000, toFake: ["performance", "setTimeout"] });
  });
  afterEach(() => clock.restore());

  /** Rounds of so many items, each as soon as its turn comes; gives the wait before the next one. */
  function waitAfter(pace: Pace, rounds: number, items: number): number {
    for (let round = 0; round < rounds; round++) {
      clock.tick(Math.max(0, Math.ceil(pace.waitMs())));
      pace.begin(items)();
    }
    return pace.waitMs();
  }

  it("lets the first round begin at once, and the next after the least pause when little comes", () => {
    const pace = new Pace(5, 200);
    expect(pace.waitMs()).to.be.below(0);
    clock.tick(1_000);
    pace.begin(1)();
    expect(pace.waitMs()).to.equal(5);
    clock.tick(1_000);
    pace.begin(1)();
    expect(pace.waitMs()).to.equal(5);
  });

  it("lets rounds come less often the more they carry, never less often than it promised", () => {
    const pace = new Pace(5, 40);
    expect(waitAfter(pace, 6, 50)).to.equal(40);
    clock.tick(10_000);
    expect(waitAfter(pace, 1, 1)).to.equal(5);
  });

  it("waits longer after a round that took long", () => {
    const pace = new Pace(5, 200);
    const ended = pace.begin(0);
    clock.tick(30);
    ended();
    expect(pace.waitMs()).to.equal(60);
  });
});
