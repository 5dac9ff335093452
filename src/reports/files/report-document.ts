import type { Report } from "../report.ts";

/** A report's content before it becomes a file; plain data, so that it passes to the thread that writes the files. */
export type ReportDocument = {
  title: string;
  /** Agency, and office when it is an office's copy. */
  about: string;
  period: string;
  madeAt: string;
  reportId: string;
  definition: string[];
  tables: ReportTable[];
  reconciliation: Reconciliation[];
};

export type Cell = string | number | null;

export type ColumnKind = "text" | "integer" | "decimal" | "percent";

export type Column = { title: string; kind: ColumnKind /** Relative; 1 is a number's. */; width: number };

export type ReportTable = {
  title: string;
  columns: Column[];
  rows: Cell[][];
  /** Drawn in the PDF: one bar a row; values by column number. */
  chart?: { label: number; values: number[] };
};

/** Two ways to the same number: the report's own sum, and a count of the source's rows. */
export type Reconciliation = { what: string; reported: number; counted: number };

export type OfficeCopy = { officeId: string; document: ReportDocument };

/** What a kind's `collect` gives: the agency's copy, and those of the offices that have something in it. */
export type Collected = {
  document: ReportDocument;
  offices: OfficeCopy[];
  totals: Record<string, number>;
};

export type ReportToCollect = Report & { agencyName: string | null };

export const text = (title: string, width = 2): Column => ({ title, kind: "text", width });
export const integer = (title: string): Column => ({ title, kind: "integer", width: 1 });
export const decimal = (title: string): Column => ({ title, kind: "decimal", width: 1 });
export const percent = (title: string): Column => ({ title, kind: "percent", width: 1 });

export function isReconciled(lines: Reconciliation[]): boolean {
  return lines.every(({ reported, counted }) => reported === counted);
}
