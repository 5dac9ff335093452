import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { AppError } from "../../../errors.ts";
import { EncodingProbe, type FileEncoding } from "./csv-encoding.ts";

export type CsvRecord = { line: number; cells: string[] };
export type CsvLimits = { bytes: number; rows: number; recordBytes: number };

/** The whole file can not be used; `line` is where a person finds the fault. */
export class CsvProblem extends Error {
  readonly line: number;
  readonly it: string;

  constructor(line: number, it: string) {
    super("The CSV file can not be read");
    this.name = "CsvProblem";
    this.line = line;
    this.it = it;
  }
}

export type UploadedCsv = { path: string; encoding: FileEncoding; markLength: number; remove(): Promise<void> };

/**
 * Lays an upload on disk while looking at its bytes: how a file is encoded is known at its end only, and a transaction
 * must not wait for a slow sender.
 * @throws AppError body_too_large beyond `limits.bytes`; CsvProblem when the bytes are no text
 */
export async function receiveCsv(source: AsyncIterable<Uint8Array>, limits: CsvLimits): Promise<UploadedCsv> {
  const folder = await mkdtemp(join(tmpdir(), "055055-import-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "upload.csv");
  const probe = new EncodingProbe();
  try {
    await pipeline(source, (chunks) => lookAt(chunks, probe, limits.bytes), createWriteStream(path, { mode: 0o600 }));
    const encoding = probe.finish();
    if (typeof encoding !== "string") throw new CsvProblem(encoding.line, encoding.it);
    return { path, encoding, markLength: probe.markLength, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function* lookAt(
  chunks: AsyncIterable<Uint8Array>,
  probe: EncodingProbe,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > bytes) {
      const megabytes = Math.floor(bytes / 1_000_000);
      throw new AppError("body_too_large", "The file is too large", { it: `Il file supera ${megabytes} MB.` });
    }
    probe.push(chunk);
    yield chunk;
  }
}

/**
 * The records of a received file, one by one; `;` or `,` as its first line has it, quotes may hold line breaks, empty
 * records are left out. `line` is where the record begins, counted from 1.
 * @throws CsvProblem on broken quotes or beyond the limits
 */
export async function* readCsv(file: UploadedCsv, limits: CsvLimits): AsyncGenerator<CsvRecord> {
  const text = withPlainBreaks(createReadStream(file.path, { start: file.markLength }), file.encoding);
  const first = await text.next();
  const start = first.done ? "" : first.value;
  let lastLine = 0;
  const parser = parse({
    delimiter: delimiterOf(start),
    record_delimiter: "\n",
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.recordBytes,
    // Called as it parses: records read before an error are dropped with the stream, their line numbers must not be.
    on_record: (record: string[], context) => {
      lastLine = context.lines;
      return record;
    },
  });
  // An error of the parser comes out of the loop below; the feeding then ends with the destroyed parser.
  const fed = pipeline(joined(start, text), parser).catch(() => undefined);
  let rows = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (record.every((cell) => cell.trim() === "")) continue;
      const line = info.lines - record.reduce((breaks, cell) => breaks + cell.split("\n").length - 1, 0);
      // The header is no row.
      if (rows++ > limits.rows) throw new CsvProblem(line, `Il file ha più di ${limits.rows} righe.`);
      yield { line, cells: record };
    }
  } catch (error) {
    throw error instanceof CsvError ? asProblem(error, lastLine + 1) : error;
  } finally {
    parser.destroy();
    await fed;
  }
}

/** One kind of line break, so that the parser's line numbers are those of an editor. */
async function* withPlainBreaks(bytes: AsyncIterable<Uint8Array>, encoding: FileEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  let held = "";
  for await (const chunk of bytes) {
    let text = held + decoder.decode(chunk, { stream: true });
    held = text.endsWith("\r") ? "\r" : "";
    if (held) text = text.slice(0, -1);
    if (text) yield text.replace(/\r\n?/g, "\n");
  }
  const rest = (held + decoder.decode()).replace(/\r\n?/g, "\n");
  if (rest) yield rest;
}

async function* joined(start: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

/** What stands more often outside quotes in the first line. */
function delimiterOf(text: string): ";" | "," {
  const line = (text.split("\n").find((candidate) => candidate.trim() !== "") ?? "").replace(/"[^"]*"/g, "");
  return line.split(",").length > line.split(";").length ? "," : ";";
}

function asProblem(error: CsvError, recordLine: number): CsvProblem {
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return new CsvProblem(recordLine, "Virgolette aperte e mai chiuse a partire da questa riga.");
    case "CSV_MAX_RECORD_SIZE":
      return new CsvProblem(recordLine, "Riga troppo lunga, oppure virgolette aperte e mai chiuse.");
    case "CSV_INVALID_CLOSING_QUOTE":
    case "INVALID_OPENING_QUOTE":
      return new CsvProblem(recordLine, 'Virgolette fuori posto: nel testo vanno scritte doppie ("").');
    default:
      return new CsvProblem(recordLine, "Riga non leggibile come CSV.");
  }
}
