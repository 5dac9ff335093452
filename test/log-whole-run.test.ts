import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createLogger, silentLogger, unheard } from "../src/log.ts";
import { testDatabase } from "./support/database.ts";
import { citizensOfTests, noteCitizen } from "./support/written/citizens-of-tests.ts";
import { leaksOfLine, nationalNumber, type Personal } from "./support/written/find-leaks.ts";
import { judgeFolder, keepFolder, keepWritten, leaksInFolder } from "./support/written/written.ts";

// The end of every run (hooks.ts) reads all that was written in it. Here: that this reading finds what it should.
describe("logs of a whole run: the search for citizens", () => {
  const personal: Personal = {
    numbers: new Set(["0550009876", "3339998887"]),
    words: new Set(["zuccalmaglio"]),
    addresses: new Set(["z@esempio.it"]),
  };
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "055055-leaks-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("finds a number however it is written, a name, an address; and no figure that only looks like one", () => {
    for (const text of [
      '{"caller":"+390550009876"}',
      "GET /api/v1/citizens?q=%2B390550009876 200",
      "From: <sip:0550009876@127.0.0.1>",
      "called 00393339998887, busy",
      "Signora ZUCCALMAGLIO",
      "to=z%40esempio.it",
    ]) {
      expect(leaksOfLine(text, personal), text).length(1);
    }
    for (const text of [
      "10550009876",
      "055000987612",
      "id 4a0550009876f",
      "0550009875",
      "zuccalmaglios",
      "xz@esempio.it",
    ]) {
      expect(leaksOfLine(text, personal), text).deep.equal([]);
    }
    expect(["+39 055 000 9876", "0039-055-0009876", "201", "anonymous"].map(nationalNumber)).deep.equal([
      ...["0550009876", "0550009876", null, null],
    ]);
  });

  it("names file and line of what a logger let through, and a masked line is none", async () => {
    const file = join(folder, "copy.log");
    const lines: string[] = [];
    const log = createLogger("info", {}, { write: (line: string) => void lines.push(line) });
    log.info({ caller: "+390550009876", name: "Zuccalmaglio" }, "a call came in");
    await writeFile(file, lines.join(""));
    await judgeFolder(folder, personal);
    log.info({ callId: "x" }, "a call of 0550009876 came in");
    await writeFile(file, lines.join(""));
    expect(await leaksInFolder(folder, personal)).deep.equal([
      { file: "copy.log", line: 2, what: "number", found: "0550009876" },
    ]);
    const warning =
      "[2026-11-23 18:06:31.819] WARNING[80] res_pjsip.c: CallerID Name 'Z' for number '0550009876' has invalid UTF-8";
    await writeFile(join(folder, "messages.log"), `${warning} characters\n`);
    expect(await leaksInFolder(folder, personal)).length(1);
    const told = await judgeFolder(folder, personal).catch(String);
    expect(told).contain(`${file}:2: number 0550009876`);
  });

  it("knows the citizens of each database that a test drops, and those who were noted", async () => {
    const database = await testDatabase();
    await database.pool.query(
      `with z as (insert into citizens (first_name, last_name) values ('Ondina', 'Bencivenni') returning id)
      insert into citizen_contacts (citizen_id, kind, value, source)
      select id, kind, value, 'declared' from z, (values ('phone', '+390550009871'), ('email', 'Ob@esempio.it')) c (kind, value)`,
    );
    await database.drop();
    noteCitizen({ number: "+390550009872", name: "Tancredi Sassetti" });
    const { numbers, words, addresses } = citizensOfTests();
    expect([...numbers]).include.members(["0550009871", "0550009872"]);
    expect([...words]).include.members(["ondina", "bencivenni", "tancredi", "sassetti"]);
    expect([...addresses]).contain("ob@esempio.it");
  });

  it("hears what the parts in the tests' own process log, and masks there, too", async () => {
    const heard: string[] = [];
    const before = unheard.write;
    unheard.write = (line) => {
      heard.push(line);
      before(line);
    };
    try {
      silentLogger.debug({ number: "+390550009876", callId: "heard" }, "heard");
    } finally {
      unheard.write = before;
    }
    expect(heard.join("")).contain('"callId":"heard"').and.contain("[masked]").and.not.contain("0550009876");
    keepWritten("unit")("kept\n");
    await keepFolder("unit", folder);
  });
});
