import { expect } from "chai";
import { chainEnd, sealAudit } from "../src/people/audit/audit-chain-store.ts";
import { verifyAudit } from "../src/people/audit/verify-audit.ts";
import { writeAudit } from "../src/people/person-store.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("audit: append-only, with a chain of hashes", () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  const write = (action: string) => writeAudit(database.pool, { personId: null, actor: "system:test", action });
  /** As somebody would who owns the database. */
  const behindTheBack = async (statement: string) => {
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await client.query("set local session_replication_role = replica");
      await client.query(statement);
      await client.query("commit");
    } finally {
      client.release();
    }
  };
  const refused = async (statement: string) => {
    const error = await database.pool.query(statement).catch((reason: Error) => reason);
    expect(error, statement).instanceOf(Error);
    expect(String(error)).contain("append-only");
  };

  it("takes lines and refuses to change, delete or empty them", async () => {
    for (const action of ["one", "two", "three"]) await write(action);
    await refused("update audit set action = 'x'");
    await refused("delete from audit");
    await refused("truncate audit");
    expect(await sealAudit(database.pool)).equal(3);
    await refused("update audit_chain set seq = seq + 1");
    await refused("delete from audit_chain");
  });

  it("seals each line once, from several copies at once", async () => {
    for (let n = 0; n < 20; n++) await write(`line ${n}`);
    const sealed = await Promise.all([1, 2, 3, 4].map(() => sealAudit(database.pool)));
    expect(sealed.reduce((sum, one) => sum + one, 0) + (await sealAudit(database.pool))).equal(20);
    const verdict = await verifyAudit(database.pool, null);
    expect(verdict).include({ lines: 23, anchorKept: null });
    expect(verdict.faults).deep.equal([]);
  });

  it("finds a changed line, a line that is gone, one put in, and a chain cut short", async () => {
    const end = await chainEnd(database.pool);
    expect((await verifyAudit(database.pool, end)).anchorKept).equal(true);

    await behindTheBack("update audit set actor = 'nobody' where id = 2");
    expect((await verifyAudit(database.pool, end)).faults).deep.equal([{ seq: 2, auditId: 2, what: "changed" }]);
    await behindTheBack("update audit set actor = 'system:test' where id = 2");
    expect((await verifyAudit(database.pool, end)).faults).deep.equal([]);

    await behindTheBack("insert into audit (at, actor, action) values (now() - interval '2 hours', 'x', 'put in')");
    expect((await verifyAudit(database.pool, end)).faults).deep.equal([{ seq: 0, auditId: 24, what: "unsealed" }]);

    await behindTheBack("delete from audit where id = 5");
    expect((await verifyAudit(database.pool, end)).faults).deep.include({ seq: 5, auditId: 5, what: "missing" });

    await behindTheBack("delete from audit_chain where seq = 7");
    expect((await verifyAudit(database.pool, end)).faults).deep.include({ seq: 8, auditId: 8, what: "gap" });

    await behindTheBack("delete from audit_chain where seq >= 20");
    expect((await verifyAudit(database.pool, end)).anchorKept).equal(false);
  });
});
