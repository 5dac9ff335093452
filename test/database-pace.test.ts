import { expect } from "chai";
import { Pace } from "../src/database/pace.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Rounds one after the other, each as soon as its turn comes; gives the wait before the next one. */
async function waitAfter(pace: Pace, rounds: number, items: number): Promise<number> {
  for (let round = 0; round < rounds; round++) {
    await pace.turn();
    pace.begin(items)();
  }
  return pace.waitMs();
}

describe("pace of the rounds", () => {
  it("lets the first round begin at once, and the next after the least pause when little comes", async () => {
    const pace = new Pace(5, 200);
    expect(pace.waitMs()).to.be.below(0);
    expect(await waitAfter(pace, 1, 1)).to.be.within(0, 5);
    await pause(150);
    expect(pace.waitMs()).to.be.below(0);
  });

  it("lets rounds come less often the more they carry, never less than it promised", async () => {
    const pace = new Pace(5, 40);
    const wait = await waitAfter(pace, 6, 50);
    expect(wait).to.be.within(30, 40);
  });

  it("waits longer after a round that took long", async () => {
    const pace = new Pace(5, 200);
    const ended = pace.begin(0);
    await pause(30);
    ended();
    expect(pace.waitMs()).to.be.within(30, 200);
  });
});
