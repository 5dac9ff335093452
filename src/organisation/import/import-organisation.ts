import type { Pool } from "../../database/pool.ts";
import { auditOrganisation } from "../agency-store.ts";
import { type CsvImport, importCsv, type ImportReport as Report } from "./csv/import-csv.ts";
import type { CsvLimits } from "./csv/read-csv.ts";
import {
  beginStaging,
  checkDependencies,
  checkStaged,
  type ImportCounts,
  readCounts,
  stageRows,
} from "./import-store.ts";
import { writeStaged } from "./import-write-store.ts";
import { columns, readOrganisationRow } from "./organisation-row.ts";

export type ImportReport = Report<ImportCounts>;

/**
 * Imports the whole tree (issue B 1): known codes are changed, new ones created, none is removed. The same file twice
 * changes nothing.
 * @throws AppError body_too_large; every other fault of the file is in the report, with its line
 */
export async function importOrganisation(
  pool: Pool,
  person: { id: string; login: string },
  source: AsyncIterable<Uint8Array>,
  dryRun: boolean,
  limits?: CsvLimits,
): Promise<ImportReport> {
  const organisation: CsvImport<ImportCounts> = {
    columns,
    readRow: readOrganisationRow,
    begin: beginStaging,
    stage: stageRows,
    check: checkStaged,
    write: writeStaged,
    checkWritten: checkDependencies,
    count: readCounts,
    applied: (client, counts) => auditOrganisation(client, person, "organisation.import", "agency", null, counts),
    tradedIt: "Due voci si scambiano il nome: importarle in due volte.",
  };
  return importCsv(pool, source, dryRun, organisation, limits);
}
