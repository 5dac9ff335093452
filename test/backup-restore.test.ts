import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { restoreBackup } from "../src/backup/restore-backup.ts";
import { writeBackup } from "../src/backup/write-backup.ts";
import { loadDemoData } from "../src/organisation/demo-data.ts";
import { verifyAudit } from "../src/people/audit/verify-audit.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("backup and restore", () => {
  let database: TestDatabase;
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp("/var/tmp/055055-backup-");
    file = join(folder, `${randomUUID()}.gz`);
    database = await testDatabase();
    await loadDemoData(database.url);
  });
  after(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Rows of each table with a hash over all of them, whatever their order. */
  const contentOf = async ({ pool }: TestDatabase) => {
    const { rows: tables } = await pool.query(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'schema_migrations%' order by 1",
    );
    const content: Record<string, string> = {};
    for (const { name } of tables) {
      const { rows } = await pool.query(
        `select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) as told from "${name}" t`,
      );
      content[name] = rows[0].told;
    }
    return content;
  };

  it("gives the same rows in every table, goes on numbering, and keeps the audit chain whole", async () => {
    const before = await contentOf(database);
    const counts = await writeBackup(database.url, file);
    expect(counts.people).greaterThan(10);
    expect((await stat(file)).mode & 0o777).equal(0o600);
    const target = await testDatabase();
    try {
      expect(await restoreBackup(target.url, file)).deep.equal(counts);
      expect(await contentOf(target)).deep.equal(before);
      expect((await verifyAudit(target.pool, null)).faults).deep.equal([]);
      const number = "select nextval('case_numbers')::text as next";
      const [here, there] = await Promise.all([database.pool.query(number), target.pool.query(number)]);
      expect(there.rows).deep.equal(here.rows);
    } finally {
      await target.drop();
    }
  });

  it("restores nothing into a database in use, nor from a file that is cut or no backup", async () => {
    const failure = (url: string, from: string) =>
      restoreBackup(url, from).then(
        () => "restored",
        (error: Error) => error.message,
      );
    expect(await failure(database.url, file)).contain("in use");
    const target = await testDatabase();
    try {
      const whole = await readFile(file);
      const [cut, text] = [join(folder, "cut.gz"), join(folder, "text.gz")];
      await writeFile(cut, whole.subarray(0, Math.floor(whole.length / 2)));
      await writeFile(text, "no backup");
      for (const wrong of [cut, text]) expect(await failure(target.url, wrong)).contain("not whole");
      expect((await target.pool.query("select from people")).rowCount).equal(0);
      expect((await target.pool.query("select from pause_reasons")).rowCount).greaterThan(0);
    } finally {
      await target.drop();
    }
  });
});
