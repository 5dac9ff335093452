import type { ReportDocument, ReportToCollect } from "../files/report-document.ts";
import { italianDay, italianMoment } from "../report-period.ts";
import { definitions } from "../report-texts.ts";

/** The head that every report has: what it is about, its period, its definition. */
export function startDocument(report: ReportToCollect, officeName: string | null, now: Date): ReportDocument {
  const { title, lines } = definitions[report.kind].it;
  const about = report.agencyName ?? "Tutti gli enti";
  // Moved by a clock change, a period is not a whole number of days.
  const hours = Math.round((report.periodTo.getTime() - report.periodFrom.getTime()) / 3_600_000);
  const change = hours % 24 === 0 ? "" : ` (${hours} ore, con il cambio dell'ora)`;
  const unfinished = report.periodTo > now ? " - periodo non ancora concluso" : "";
  return {
    title,
    about: officeName === null ? about : `${about} - ${officeName}`,
    period: `dal ${italianDay(report.firstDay)} al ${italianDay(report.lastDay)}${change}${unfinished}`,
    madeAt: italianMoment(now),
    reportId: report.id,
    definition: lines,
    tables: [],
    reconciliation: [],
  };
}
