import { type CellReader, cellReader, cellsOf, type RowError } from "../../organisation/import/csv/csv-cells.ts";
import type { CsvRecord } from "../../organisation/import/csv/read-csv.ts";
import { formatWeeklyHours } from "../../organisation/offices/weekly-hours.ts";
import type { EntryKind, VoicemailPolicy } from "../directory.ts";

/**
 * One row an office or employee, known by its code within the agency (`ente`: the agency's code). `ufficio` is the code
 * of the office's own row, in the file or stored. A confidential number (`riservato`) needs the office's one to be told
 * instead: `telefono_ufficio`, or the number of that office.
 */
export const directoryColumns = [
  "tipo",
  "codice",
  "ente",
  "nome",
  "ruolo",
  "ufficio",
  "telefono",
  "interno",
  "riservato",
  "telefono_ufficio",
  "segreteria",
  "orari",
  "attivo",
] as const;
export type DirectoryColumn = (typeof directoryColumns)[number];

export type DirectoryRow = {
  line: number;
  kind: EntryKind;
  code: string;
  agency: string;
  name: string;
  role: string;
  /** Code of an entry of the agency; empty: none. */
  officeCode: string;
  phone: string | null;
  extension: string | null;
  account: string | null;
  disclosable: boolean;
  fallbackPhone: string | null;
  voicemailPolicy: VoicemailPolicy;
  /** In one fixed form, so that equal weeks are found equal; null: not known, tried at any hour. */
  week: string | null;
  hours: { weekday: number; opens: string; closes: string }[] | null;
  active: boolean;
  /** Wrong by itself: others may still name its code. */
  broken?: true;
};

const kinds: Record<string, EntryKind> = { ufficio: "office", persona: "person" };
const policies: Record<string, VoicemailPolicy> = {
  "": "press_one",
  "premi 1": "press_one",
  riconosci: "detect",
  nessuna: "trust",
};

/** The row, and all that is wrong with it in the words of who wrote it. */
export function readDirectoryRow(
  record: CsvRecord,
  places: ReadonlyMap<string, number>,
): { row: DirectoryRow | null; errors: RowError[] } {
  const { line } = record;
  const cell = cellsOf<DirectoryColumn>(record, places);
  if (Array.isArray(cell)) return { row: null, errors: cell };
  const errors: RowError[] = [];
  const fault = (column: DirectoryColumn, it: string) => {
    errors.push({ line, column, it });
  };
  const reader = cellReader(cell, fault);
  const kind = kinds[cell("tipo").toLowerCase()];
  if (!kind) fault("tipo", "Il tipo deve essere ufficio o persona.");
  const hours = reader.hours("orari");
  const row: DirectoryRow = {
    line,
    kind: kind ?? "office",
    code: reader.code("codice"),
    agency: reader.code("ente"),
    name: reader.text("nome", 200),
    role: reader.text("ruolo", 200, true),
    officeCode: reader.code("ufficio", true),
    ...numbers(reader, fault),
    disclosable: !reader.yesNo("riservato", false),
    voicemailPolicy: policy(cell("segreteria"), fault),
    week: hours && formatWeeklyHours(hours),
    hours,
    active: reader.yesNo("attivo", true),
  };
  if (row.officeCode !== "" && row.officeCode === row.code) fault("ufficio", "Una voce non è ufficio di se stessa.");
  if (!row.disclosable && row.officeCode === "" && row.fallbackPhone === null) {
    fault("riservato", 'Un numero riservato vuole "ufficio" o "telefono_ufficio": il numero da dire al cittadino.');
  }
  return { row: errors.length > 0 ? { ...row, broken: true } : row, errors };
}

type Fault = (column: DirectoryColumn, it: string) => void;

function numbers(
  reader: CellReader<DirectoryColumn>,
  fault: Fault,
): Pick<DirectoryRow, "phone" | "extension" | "account" | "fallbackPhone"> {
  const { phone, phoneExtension } = reader.phone("telefono");
  const account = reader.cell("interno");
  if (account !== "" && !/^[0-9]{3,5}$/.test(account)) {
    fault("interno", "L'interno deve essere un numero da 3 a 5 cifre.");
  } else if (account === "" && reader.cell("telefono") === "") {
    fault("telefono", 'Manca il numero: indicare "telefono" o "interno".');
  }
  return {
    phone,
    extension: phoneExtension,
    account: account === "" ? null : account,
    fallbackPhone: reader.phone("telefono_ufficio").phone,
  };
}

function policy(text: string, fault: Fault): VoicemailPolicy {
  const known = policies[text.toLowerCase()];
  if (!known) fault("segreteria", 'La segreteria deve essere "premi 1", "riconosci" o "nessuna".');
  return known ?? "press_one";
}
