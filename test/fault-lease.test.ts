import { expect } from "chai";
import type { Clock } from "../src/clock.ts";
import { NodeLease } from "../src/cluster/node-lease.ts";
import { silentLogger } from "../src/log.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("the lease of a copy that stood still", () => {
  let database: TestDatabase;
  let lease: NodeLease;
  let skippedMs = 0;
  const clock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() + skippedMs };

  before(async () => {
    database = await testDatabase();
    lease = new NodeLease(database.pool, clock, silentLogger);
    await lease.join(["calls"], { onLost: () => undefined, onInherited: async () => undefined });
  });
  after(async () => {
    await lease.leave();
    await database.drop();
  });

  it("sends nothing at all until the lease is renewed", async () => {
    expect([lease.mayAct(), lease.isAwake()]).to.deep.equal([true, true]);
    skippedMs += 30_000;
    expect([lease.mayAct(), lease.isAwake()], "the first look after the sleep").to.deep.equal([false, false]);
    expect(lease.isAwake(), "and the second").to.equal(false);
    expect(await lease.untilMayAct()).to.equal(true);
    expect(lease.isAwake()).to.equal(true);
  });
});
