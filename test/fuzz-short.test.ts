import { expect } from "chai";
import { fuzz } from "../bench/fuzz.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

// The short form of `npm run fuzz`; the seed is fixed, so that a red run can be had again.
describe("fuzz: doors and readers under bad input", () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  it("answers every request in its own words and in time, and reads every text without falling over", async () => {
    const { faults, runs, statuses } = await fuzz(database, { seed: 1, requests: 800, texts: 300 });
    expect(faults).deep.equal([]);
    expect(runs).equal(800 + 5 * 300);
    // Requests got through to the work, and others did not.
    for (const status of ["200", "400", "403", "404"]) expect(statuses).property(status).greaterThan(5);
  }).timeout(120_000);
});
