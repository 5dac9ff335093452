import { performance } from "node:perf_hooks";
import type { Clock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { addressReport } from "./delivery/report-delivery-store.ts";
import type { WrittenFile } from "./files/file-thread.ts";
import { type Collected, isReconciled, type ReportToCollect } from "./files/report-document.ts";
import { writeFiles } from "./files/write-files.ts";
import { collectCaseReport } from "./kinds/case-report.ts";
import { collectContactCentre } from "./kinds/contact-centre.ts";
import { collectSwitchboardReport } from "./kinds/switchboard-report.ts";
import type { ReportFormat, ReportKind } from "./report.ts";
import { claimReport, failReport, finishReport, insertFiles } from "./report-store.ts";

export type ReportMaking = {
  /** Statements may take long here: never the pool of calls or of the page. */
  pool: Pool;
  clock: Pick<Clock, "now">;
  log: Logger;
};

/** Longer than statements and files together may take. */
const claimMs = 15 * 60_000;
const mostTries = 5;

/**
 * Makes one report, if it is due and nobody else has it: a claim that commits first, then one snapshot of the database
 * for all its numbers, then the files in a thread, then files, post and state in one transaction. A copy that dies in
 * between leaves nothing; the sweep gives the report to another when its claim has run out.
 */
export async function makeReport({ pool, clock, log }: ReportMaking, reportId: string): Promise<boolean> {
  const claim = await claimReport(pool, reportId, claimMs);
  if (!claim) return false;
  const started = performance.now();
  try {
    const collected = await collect(pool, claim, clock.now());
    const files = await writeFiles([collected.document, ...collected.offices.map(({ document }) => document)]);
    const kept = await keep(pool, claim, collected, files, Math.round(performance.now() - started));
    const { kind } = claim;
    if (kept) log.info({ kind, reconciled: isReconciled(collected.document.reconciliation) }, "report made");
    return kept;
  } catch (error) {
    const last = claim.attempts >= mostTries;
    log.warn({ reason: errorText(error), kind: claim.kind, last }, "a report was not made");
    await failReport(pool, claim, errorText(error), last ? null : retryPause(claim.attempts));
    return false;
  }
}

/** Growing pauses: 10 s, 1, 6, 30 minutes. */
function retryPause(attempts: number): number {
  return Math.min(30 * 60_000, 10_000 * 6 ** (attempts - 1));
}

const collectors: Record<ReportKind, (db: Queryable, report: ReportToCollect, now: Date) => Promise<Collected>> = {
  issue_reports: (db, report, now) => collectCaseReport(db, "issue_reports", report, now),
  grievances: (db, report, now) => collectCaseReport(db, "grievances", report, now),
  unresolved_needs: (db, report, now) => collectCaseReport(db, "unresolved_needs", report, now),
  switchboard: collectSwitchboardReport,
  contact_centre: collectContactCentre,
};

/** All numbers of a report are of one moment: otherwise they could not be reconciled while calls go on. */
function collect(pool: Pool, report: ReportToCollect, now: Date): Promise<Collected> {
  return inTransaction(pool, async (client) => {
    await client.query("set transaction isolation level repeatable read");
    return collectors[report.kind](client, report, now);
  });
}

function keep(
  pool: Pool,
  claim: ReportToCollect & { claimId: string },
  { document, offices, totals }: Collected,
  files: WrittenFile[][],
  madeMs: number,
): Promise<boolean> {
  const reconciled = [document, ...offices.map((office) => office.document)].every((one) =>
    isReconciled(one.reconciliation),
  );
  return inTransaction(pool, async (client) => {
    const { reconciliation } = document;
    if (!(await finishReport(client, claim, { totals, reconciliation, reconciled, madeMs }))) return false;
    const copies = [null, ...offices.map(({ officeId }) => officeId)];
    for (const [n, officeId] of copies.entries()) {
      const named = (files[n] ?? []).map((file) => ({ ...file, ...fileName(claim, n, file.format) }));
      await insertFiles(client, claim, officeId, named);
    }
    if (claim.origin === "schedule") await addressReport(client, claim.id);
    return true;
  });
}

const fileWords: Record<ReportKind, string> = {
  issue_reports: "segnalazioni",
  grievances: "lamentele",
  unresolved_needs: "non-risolvibili",
  switchboard: "centralino",
  contact_centre: "contact-centre",
};

const mediaTypes: Record<ReportFormat, string> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pdf: "application/pdf",
};

/** Plain letters only: names of agencies do not go into file names. */
function fileName(report: ReportToCollect, copy: number, format: ReportFormat): { name: string; mediaType: string } {
  const office = copy === 0 ? "" : `-ufficio-${copy}`;
  const name = `${fileWords[report.kind]}-${report.firstDay}-${report.lastDay}${office}.${format}`;
  return { name, mediaType: mediaTypes[format] };
}
