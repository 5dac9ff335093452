import { stringify } from "csv-stringify/sync";
import type { Cell, ReportDocument } from "./report-document.ts";
import { safeText } from "./safe-cell.ts";

/** For Italian Excel: semicolons, decimal comma, byte order mark, CRLF. The definition stands at the head. */
export function writeCsv(document: ReportDocument): Buffer {
  const lines: Cell[][] = [
    [document.title],
    [document.about],
    ["Periodo", document.period],
    ["Prodotto il", document.madeAt],
    ["Identificativo", document.reportId],
    [],
    ["Definizione"],
    ...document.definition.map((line) => [line]),
  ];
  for (const { title, columns, rows } of document.tables) {
    lines.push(
      [],
      [title],
      columns.map((column) => column.title),
      ...rows,
    );
  }
  lines.push([], ["Riconciliazione"], ["Verifica", "Nel rapporto", "Nelle tabelle", "Esito"]);
  for (const { what, reported, counted } of document.reconciliation) {
    lines.push([what, reported, counted, reported === counted ? "coincide" : "NON COINCIDE"]);
  }
  const body = stringify(
    lines.map((line) => line.map(written)),
    { delimiter: ";", record_delimiter: "windows" },
  );
  return Buffer.from(`\uFEFF${body}`, "utf8");
}

function written(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "number" ? String(cell).replace(".", ",") : safeText(cell);
}
