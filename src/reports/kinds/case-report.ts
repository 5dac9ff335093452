import type { Queryable } from "../../database/pool.ts";
import {
  type Cell,
  type Collected,
  type Column,
  integer,
  type OfficeCopy,
  type ReportDocument,
  type ReportTable,
  type ReportToCollect,
  text,
} from "../files/report-document.ts";
import { italianMoment } from "../report-period.ts";
import { type CaseCounts, type CaseListKind, countCases, type ListedCase, listCases } from "./case-report-store.ts";
import { grouped } from "./grouped.ts";
import { startDocument } from "./start-document.ts";

type ListColumn = Column & { of: (one: ListedCase) => Cell };

const needStates: Record<string, string> = {
  draft: "bozza",
  reported: "segnalata",
  accepted: "accolta",
  refused: "respinta",
  merged: "unita a un'altra",
  closed: "chiusa",
  dropped: "ritirata",
};

const columns: ListColumn[] = [
  { ...integer("Caso"), of: (one) => one.number },
  { ...text("Aperto"), of: (one) => italianMoment(one.openedAt) },
  { ...text("Chiuso"), of: (one) => italianMoment(one.closedAt) },
  { ...text("Ufficio", 2.5), of: (one) => one.officeName },
  { ...text("Macrostruttura", 2.5), of: (one) => one.departmentName },
  { ...text("Servizio", 3), of: (one) => one.serviceName },
  { ...text("Richiesta", 6), of: (one) => one.request },
];

/** The columns that only one kind has. */
const further: Record<CaseListKind, ListColumn[]> = {
  issue_reports: [{ ...text("Risposta data", 3), of: (one) => one.answer }],
  grievances: [{ ...text("Risposta data", 3), of: (one) => one.answer }],
  unresolved_needs: [
    { ...text("Che cosa manca", 3), of: missingText },
    { ...text("Esigenza informativa", 2), of: needText },
  ],
};

/** Issue reports, grievances, unresolved needs (§3.2, §4.1): a list of cases by office, for each office and the agency. */
export async function collectCaseReport(
  db: Queryable,
  kind: CaseListKind,
  report: ReportToCollect,
  now: Date,
): Promise<Collected> {
  const cases = await listCases(db, kind, report);
  const counted = await countCases(db, kind, report);
  const byOffice = grouped(cases, (one) => one.officeId);
  const document = startDocument(report, null, now);
  document.tables.push(countTable("Casi per ufficio", cases, "Ufficio", (one) => one.officeName));
  document.tables.push(countTable("Casi per servizio", cases, "Servizio", (one) => one.serviceName));
  document.tables.push(listTable(kind, cases));
  document.reconciliation = wholeReconciliation(kind, cases, byOffice, counted);
  const offices: OfficeCopy[] = [...byOffice].map(([officeId, own]) => ({
    officeId,
    document: officeDocument(kind, report, own, cases.length - own.length, counted, now),
  }));
  return { document, offices, totals: { cases: cases.length, offices: byOffice.size } };
}

function officeDocument(
  kind: CaseListKind,
  report: ReportToCollect,
  own: ListedCase[],
  others: number,
  counted: CaseCounts,
  now: Date,
): ReportDocument {
  const document = startDocument(report, own[0]?.officeName ?? null, now);
  document.tables.push(countTable("Casi per servizio", own, "Servizio", (one) => one.serviceName));
  document.tables.push(listTable(kind, own));
  document.reconciliation = [
    {
      what: "Casi di questo ufficio più casi degli altri uffici = casi dell'ente nella tabella dei casi",
      ...{ reported: own.length + others, counted: counted.cases },
    },
  ];
  return document;
}

function wholeReconciliation(
  kind: CaseListKind,
  cases: ListedCase[],
  byOffice: Map<string, ListedCase[]>,
  counted: CaseCounts,
) {
  const sum = [...byOffice.values()].reduce((so, own) => so + own.length, 0);
  const lines = [
    { what: "Casi elencati = casi nella tabella dei casi", reported: cases.length, counted: counted.cases },
    { what: "Somma degli uffici = casi nella tabella dei casi", reported: sum, counted: counted.cases },
    { what: "Casi elencati = casi con almeno un contatto", reported: cases.length, counted: counted.withContact },
    {
      what: "Casi aperti da una chiamata = chiamate che li hanno aperti",
      reported: counted.ofCalls,
      counted: counted.calls,
    },
  ];
  if (kind !== "unresolved_needs") return lines;
  const declared = cases.filter((one) => one.missing !== null).length;
  return [
    ...lines,
    { what: "Casi elencati = casi con la mancanza dichiarata", reported: cases.length, counted: declared },
  ];
}

function countTable(title: string, cases: ListedCase[], name: string, of: (one: ListedCase) => string): ReportTable {
  const groups = [...grouped(cases, of)].map(([key, own]): [string, number] => [key, own.length]);
  groups.sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0], "it"));
  return { title, columns: [text(name, 4), integer("Casi")], rows: groups, chart: { label: 0, values: [1] } };
}

function listTable(kind: CaseListKind, cases: ListedCase[]): ReportTable {
  const all = [...columns, ...further[kind]];
  return {
    title: "Elenco dei casi",
    columns: all.map(({ title, kind: columnKind, width }) => ({ title, kind: columnKind, width })),
    rows: cases.map((one) => all.map(({ of }) => of(one))),
  };
}

function missingText({ missing, cardCode }: ListedCase): string | null {
  if (!missing) return null;
  if (missing.kind === "no_card") return `Nessuna scheda trovata; ricerca: ${missing.search ?? "-"}`;
  return `La scheda ${cardCode ?? "-"} (versione ${missing.cardVersion ?? "-"}) non risponde`;
}

function needText({ needNumber, needState }: ListedCase): string | null {
  return needNumber === null ? null : `${needNumber}: ${needStates[needState ?? ""] ?? needState}`;
}
