import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { endUnownedBefore } from "../src/calls/call-record-store.ts";
import { importCallRecords } from "../src/calls/import-call-records.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("a call under which Asterisk dies before anyone claims it", () => {
  let database: TestDatabase;
  let folder: string;
  const switchId = "02:00:00:00:00:01";
  const arrivedAt = new Date("2026-11-23T10:00:00Z");
  const seconds = arrivedAt.getTime() / 1_000;

  before(async () => {
    database = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), "055055-records-"));
  });
  after(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const line = (event: string, channel: string, result = "") =>
    appendFile(
      join(folder, "calls.csv"),
      `${event},${switchId},${channel},${seconds},055055,${Buffer.from(channel).toString("base64")},${result}\n`,
    );

  const calls = async (channel: string) =>
    (
      await database.pool.query(
        `select c.state, c.outcome, s.status, s.cancel_reason as reason,
          (select count(*)::int from contacts k where k.call_id = c.id) as contacts
        from calls c join cases s on s.opened_by_call_id = c.id where c.channel_id = $1`,
        [channel],
      )
    ).rows;

  it("is known from its arrival, once, and ended as lost when Asterisk is back", async () => {
    const later = new Date(arrivedAt.getTime() + 10_000);
    await line("arrived", "1.1");
    await importCallRecords(database.pool, folder, later, () => new Date(arrivedAt.getTime() - 1_000));
    expect(await calls("1.1")).to.deep.equal([], "a copy may still come for it");
    for (const _ of [1, 2]) await importCallRecords(database.pool, folder, later, () => later);
    expect(await calls("1.1")).to.deep.equal([
      { state: "ivr", outcome: null, status: "draft", reason: null, contacts: 1 },
    ]);
    await endUnownedBefore(database.pool, switchId, arrivedAt);
    expect((await calls("1.1"))[0]).to.include({ state: "ivr" }, "Asterisk has not been restarted since");
    await endUnownedBefore(database.pool, switchId, later);
    expect(await calls("1.1")).to.deep.equal([
      { state: "ended", outcome: "lost_with_switch", status: "cancelled", reason: "error", contacts: 1 },
    ]);
  });

  it("is left alone when its end is in the records too, or when it is still on its way to a copy", async () => {
    await line("arrived", "1.2");
    await line("ended", "1.2", "abandoned");
    await importCallRecords(database.pool, folder, new Date(arrivedAt.getTime() + 10_000));
    expect((await calls("1.2"))[0]).to.include({ state: "ended", outcome: "abandoned_ivr" });
    await line("arrived", "1.3");
    await importCallRecords(database.pool, folder, new Date(arrivedAt.getTime() + 2_000));
    expect(await calls("1.3")).to.deep.equal([]);
  });
});
