import { access } from "node:fs/promises";
import { Readable } from "node:stream";
import { expect } from "chai";
import fc from "fast-check";
import { isAppError } from "../src/errors.ts";
import {
  type CsvLimits,
  CsvProblem,
  type CsvRecord,
  readCsv,
  receiveCsv,
} from "../src/organisation/import/csv/read-csv.ts";

const limits: CsvLimits = { bytes: 2_000_000, rows: 1000, recordBytes: 10_000 };

async function read(content: Uint8Array | string, pieces = 7, bounds = limits): Promise<CsvRecord[]> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieces) chunks.push(bytes.subarray(at, at + pieces));
  const file = await receiveCsv(Readable.from(chunks), bounds);
  try {
    const records: CsvRecord[] = [];
    for await (const record of readCsv(file, bounds)) records.push(record);
    return records;
  } finally {
    await file.remove();
  }
}

async function problem(content: Uint8Array | string, bounds = limits): Promise<[number, string]> {
  try {
    await read(content, 4096, bounds);
  } catch (error) {
    if (error instanceof CsvProblem) return [error.line, error.it];
    throw error;
  }
  return [0, "read"];
}

const latin1 = (text: string) => Buffer.from(text.replaceAll("€", "\u0080"), "latin1");

describe("reading CSV files", () => {
  it("reads the same from UTF-8, with BOM, Windows-1252, ; or , and any line break", async () => {
    const expected = [
      ["nome", "città"],
      ["Caffè €", "Forlì\nCesena"],
    ];
    const text = 'nome;città\nCaffè €;"Forlì\nCesena"\n';
    const forms = [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      latin1(text),
      Buffer.from(text.replaceAll(";", ",")),
    ];
    for (const form of [...forms, Buffer.from(text.replaceAll("\n", "\r\n")), latin1(text.replaceAll("\n", "\r"))]) {
      for (const pieces of [1, 3, 4096]) {
        expect((await read(form, pieces)).map((record) => record.cells)).to.deep.equal(expected);
      }
    }
  });

  it("numbers lines as an editor does, over quoted breaks, empty lines and empty rows", async () => {
    const records = await read('a;b\r\n\r\n"x\r\ny\r\nz";1\r\n;;\r\n2;3');
    expect(records.map((record) => record.line)).to.deep.equal([1, 3, 7]);
  });

  it("gives back any table that was written as CSV (property)", async () => {
    const cell = fc.string({ unit: fc.constantFrom(...'ab;,"\n è€ー.0='.split("")), maxLength: 8 });
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(";", ","),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (rows, mark, pieces, bom) => {
          const written = [["h1", "h2", "h3"], ...rows]
            .map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(mark))
            .join("\r\n");
          // Only the quoted header tells the delimiter, so it is written without quotes.
          const text = (bom ? "\ufeff" : "") + written.replace(/^[^\r]*/, ["h1", "h2", "h3"].join(mark));
          const kept = rows.filter((cells) => cells.some((value) => value.trim() !== ""));
          expect((await read(text, pieces)).slice(1).map((record) => record.cells)).to.deep.equal(kept);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("ends with records or with a problem for any bytes, and leaves no file (property)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const file = await receiveCsv(Readable.from([bytes]), limits).catch((error) => error);
        if (file instanceof CsvProblem) return;
        try {
          for await (const record of readCsv(file, limits)) expect(record.line).to.be.at.least(1);
        } catch (error) {
          expect(error).to.be.instanceOf(CsvProblem);
        } finally {
          await file.remove();
        }
        expect(
          await access(file.path).then(
            () => "there",
            () => "gone",
          ),
        ).to.equal("gone");
      }),
      { numRuns: 150 },
    );
  });

  it("says where quotes are broken", async () => {
    expect(await problem('a;b\n1;2\n3;"4\n5;6\n')).to.deep.equal([
      3,
      "Virgolette aperte e mai chiuse a partire da questa riga.",
    ]);
    expect((await problem('a;b\n1;"2"x\n'))[0]).to.equal(2);
    expect((await problem('a;b\n1;2\n1;2"x\n'))[0]).to.equal(3);
    expect((await problem(`a;b\n1;2\n3;"${"x\n".repeat(20_000)}`))[0]).to.equal(3);
    expect((await problem(`a;b\n1;${"x".repeat(20_000)}\n`))[1]).to.contain("troppo lunga");
  });

  it("refuses damaged text with the line", async () => {
    const mixed = Buffer.concat([Buffer.from("a;b\nè;1\n"), latin1("è;2\n")]);
    expect(await problem(mixed)).to.deep.equal([
      3,
      "Caratteri non validi in UTF-8: salvare di nuovo il file come CSV UTF-8.",
    ]);
    expect((await problem(Buffer.concat([Buffer.from("\ufeffa;b\n"), latin1("è;2\n")])))[0]).to.equal(2);
    expect((await problem(Buffer.from([0x61, 0x0a, 0x81])))[0]).to.equal(2);
    expect((await problem(Buffer.from("\ufeffa;b", "utf16le")))[1]).to.contain("UTF-16");
    expect((await problem("a;b\n1;\u0000"))[1]).to.contain("NUL");
    expect((await problem(""))[1]).to.contain("vuoto");
    // Overlong forms and surrogates are no UTF-8.
    expect((await problem(Buffer.from([0xc3, 0xa8, 0x0a, 0xed, 0xa0, 0x80])))[0]).to.equal(2);
  });

  it("stops at its limits", async () => {
    const rows = (count: number) => `a;b\n${"1;2\n".repeat(count)}`;
    expect(await read(rows(1000), 4096)).to.have.length(1001);
    expect(await problem(rows(1001))).to.deep.equal([1002, "Il file ha più di 1000 righe."]);
    const error = await read(rows(100), 64, { ...limits, bytes: 300 }).catch((e) => e);
    expect(isAppError(error, "body_too_large")).to.equal(true);
  });
});
