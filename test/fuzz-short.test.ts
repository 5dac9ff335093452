import { expect } from "chai";
import { fuzz, shortFuzz } from "../bench/fuzz.ts";
import { sharedAsterisk } from "./support/asterisk.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

// The short form of `npm run fuzz`; the seed is fixed, so that a red run can be had again.
describe("fuzz: doors and readers under bad input", () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  it("answers every request in its own words and in time, and reads every text without falling over", async () => {
    const { requests, texts, sip } = shortFuzz;
    const { faults, runs, statuses } = await fuzz(database, await sharedAsterisk(), { seed: 1, ...shortFuzz });
    expect(faults).deep.equal([]);
    expect(runs).equal(requests + 5 * texts + sip);
    // Requests got through to the work, and others did not.
    for (const status of ["200", "400", "403", "404"]) expect(statuses).property(status).greaterThan(5);
  }).timeout(120_000);
});
