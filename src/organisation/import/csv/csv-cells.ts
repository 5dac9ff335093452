import { tidyText } from "../../../citizens/citizen.ts";
import { parseDialledNumber } from "../../../citizens/phone-number.ts";
import type { WeeklyHours } from "../../../ivr/hours/opening-hours.ts";
import { parseWeeklyHours } from "../../offices/weekly-hours.ts";
import type { CsvRecord } from "./read-csv.ts";

export type RowError = { line: number; column: string | null; it: string };

/** Which cell is which; faults of the header are faults of the whole file. All columns must be there, in any order. */
export function readHeader<Column extends string>(
  header: CsvRecord,
  columns: readonly Column[],
): Map<Column, number> | RowError[] {
  const places = new Map<Column, number>();
  const errors: RowError[] = [];
  const fault = (it: string) => errors.push({ line: header.line, column: null, it });
  for (const [index, cell] of header.cells.entries()) {
    const name = tidyText(cell).toLowerCase().replace(/[ -]/g, "_");
    const column = columns.find((known) => known === name);
    if (!column) fault(`Colonna sconosciuta: "${tidyText(cell).slice(0, 40)}".`);
    else if (places.has(column)) fault(`Colonna ripetuta: "${name}".`);
    else places.set(column, index);
  }
  for (const column of columns) {
    if (!places.has(column)) fault(`Manca la colonna "${column}".`);
  }
  return errors.length > 0 ? errors : places;
}

/** The cells of a row by name, tidied; an array of errors when the row has not as many as the header. */
export function cellsOf<Column extends string>(
  { line, cells }: CsvRecord,
  places: ReadonlyMap<string, number>,
): ((column: Column) => string) | RowError[] {
  if (cells.length === places.size) return (column) => tidyText(cells[places.get(column) ?? -1] ?? "");
  return [{ line, column: null, it: `La riga ha ${cells.length} colonne invece di ${places.size}.` }];
}

export type CellReader<Column extends string> = ReturnType<typeof cellReader<Column>>;

/** Reads what cells mean; whatever is wrong goes to `fault`, in the words of who wrote the file. */
export function cellReader<Column extends string>(
  cell: (column: Column) => string,
  fault: (column: Column, it: string) => void,
) {
  const text = (column: Column, longest: number, mayBeEmpty = false): string => {
    const value = cell(column);
    if (value === "" && !mayBeEmpty) fault(column, `Manca "${column}".`);
    else if (value.length > longest) fault(column, `"${column}" supera ${longest} caratteri.`);
    // Opened again in a spreadsheet, such a text would be run (FAULTS S24).
    else if (/^[=+@-]/.test(value)) fault(column, `"${column}" comincia con un segno di formula (= + - @).`);
    return value;
  };
  return {
    cell,
    text,
    yesNo: (column: Column, otherwise: boolean): boolean => {
      const value = cell(column).toLowerCase();
      if (value === "") return otherwise;
      if (["si", "sì", "s", "1", "vero", "x"].includes(value)) return true;
      if (!["no", "n", "0", "falso"].includes(value)) fault(column, `"${column}" deve essere sì o no.`);
      return false;
    },
    code: (column: Column, mayBeEmpty = false): string => {
      const value = text(column, 64, mayBeEmpty);
      if (/^\d+([.,]\d+)?E[+-]?\d+$/i.test(value)) {
        fault(column, `"${column}" è un numero rovinato da Excel (${value}): formattare la colonna come testo.`);
      }
      return value;
    },
    phone: (column: Column): { phone: string | null; phoneExtension: string | null } => {
      const value = cell(column);
      const number = parseDialledNumber(value);
      if (value !== "" && !number) fault(column, "Il numero di telefono non è valido.");
      return { phone: number?.e164 ?? null, phoneExtension: number?.extension ?? null };
    },
    /** Null: nothing said. */
    hours: (column: Column): WeeklyHours[] | null => {
      if (cell(column) === "") return null;
      const week = parseWeeklyHours(cell(column));
      if (!week) fault(column, 'Orari non leggibili: scriverli come "lun-ven 09:00-13:00, mar 15:00-17:30".');
      return week;
    },
  };
}
