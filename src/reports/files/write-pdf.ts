import PDFDocument from "pdfkit";
import { drawChart } from "./pdf-chart.ts";
import { pdfText, shown } from "./pdf-text.ts";
import type { Cell, Column, ReportDocument, ReportTable } from "./report-document.ts";

type Pdf = PDFKit.PDFDocument;

/** Longer tables are complete in the other files: nobody prints them. */
const mostRows = 500;
const mostSigns = 600;
const margin = 40;
const grey = "#5b6f82";

/** For reading and printing: definition, charts, tables, reconciliation; page numbers at the foot. */
export async function writePdf(document: ReportDocument): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: "A4",
    layout: "landscape",
    margins: { top: margin, left: margin, right: margin, bottom: margin + 15 },
    bufferPages: true,
    lang: "it-IT",
    displayTitle: true,
    info: {
      Title: pdfText(`${document.title} ${document.period}`),
      Author: "055055",
      Subject: pdfText(document.about),
    },
  });
  const pieces: Buffer[] = [];
  const ended = new Promise<Buffer>((resolve, reject) => {
    pdf.on("data", (piece: Buffer) => pieces.push(piece));
    pdf.on("end", () => resolve(Buffer.concat(pieces)));
    pdf.on("error", reject);
  });
  head(pdf, document);
  reconciliation(pdf, document);
  for (const table of document.tables) {
    heading(pdf, table.title);
    if (table.chart && table.rows.length > 0) drawChart(pdf, table, table.chart);
    drawTable(pdf, table);
  }
  pageNumbers(pdf, document);
  pdf.end();
  return ended;
}

function head(pdf: Pdf, document: ReportDocument): void {
  pdf.font("Helvetica-Bold").fontSize(18).fillColor("#17324d").text(pdfText(document.title));
  pdf.fontSize(12).text(pdfText(document.about));
  pdf
    .font("Helvetica")
    .fontSize(10)
    .text(`Periodo: ${pdfText(document.period)}`);
  pdf.fontSize(8).fillColor(grey).text(`Prodotto il ${document.madeAt} - identificativo ${document.reportId}`);
  heading(pdf, "Definizione");
  pdf.font("Helvetica").fontSize(9);
  for (const line of document.definition) pdf.text(`- ${pdfText(line)}`);
}

function heading(pdf: Pdf, title: string): void {
  // A heading never stands alone at the foot of a page.
  if (pdf.y > pdf.page.height - 120) pdf.addPage();
  pdf.moveDown(0.8).font("Helvetica-Bold").fontSize(12).fillColor("#17324d").text(pdfText(title), margin);
  pdf.moveDown(0.3).fillColor("black");
}

function reconciliation(pdf: Pdf, { reconciliation: lines }: ReportDocument): void {
  heading(pdf, "Riconciliazione");
  drawTable(pdf, {
    title: "",
    columns: [
      { title: "Verifica", kind: "text", width: 5 },
      { title: "Nel rapporto", kind: "integer", width: 1 },
      { title: "Nelle tabelle", kind: "integer", width: 1 },
      { title: "Esito", kind: "text", width: 1 },
    ],
    rows: lines.map(({ what, reported, counted }) => [
      ...[what, reported, counted],
      reported === counted ? "coincide" : "NON COINCIDE",
    ]),
  });
}

function drawTable(pdf: Pdf, { columns, rows }: ReportTable): void {
  const whole = pdf.page.width - 2 * margin;
  const parts = columns.reduce((sum, { width }) => sum + width, 0);
  const widths = columns.map(({ width }) => (whole * width) / parts);
  const headRow = () =>
    drawRow(
      pdf,
      columns.map(({ title }) => title),
      columns,
      widths,
      true,
    );
  if (rows.length === 0) {
    pdf.font("Helvetica").fontSize(9).text("Nessuna voce nel periodo.", margin);
    return;
  }
  headRow();
  for (const row of rows.slice(0, mostRows)) {
    const needed = rowHeight(pdf, row, columns, widths);
    if (pdf.y + needed > pdf.page.height - margin - 20) {
      pdf.addPage();
      headRow();
    }
    drawRow(pdf, row, columns, widths, false);
  }
  if (rows.length > mostRows) {
    const rest = `Qui le prime ${mostRows} righe di ${rows.length}: l'elenco completo è nei file CSV e XLSX.`;
    pdf.moveDown(0.3).font("Helvetica-Oblique").fontSize(9).text(rest, margin);
  }
}

function rowHeight(pdf: Pdf, row: Cell[], columns: Column[], widths: number[]): number {
  pdf.font("Helvetica").fontSize(8);
  const heights = row.map((cell, n) => pdf.heightOfString(cellText(cell, columns[n]!), { width: widths[n]! - 6 }));
  return Math.max(...heights) + 5;
}

function drawRow(pdf: Pdf, row: Cell[], columns: Column[], widths: number[], isHead: boolean): void {
  const height = rowHeight(pdf, row, columns, widths);
  const top = pdf.y;
  let left = margin;
  if (isHead) pdf.rect(margin, top, pdf.page.width - 2 * margin, height).fill("#e6ecf2");
  pdf
    .font(isHead ? "Helvetica-Bold" : "Helvetica")
    .fontSize(8)
    .fillColor("black");
  row.forEach((cell, n) => {
    const align = columns[n]!.kind === "text" ? "left" : "right";
    pdf.text(cellText(cell, columns[n]!), left + 3, top + 3, { width: widths[n]! - 6, height: height - 3, align });
    left += widths[n]!;
  });
  pdf.y = top + height;
  pdf.x = margin;
  pdf
    .moveTo(margin, pdf.y)
    .lineTo(pdf.page.width - margin, pdf.y)
    .lineWidth(0.3)
    .stroke("#b8c4d0");
}

function cellText(cell: Cell, column: Column): string {
  const whole = pdfText(shown(cell, column.kind));
  return whole.length > mostSigns ? `${whole.slice(0, mostSigns)}...` : whole;
}

function pageNumbers(pdf: Pdf, document: ReportDocument): void {
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page);
    // Below the margin on purpose: without this the line would open a page of its own.
    pdf.page.margins.bottom = 0;
    const line = `055055 - ${pdfText(document.title)} - ${pdfText(document.period)} - pagina ${page + 1} di ${count}`;
    pdf.font("Helvetica").fontSize(7).fillColor(grey);
    pdf.text(line, margin, pdf.page.height - margin, {
      align: "center",
      lineBreak: false,
      width: pdf.page.width - 2 * margin,
    });
  }
}
