import type { Queryable } from "../../database/pool.ts";
import {
  type Collected,
  decimal,
  integer,
  type ReportTable,
  type ReportToCollect,
  text,
} from "../files/report-document.ts";
import { italianDay, italianMoment } from "../report-period.ts";
import { transferNames } from "../report-texts.ts";
import { grouped } from "./grouped.ts";
import { startDocument } from "./start-document.ts";
import { countSwitchboardCases, listSwitchboardCases, type SwitchboardCase } from "./switchboard-report-store.ts";

const noTransfer = "Nessun trasferimento";
const mostTargets = 40;

const statuses: Record<string, string> = {
  draft: "Da completare",
  resolved_l1: "Risolto I livello",
  cancelled: "Annullato",
};

/** The periodic switchboard report (§8, REQ 7.5): every call for the switchboard of an agency, and how it went. */
export async function collectSwitchboardReport(db: Queryable, report: ReportToCollect, now: Date): Promise<Collected> {
  const cases = await listSwitchboardCases(db, report);
  const counted = await countSwitchboardCases(db, report);
  const document = startDocument(report, null, now);
  const byDay = grouped(cases, (one) => one.day);
  const byOutcome = grouped(cases, outcomeOf);
  document.tables = [
    groupTable("Esito del trasferimento", "Esito", byOutcome, true),
    groupTable("Stato dei casi", "Stato", grouped(cases, statusOf), true),
    { ...groupTable("Per giorno", "Giorno", new Map([...byDay].map(([day, own]) => [italianDay(day), own])), false) },
    groupTable("Per ora del giorno", "Ora", hours(cases), false),
    { ...groupTable("Interni più richiesti", "Interno o ufficio", targets(cases), true) },
    listTable(cases),
  ];
  const sum = (groups: Map<string, SwitchboardCase[]>) => [...groups.values()].reduce((so, own) => so + own.length, 0);
  const tries = cases.reduce((so, one) => so + one.tries, 0);
  document.reconciliation = [
    {
      what: "Casi elencati = casi di centralino nella tabella dei casi",
      reported: cases.length,
      counted: counted.cases,
    },
    { what: "Somma degli esiti = casi di centralino", reported: sum(byOutcome), counted: counted.cases },
    { what: "Somma dei giorni = casi di centralino", reported: sum(byDay), counted: counted.cases },
    {
      what: "Tentativi di trasferimento = righe della tabella dei trasferimenti",
      reported: tries,
      counted: counted.transfers,
    },
    {
      what: "Casi aperti da una chiamata = chiamate che li hanno aperti",
      reported: counted.ofCalls,
      counted: counted.calls,
    },
    { what: "Casi elencati = casi con almeno un contatto", reported: cases.length, counted: counted.withContact },
  ];
  const completed = byOutcome.get(transferNames.completed!)?.length ?? 0;
  return { document, offices: [], totals: { cases: cases.length, completed, transfers: tries } };
}

function outcomeOf({ tries, result }: SwitchboardCase): string {
  if (tries === 0) return noTransfer;
  return result === null ? "In corso" : (transferNames[result] ?? result);
}

function statusOf({ status }: SwitchboardCase): string {
  return statuses[status] ?? status;
}

function hours(cases: SwitchboardCase[]): Map<string, SwitchboardCase[]> {
  const name = (hour: number) => `${String(hour).padStart(2, "0")}-${String(hour + 1).padStart(2, "0")}`;
  return grouped(
    cases.toSorted((a, b) => a.hour - b.hour),
    (one) => name(one.hour),
  );
}

function targets(cases: SwitchboardCase[]): Map<string, SwitchboardCase[]> {
  const named = grouped(
    cases.filter((one) => one.targetName !== null),
    (one) => one.targetName ?? "",
  );
  return new Map([...named].sort((a, b) => b[1].length - a[1].length).slice(0, mostTargets));
}

function groupTable(
  title: string,
  name: string,
  groups: Map<string, SwitchboardCase[]>,
  largestFirst: boolean,
): ReportTable {
  const rows = [...groups].map(([key, own]) => {
    const waits = own.flatMap(({ waitSeconds }) => (waitSeconds === null ? [] : [waitSeconds]));
    const reached = own.filter(({ result }) => result === "completed").length;
    return [key, own.length, reached, waits.length > 0 ? average(waits) : null];
  });
  if (largestFirst) rows.sort((a, b) => Number(b[1]) - Number(a[1]));
  const columns = [text(name, 4), integer("Casi"), integer("Trasferiti"), decimal("Attesa media (s)")];
  return { title, columns, rows, chart: { label: 0, values: [1, 2] } };
}

function average(values: number[]): number {
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;
}

function listTable(cases: SwitchboardCase[]): ReportTable {
  return {
    title: "Elenco delle chiamate",
    columns: [
      ...[integer("Caso"), text("Aperto"), text("Interno o ufficio", 4), text("Esito", 3), integer("Tentativi")],
      ...[decimal("Attesa (s)"), text("Stato")],
    ],
    rows: cases.map((one) => [
      ...[one.number, italianMoment(one.openedAt), one.targetName, outcomeOf(one), one.tries],
      ...[one.waitSeconds === null ? null : average([one.waitSeconds]), statusOf(one)],
    ]),
  };
}
