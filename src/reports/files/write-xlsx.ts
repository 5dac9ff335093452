import exceljs from "exceljs";
import type { ColumnKind, ReportDocument, ReportTable } from "./report-document.ts";
import { safeText } from "./safe-cell.ts";

const formats: Record<ColumnKind, string> = { text: "@", integer: "#,##0", decimal: "#,##0.0", percent: '0.0"%"' };
const headFill = { type: "pattern", pattern: "solid", fgColor: { argb: "FFE6ECF2" } } as const;

/** First sheet: definition and reconciliation; then a sheet a table. Texts are text cells, never formulas. */
export async function writeXlsx(document: ReportDocument): Promise<Buffer> {
  const book = new exceljs.Workbook();
  book.creator = "055055";
  book.title = safeText(`${document.title} ${document.period}`);
  cover(book.addWorksheet("Rapporto"), document);
  document.tables.forEach((table, n) => {
    tableSheet(book.addWorksheet(sheetName(`${n + 1} ${table.title}`)), table);
  });
  return Buffer.from(await book.xlsx.writeBuffer());
}

function cover(sheet: exceljs.Worksheet, document: ReportDocument): void {
  sheet.columns = [{ width: 70 }, { width: 24 }, { width: 18 }, { width: 16 }];
  const line = (...cells: (string | number)[]) =>
    sheet.addRow(cells.map((cell) => (typeof cell === "string" ? safeText(cell) : cell)));
  line(document.title).font = { bold: true, size: 14 };
  line(document.about);
  line("Periodo", document.period);
  line("Prodotto il", document.madeAt);
  line("Identificativo", document.reportId);
  line("");
  line("Definizione").font = { bold: true };
  for (const sentence of document.definition) line(sentence).alignment = { wrapText: true, vertical: "top" };
  line("");
  line("Riconciliazione").font = { bold: true };
  line("Verifica", "Nel rapporto", "Nelle tabelle", "Esito").font = { bold: true };
  for (const { what, reported, counted } of document.reconciliation) {
    const row = line(what, reported, counted, reported === counted ? "coincide" : "NON COINCIDE");
    if (reported !== counted) row.font = { bold: true, color: { argb: "FFB00020" } };
  }
}

function tableSheet(sheet: exceljs.Worksheet, { columns, rows }: ReportTable): void {
  sheet.columns = columns.map(({ kind, width }) => ({
    width: kind === "text" ? Math.min(60, 10 * width) : 14,
    style: { numFmt: formats[kind], alignment: { vertical: "top", wrapText: kind === "text" } },
  }));
  const head = sheet.addRow(columns.map(({ title }) => title));
  head.font = { bold: true };
  head.fill = headFill;
  for (const row of rows) sheet.addRow(row.map((cell) => (typeof cell === "string" ? safeText(cell) : cell)));
  sheet.views = [{ state: "frozen", ySplit: 1 }];
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: columns.length } };
}

/** Excel allows 31 signs, none of these. */
function sheetName(title: string): string {
  return title
    .replace(/[*?:\\/[\]]/g, " ")
    .slice(0, 31)
    .trim();
}
