import type { Cell, ColumnKind } from "./report-document.ts";

/** The letters of the PDF's standard fonts (Windows-1252): others would come out as wrong ones. */
const unwritable = /[^\n\x20-\x7E\u00A0-\u00FF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu;

export function pdfText(text: string): string {
  return text.normalize("NFC").replaceAll("\r\n", "\n").replaceAll("\t", " ").replace(unwritable, "?");
}

const whole = new Intl.NumberFormat("it-IT", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("it-IT", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function shown(cell: Cell, kind: ColumnKind): string {
  if (cell === null) return "-";
  if (typeof cell === "string") return cell;
  if (kind === "percent") return `${tenth.format(cell)}%`;
  return kind === "decimal" ? tenth.format(cell) : whole.format(cell);
}
