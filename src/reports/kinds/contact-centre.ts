import type { Queryable } from "../../database/pool.ts";
import {
  type Cell,
  type Collected,
  decimal,
  integer,
  percent,
  type Reconciliation,
  type ReportTable,
  type ReportToCollect,
  text,
} from "../files/report-document.ts";
import { SERVICE_LEVEL_SECONDS } from "../report.ts";
import { italianDay } from "../report-period.ts";
import { outcomeNames, reasonNames } from "../report-texts.ts";
import {
  type CallFigures,
  callFigures,
  callOutcomes,
  casesByReason,
  countSources,
  gatherCalls,
  outboundContacts,
  type SourceCounts,
  type Waits,
  waitQuantiles,
} from "./contact-centre-store.ts";
import { startDocument } from "./start-document.ts";

const channels: Record<string, string> = { phone: "Telefono", email: "E-mail", sms: "SMS" };
const none = "(non indicato)";

/** The contact centre's figures (REQ 11), by day, hour, agency and reason; every sum goes back to the calls. */
export async function collectContactCentre(db: Queryable, report: ReportToCollect, now: Date): Promise<Collected> {
  await gatherCalls(db, report);
  const all = (await callFigures(db, "all"))[0]!;
  const days = await callFigures(db, "day");
  const hours = await callFigures(db, "hour");
  const agencies = await callFigures(db, "agency");
  const reasons = await callFigures(db, "reason");
  const outcomes = await callOutcomes(db);
  const cases = await casesByReason(db);
  const outbound = await outboundContacts(db, report);
  const document = startDocument(report, null, now);
  document.tables = [
    summaryTable(all, await waitQuantiles(db)),
    figuresTable("Per giorno", "Giorno", days, (key) => italianDay(key)),
    figuresTable("Per ora del giorno", "Ora", hours, (key) => `${key}:00`),
    ...(report.agencyId === null ? [figuresTable("Per ente", "Ente", agencies, (key) => key)] : []),
    figuresTable("Per motivo del caso aperto dalla chiamata", "Motivo di contatto", reasons, reasonName),
    countTable(
      "Esito delle chiamate",
      "Esito",
      outcomes.map((one) => [outcomeName(one.outcome), one.calls]),
    ),
    countTable(
      "Casi collegati alle chiamate",
      "Motivo",
      cases.map((one) => [reasonName(one.reason ?? none), one.cases]),
    ),
    countTable(
      "Contatti in uscita",
      "Canale",
      outbound.map((one) => [channels[one.channel] ?? one.channel, one.contacts]),
    ),
  ];
  const sums = { days, hours, agencies, reasons };
  const totals = { endings: sum(outcomes.map((one) => one.calls)), cases: sum(cases.map((one) => one.cases)) };
  document.reconciliation = reconcile(all, sums, totals, await countSources(db, report));
  const { calls, offered, answered, abandoned, inTime } = all;
  return { document, offices: [], totals: { calls, offered, answered, abandoned, inTime, cases: totals.cases } };
}

function reconcile(
  all: CallFigures,
  groups: Record<string, CallFigures[]>,
  totals: { endings: number; cases: number },
  sources: SourceCounts,
): Reconciliation[] {
  const names: Record<string, string> = {
    days: "dei giorni",
    hours: "delle ore",
    agencies: "degli enti",
    reasons: "dei motivi",
  };
  const { offered, answered, abandoned, otherEnds, waiting } = all;
  return [
    {
      what: "Chiamate del rapporto = chiamate nella tabella delle chiamate",
      reported: all.calls,
      counted: sources.calls,
    },
    { what: "Chiamate del rapporto = contatti di quelle chiamate", reported: all.calls, counted: sources.contacts },
    {
      what: "Chiamate del rapporto = chiamate con almeno un caso",
      reported: all.calls,
      counted: sources.callsWithCase,
    },
    { what: "Chiamate del rapporto = casi aperti da quelle chiamate", reported: all.calls, counted: sources.ownCases },
    { what: "Somma degli esiti = chiamate", reported: totals.endings, counted: sources.calls },
    {
      what: "Risposte + abbandonate + altri esiti + ancora in attesa = offerte",
      ...{ reported: answered + abandoned + otherEnds + waiting, counted: offered },
    },
    ...Object.entries(groups).map(([group, rows]) => ({
      what: `Somma ${names[group]} = chiamate`,
      ...{ reported: sum(rows.map((row) => row.calls)), counted: sources.calls },
    })),
    {
      what: "Somma dei casi per motivo = casi collegati ai contatti",
      reported: totals.cases,
      counted: sources.linkedCases,
    },
  ];
}

function summaryTable(all: CallFigures, waits: Waits): ReportTable {
  const rows: Cell[][] = [
    ["Chiamate in arrivo", all.calls],
    ["Offerte agli operatori", all.offered],
    ["Risposte", all.answered],
    ["Abbandonate in coda", all.abandoned],
    ["Altri esiti dopo la coda", all.otherEnds],
    ["Ancora in attesa alla produzione del rapporto", all.waiting],
    [`Risposte entro ${SERVICE_LEVEL_SECONDS} secondi`, all.inTime],
    [`Livello di servizio (%)`, share(all.inTime, all.offered)],
    ["Tasso di abbandono (%)", share(all.abandoned, all.offered)],
    ["Attesa media delle risposte (s)", rounded(all.meanWait)],
    ["Attesa mediana delle risposte (s)", rounded(waits.median)],
    ["Attesa entro cui è stato risposto al 90% (s)", rounded(waits.ninetieth)],
    ["Attesa più lunga prima della risposta (s)", rounded(all.longestWait)],
    ["Attesa media prima dell'abbandono (s)", rounded(all.meanAbandonWait)],
    ["Attesa mediana prima dell'abbandono (s)", rounded(waits.abandonMedian)],
    ["Conversazione media (s)", rounded(all.meanTalk)],
    ["Gestione media: conversazione e lavoro successivo (s)", rounded(all.meanHandling)],
  ];
  return { title: "Riepilogo", columns: [text("Indicatore", 4), decimal("Valore")], rows };
}

function figuresTable(title: string, name: string, groups: CallFigures[], say: (key: string) => string): ReportTable {
  return {
    title,
    columns: [
      ...[text(name, 3), integer("Chiamate"), integer("Offerte"), integer("Risposte"), integer("Abbandonate")],
      ...[integer("Altri esiti"), percent("Livello di servizio"), decimal("Attesa media (s)")],
      ...[decimal("Conversazione (s)"), decimal("Gestione (s)")],
    ],
    rows: groups.map((one) => [
      ...[one.key === null ? none : say(one.key), one.calls, one.offered, one.answered, one.abandoned],
      ...[one.otherEnds + one.waiting, share(one.inTime, one.offered), rounded(one.meanWait)],
      ...[rounded(one.meanTalk), rounded(one.meanHandling)],
    ]),
    chart: { label: 0, values: [2, 3, 4] },
  };
}

function countTable(title: string, name: string, rows: [string, number][]): ReportTable {
  return { title, columns: [text(name, 4), integer("Numero")], rows, chart: { label: 0, values: [1] } };
}

function reasonName(reason: string): string {
  return reasonNames[reason] ?? reason;
}

function outcomeName(outcome: string | null): string {
  return outcome === null ? "In corso" : (outcomeNames[outcome] ?? outcome);
}

/** Percent with one decimal; nothing offered has no level. */
function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1000) / 10;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}

function sum(values: number[]): number {
  return values.reduce((so, value) => so + value, 0);
}
