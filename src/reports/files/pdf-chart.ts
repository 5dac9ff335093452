import { pdfText, shown } from "./pdf-text.ts";
import type { ReportTable } from "./report-document.ts";

const colours = ["#0066cc", "#00857d", "#b45f06", "#7a1f8a"];
const height = 130;
const margin = 40;
/** More bars than this could not be told apart. */
const mostBars = 62;

/** Bars side by side, one group a row; the same numbers stand in the table below it. */
export function drawChart(
  pdf: PDFKit.PDFDocument,
  { columns, rows }: ReportTable,
  { label, values }: { label: number; values: number[] },
): void {
  const shownRows = rows.slice(0, mostBars);
  const number = (row: number, value: number) => Number(shownRows[row]?.[value] ?? 0);
  const highest = Math.max(1, ...shownRows.flatMap((_row, n) => values.map((value) => number(n, value))));
  if (pdf.y + height + 50 > pdf.page.height - margin) pdf.addPage();
  const bottom = pdf.y + height;
  const width = pdf.page.width - 2 * margin;
  const group = (width - 40) / shownRows.length;
  const bar = Math.min(26, (group * 0.8) / values.length);
  pdf.font("Helvetica").fontSize(7);
  for (const part of [0, 0.5, 1]) {
    const y = bottom - part * (height - 10);
    pdf
      .moveTo(margin + 36, y)
      .lineTo(margin + width, y)
      .lineWidth(0.3)
      .stroke("#b8c4d0");
    pdf.fillColor("#5b6f82").text(shown(highest * part, "integer"), margin, y - 4, { width: 32, align: "right" });
  }
  shownRows.forEach((row, n) => {
    const left = margin + 40 + n * group;
    values.forEach((value, place) => {
      const high = (number(n, value) / highest) * (height - 10);
      pdf.rect(left + place * bar, bottom - high, Math.max(0.5, bar - 1), high).fill(colours[place % colours.length]!);
    });
    // Labels that would run into each other are thinned out.
    if (n % Math.ceil(28 / group) === 0) {
      const name = pdfText(String(row[label] ?? "-")).slice(0, Math.max(5, Math.floor(group / 3.6)));
      pdf.fillColor("black").text(name, left, bottom + 3, { width: Math.max(group, 28), lineBreak: false });
    }
  });
  legend(
    pdf,
    bottom + 16,
    values.map((value) => columns[value]?.title ?? ""),
  );
  pdf.x = margin;
  pdf.y = bottom + 34;
}

function legend(pdf: PDFKit.PDFDocument, y: number, names: string[]): void {
  let left = margin + 40;
  names.forEach((name, n) => {
    pdf.rect(left, y, 7, 7).fill(colours[n % colours.length]!);
    pdf
      .fillColor("black")
      .fontSize(8)
      .text(pdfText(name), left + 11, y, { lineBreak: false });
    left += 22 + pdf.widthOfString(pdfText(name));
  });
}
