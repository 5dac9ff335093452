import { expect } from "chai";
import { vanishingPeople } from "../bench/faults/vanishing-people.ts";

/** The short form of fault 5 of `npm run fault:calls`: who rings, talks, holds, writes or waits loses phone or page. */
describe("operators whose phone or page vanishes in each state", () => {
  it("citizens are served by others in their order, nobody is cut, a page that comes back finds its call", async function () {
    this.timeout(120_000);
    const verdict = await vanishingPeople(true);
    expect(verdict.violations).to.deep.equal([]);
    expect(verdict.checks).greaterThan(20);
  });
});
