import { expect } from "chai";
import { checkAccess } from "../bench/check-access.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

// REQ 12: who gets in where they do not belong. The walk of `npm run check:access`, whole.
describe("access: every door, every role, own and other office and agency, every live feed", () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  it("lets nobody in who must stay out, and everybody in who may", async () => {
    const { routes, tally } = await checkAccess(database);
    expect(tally.leaks, "leaks").deep.equal([]);
    expect(tally.lostTwins, "allowed twins that were refused").deep.equal([]);
    expect(routes).greaterThan(100);
    expect(tally.checks).greaterThan(routes * 9);
  }).timeout(120_000);
});
