import type { Pool } from "../../database/pool.ts";
import { type CsvImport, type ImportReport, importCsv } from "../../organisation/import/csv/import-csv.ts";
import type { CsvLimits } from "../../organisation/import/csv/read-csv.ts";
import { hasRole, hasRoleIn, type SignedInPerson } from "../../people/person.ts";
import { writeAudit } from "../../people/person-store.ts";
import {
  beginDirectoryStaging,
  checkDirectoryRows,
  checkWrittenDirectory,
  countDirectory,
  type DirectoryCounts,
  stageDirectoryRows,
  stagedAgencies,
  writeDirectory,
} from "./directory-import-store.ts";
import { directoryColumns, readDirectoryRow } from "./directory-row.ts";

export type DirectoryReport = ImportReport<DirectoryCounts>;
export type Importer = Pick<SignedInPerson, "id" | "login" | "roles">;

/**
 * Imports entries of the directory (REQ 7.1): known codes are changed, new ones created; who left is marked as not
 * active in the file. The same file twice changes nothing. A referent imports for the own agency, an administrator for
 * all.
 * @throws AppError body_too_large; every other fault of the file is in the report, with its line
 */
export function importDirectory(
  pool: Pool,
  person: Importer,
  source: AsyncIterable<Uint8Array>,
  dryRun: boolean,
  limits?: CsvLimits,
): Promise<DirectoryReport> {
  const directory: CsvImport<DirectoryCounts> = {
    columns: directoryColumns,
    readRow: readDirectoryRow,
    begin: beginDirectoryStaging,
    stage: stageDirectoryRows,
    check: async (client, limit) => {
      const errors = await checkDirectoryRows(client, limit);
      if (hasRole(person, "administrator")) return errors;
      const others = (await stagedAgencies(client)).filter(
        ({ id }) => id !== null && !hasRoleIn(person, id, "agency_referent"),
      );
      const notYours = others.map(({ code, line }) => ({
        line,
        column: "ente",
        it: `La rubrica di questo ente non è sua da modificare: ${code}.`,
      }));
      return [...errors, ...notYours];
    },
    write: writeDirectory,
    checkWritten: checkWrittenDirectory,
    count: countDirectory,
    applied: (client, counts) =>
      writeAudit(client, { personId: person.id, actor: person.login, action: "directory.import", data: counts }),
    tradedIt: "Due voci si scambiano il codice: importarle in due volte.",
  };
  return importCsv(pool, source, dryRun, directory, limits);
}
