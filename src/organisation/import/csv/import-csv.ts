import { inTransaction, isUniqueViolation } from "../../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../../database/pool.ts";
import { type RowError, readHeader } from "./csv-cells.ts";
import { type CsvLimits, CsvProblem, type CsvRecord, readCsv, receiveCsv, type UploadedCsv } from "./read-csv.ts";

export const importLimits: CsvLimits = { bytes: 64_000_000, rows: 100_000, recordBytes: 65_536 };
/** More errors than anybody reads are counted, not listed. */
const listedErrors = 500;
const batch = 1_000;

export type ImportReport<Counts> = {
  dryRun: boolean;
  /** False after a dry run or when there was any error: all or nothing. */
  applied: boolean;
  rows: number;
  counts: Counts | null;
  errors: RowError[];
  errorCount: number;
};

/** What a kind of file brings: how its rows are read, kept until all are there, checked as a set and written. */
export type CsvImport<Counts> = {
  columns: readonly string[];
  /** The row by itself (null when nothing of it can be used) and all that is wrong with it. */
  readRow(record: CsvRecord, places: ReadonlyMap<string, number>): { row: object | null; errors: RowError[] };
  begin(client: Queryable): Promise<void>;
  stage(client: Queryable, rows: object[]): Promise<void>;
  check(client: Queryable, limit: number): Promise<RowError[]>;
  write(client: Queryable): Promise<void>;
  /** After the rows were written, in the same transaction. */
  checkWritten?(client: Queryable, limit: number): Promise<RowError[]>;
  count(client: Queryable): Promise<Counts>;
  /** What a real import leaves beside its rows. */
  applied(client: Queryable, counts: Counts): Promise<void>;
  /** Said when two rows of the file trade a value that is unique. */
  tradedIt: string;
};

/** Not a failure: carries the report out of a transaction that must leave nothing. */
class LeaveNothing<Counts> extends Error {
  readonly report: ImportReport<Counts>;
  constructor(report: ImportReport<Counts>) {
    super("The import leaves nothing");
    this.report = report;
  }
}

/**
 * Imports a file all or nothing. A dry run does the same work and leaves nothing, so that its counts are those of the
 * real one.
 * @throws AppError body_too_large; every other fault of the file is in the report, with its line
 */
export async function importCsv<Counts>(
  pool: Pool,
  source: AsyncIterable<Uint8Array>,
  dryRun: boolean,
  what: CsvImport<Counts>,
  limits: CsvLimits = importLimits,
): Promise<ImportReport<Counts>> {
  let file: UploadedCsv;
  try {
    file = await receiveCsv(source, limits);
  } catch (error) {
    if (error instanceof CsvProblem) return unreadable(dryRun, error);
    throw error;
  }
  try {
    return await inTransaction(pool, (client) => importFile(client, file, dryRun, what, limits));
  } catch (error) {
    if (error instanceof LeaveNothing) return error.report;
    if (error instanceof CsvProblem) return unreadable(dryRun, error);
    if (!isUniqueViolation(error)) throw error;
    return unreadable(dryRun, new CsvProblem(1, what.tradedIt));
  } finally {
    await file.remove();
  }
}

async function importFile<Counts>(
  client: Queryable,
  file: UploadedCsv,
  dryRun: boolean,
  what: CsvImport<Counts>,
  limits: CsvLimits,
): Promise<ImportReport<Counts>> {
  await what.begin(client);
  const report = await stageFile(client, file, dryRun, what, limits);
  addErrors(report, await what.check(client, listedErrors));
  if (report.errorCount > 0) throw new LeaveNothing(report);
  await what.write(client);
  if (what.checkWritten) addErrors(report, await what.checkWritten(client, listedErrors));
  if (report.errorCount > 0) throw new LeaveNothing(report);
  const counts = await what.count(client);
  report.counts = counts;
  if (dryRun) throw new LeaveNothing(report);
  await what.applied(client, counts);
  return { ...report, applied: true };
}

async function stageFile<Counts>(
  client: Queryable,
  file: UploadedCsv,
  dryRun: boolean,
  what: CsvImport<Counts>,
  limits: CsvLimits,
): Promise<ImportReport<Counts>> {
  const report: ImportReport<Counts> = { dryRun, applied: false, rows: 0, counts: null, errors: [], errorCount: 0 };
  let places: ReadonlyMap<string, number> | null = null;
  let waiting: object[] = [];
  for await (const record of readCsv(file, limits)) {
    if (!places) {
      const header = readHeader(record, what.columns);
      if (Array.isArray(header)) {
        addErrors(report, header);
        throw new LeaveNothing(report);
      }
      places = header;
      continue;
    }
    report.rows++;
    const { row, errors } = what.readRow(record, places);
    if (errors.length > 0) addErrors(report, errors);
    if (row) waiting.push(row);
    if (waiting.length === batch) {
      await what.stage(client, waiting);
      waiting = [];
    }
  }
  if (waiting.length > 0) await what.stage(client, waiting);
  if (report.rows === 0) throw new CsvProblem(1, "Il file non contiene righe.");
  return report;
}

function addErrors(report: ImportReport<unknown>, errors: RowError[]): void {
  report.errorCount += errors.length;
  report.errors = [...report.errors, ...errors].sort((a, b) => a.line - b.line).slice(0, listedErrors);
}

function unreadable(dryRun: boolean, problem: CsvProblem): ImportReport<never> {
  const errors = [{ line: problem.line, column: null, it: problem.it }];
  return { dryRun, applied: false, rows: 0, counts: null, errors, errorCount: 1 };
}
