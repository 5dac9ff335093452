import { inTransaction, isUniqueViolation } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { auditOrganisation } from "../agency-store.ts";
import {
  beginStaging,
  checkDependencies,
  checkStaged,
  type ImportCounts,
  readCounts,
  stageRows,
} from "./import-store.ts";
import { writeStaged } from "./import-write-store.ts";
import {
  type BrokenRow,
  type Column,
  type OrganisationRow,
  type RowError,
  readHeader,
  readOrganisationRow,
} from "./organisation-row.ts";
import { type CsvLimits, CsvProblem, readCsv, receiveCsv, type UploadedCsv } from "./read-csv.ts";

export const importLimits: CsvLimits = { bytes: 64_000_000, rows: 100_000, recordBytes: 65_536 };
/** More errors than anybody reads are counted, not listed. */
const listedErrors = 500;
const batch = 1_000;

export type ImportReport = {
  dryRun: boolean;
  /** False after a dry run or when there was any error: all or nothing. */
  applied: boolean;
  rows: number;
  counts: ImportCounts | null;
  errors: RowError[];
  errorCount: number;
};

/** Not a failure: carries the report out of a transaction that must leave nothing. */
class LeaveNothing extends Error {
  readonly report: ImportReport;
  constructor(report: ImportReport) {
    super("The import leaves nothing");
    this.report = report;
  }
}

/**
 * Imports the whole tree (issue B 1): known codes are changed, new ones created, none is removed. A dry run does the
 * same work and leaves nothing, so that its counts are those of the real one. The same file twice changes nothing.
 * @throws AppError body_too_large; every other fault of the file is in the report, with its line
 */
export async function importOrganisation(
  pool: Pool,
  person: { id: string; login: string },
  source: AsyncIterable<Uint8Array>,
  dryRun: boolean,
  limits: CsvLimits = importLimits,
): Promise<ImportReport> {
  let file: UploadedCsv;
  try {
    file = await receiveCsv(source, limits);
  } catch (error) {
    if (error instanceof CsvProblem) return unreadable(dryRun, error);
    throw error;
  }
  try {
    return await inTransaction(pool, (client) => importFile(client, person, file, dryRun, limits));
  } catch (error) {
    if (error instanceof LeaveNothing) return error.report;
    if (error instanceof CsvProblem) return unreadable(dryRun, error);
    if (!isUniqueViolation(error)) throw error;
    return unreadable(dryRun, new CsvProblem(1, "Due voci si scambiano il nome: importarle in due volte."));
  } finally {
    await file.remove();
  }
}

async function importFile(
  client: Queryable,
  person: { id: string; login: string },
  file: UploadedCsv,
  dryRun: boolean,
  limits: CsvLimits,
): Promise<ImportReport> {
  await beginStaging(client);
  const report = await stageFile(client, file, dryRun, limits);
  addErrors(report, await checkStaged(client, listedErrors));
  if (report.errorCount > 0) throw new LeaveNothing(report);
  await writeStaged(client);
  addErrors(report, await checkDependencies(client, listedErrors));
  if (report.errorCount > 0) throw new LeaveNothing(report);
  report.counts = await readCounts(client);
  if (dryRun) throw new LeaveNothing(report);
  await auditOrganisation(client, person, "organisation.import", "agency", null, report.counts);
  return { ...report, applied: true };
}

async function stageFile(
  client: Queryable,
  file: UploadedCsv,
  dryRun: boolean,
  limits: CsvLimits,
): Promise<ImportReport> {
  const report: ImportReport = { dryRun, applied: false, rows: 0, counts: null, errors: [], errorCount: 0 };
  let places: Map<Column, number> | null = null;
  let waiting: (OrganisationRow | BrokenRow)[] = [];
  for await (const record of readCsv(file, limits)) {
    if (!places) {
      const header = readHeader(record);
      if (Array.isArray(header)) {
        addErrors(report, header);
        throw new LeaveNothing(report);
      }
      places = header;
      continue;
    }
    report.rows++;
    const { row, errors } = readOrganisationRow(record, places);
    if (errors.length > 0) addErrors(report, errors);
    if (row) waiting.push(row);
    if (waiting.length === batch) {
      await stageRows(client, waiting);
      waiting = [];
    }
  }
  if (waiting.length > 0) await stageRows(client, waiting);
  if (report.rows === 0) throw new CsvProblem(1, "Il file non contiene righe.");
  return report;
}

function addErrors(report: ImportReport, errors: RowError[]): void {
  report.errorCount += errors.length;
  report.errors = [...report.errors, ...errors].sort((a, b) => a.line - b.line).slice(0, listedErrors);
}

function unreadable(dryRun: boolean, problem: CsvProblem): ImportReport {
  const errors = [{ line: problem.line, column: null, it: problem.it }];
  return { dryRun, applied: false, rows: 0, counts: null, errors, errorCount: 1 };
}
