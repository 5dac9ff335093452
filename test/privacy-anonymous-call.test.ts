import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import ExcelJS from "exceljs";
import { askReport } from "../src/reports/ask-report.ts";
import { REPORT_KINDS } from "../src/reports/report.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { Centre, type TestOperator } from "./support/centre.ts";
import { leaksOfLine } from "./support/written/find-leaks.ts";

const number = "0550009911";
const name = "Ginevra Tornabuoni";
const personal = {
  numbers: new Set([number]),
  words: new Set(["ginevra", "tornabuoni"]),
  addresses: new Set<string>(),
};

/** REQ 2: an anonymous grievance stores no number anywhere: tables, logs, Asterisk's call records, reports. */
describe("privacy: a real call that ends as an anonymous grievance", () => {
  let centre: Centre;
  let world: CaseWorld;
  let anna: TestOperator;

  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 60 });
    world = await caseWorld(centre.pool);
    anna = await centre.operator("341");
  });
  after(() => centre.close());

  /** Places where one of the citizen's words stands: every table of every schema, row by row as text. */
  async function tables(): Promise<string[]> {
    const { rows } = await centre.pool.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const table of rows) {
      const hit = await centre.pool.query(`select t::text as row from ${table.name} t where t::text ~* $1 limit 1`, [
        `${number}|ginevra|tornabuoni`,
      ]);
      if (hit.rows.length > 0) found.push(`${table.name}: ${hit.rows[0].row}`);
    }
    return found;
  }

  async function files(folder: string): Promise<string[]> {
    const found: string[] = [];
    for (const entry of await readdir(folder, { recursive: true })) {
      const file = join(folder, entry);
      if (!(await stat(file)).isFile()) continue;
      const text = await readFile(file, "utf8");
      if (text.split("\n").some((line) => leaksOfLine(line, personal).length > 0)) found.push(file);
    }
    return found;
  }

  /** As an operator does it on the page: each request repeatable, the draft written in two steps. */
  async function complete(caseId: string): Promise<void> {
    const path = `/cases/${caseId}`;
    const key = (what: string) => ({ "idempotency-key": `${what}-${caseId}` });
    const shown = await anna.client.call("GET", path);
    const version = (answer: { headers: Headers }) => ({ "if-match": answer.headers.get("etag") ?? "" });
    const first = await anna.client.call(
      "PATCH",
      path,
      { reason: "grievance", serviceId: world.services.base.id },
      version(shown),
    );
    const second = await anna.client.call(
      "PATCH",
      path,
      { request: "Il servizio è lento", answer: "Preso nota" },
      version(first),
    );
    expect(second.status, JSON.stringify(second.body)).equal(200);
    const moved = await anna.client.call(
      "POST",
      `${path}/moves`,
      { to: "resolved_l1", attribute: "communicated" },
      { ...version(second), ...key("move") },
    );
    expect(moved.status, JSON.stringify(moved.body)).equal(200);
    expect(JSON.stringify(moved.body)).not.contain(number);
  }

  it("leaves number and name in no table, log, record of calls or report; the call and its case stay counted", async () => {
    const citizen = await centre.citizen();
    const call = await citizen.dial("055055", number, name);
    const ringing = await anna.rings();
    await anna.feed.until("the pop", (feed) => feed.frames.some((frame) => frame.event === "offer"));
    expect((await tables()).length, "while the call is up").greaterThan(2);
    anna.phone.answer(ringing);
    await centre.rows("select from calls where state = 'talking'", (rows) => rows.length === 1);
    anna.phone.hangUp(ringing);
    await call.until("ended");
    const [row] = await centre.rows<{ id: string }>(
      "select s.id from calls c join cases s on s.opened_by_call_id = c.id where c.state = 'ended'",
      (rows) => rows.length === 1,
    );
    await complete(row!.id);
    expect(await tables()).deep.equal([]);

    const now = { now: () => new Date(Date.now() + 86_400_000) };
    const day = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Rome" });
    const agencyId = world.services.base.agencyId;
    for (const kind of REPORT_KINDS) {
      await askReport({ pool: centre.pool, clock: now }, world.supervisor, {
        kind,
        agencyId,
        firstDay: day,
        lastDay: day,
      });
    }
    await centre.rows(
      "select from reports where state = 'made' and origin = 'person'",
      (made) => made.length === REPORT_KINDS.length,
      30_000,
    );
    const { rows: made } = await centre.pool.query<{ kind: string; format: string; content: Buffer }>(
      "select r.kind, f.format, f.content from report_files f join reports r on r.id = f.report_id",
    );
    const texts = await Promise.all(made.map(async (file) => ({ ...file, text: await textOf(file) })));
    expect(texts.some(({ kind, text }) => kind === "grievances" && text.includes("Il servizio è lento"))).equal(true);
    for (const { kind, format, text } of texts) {
      expect(leaksOfLine(text.replaceAll("\n", " "), personal), `${kind}.${format}`).deep.equal([]);
    }
    expect(await tables()).deep.equal([]);

    // The records' last line is written behind the citizen's hanging up.
    const records = join(centre.asterisk.cdrDir, "calls.csv");
    for (const until = Date.now() + 5_000; Date.now() < until && !/^ended,/m.test(await readFile(records, "utf8")); ) {
      await centre.asterisk.console("core show uptime");
    }
    expect(await files(centre.asterisk.cdrDir)).deep.equal([]);
    expect(await files(centre.asterisk.logDir)).deep.equal([]);
    expect(await centre.exceptions()).deep.equal([]);
  });
});

async function textOf({ format, content }: { format: string; content: Buffer }): Promise<string> {
  if (format !== "xlsx") return content.toString("utf8");
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(content as unknown as ArrayBuffer);
  return JSON.stringify(book.worksheets.map((sheet) => sheet.getSheetValues()));
}
