import { useEffect } from "react";
import { mayUse } from "../../people/permissions.ts";
import { definitions } from "../../reports/report-texts.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { useReportTexts } from "../texts/reports-catalogue.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { sayDay, saySize } from "../texts/said-report.ts";
import { useSpeech } from "../texts/texts.tsx";
import { DefinitionLines } from "./definition-lines.tsx";
import { type ReportDelivery, type ReportDetail, type ReportFile, reportApi } from "./report-api.ts";

/** How often a report that is being made is looked at. */
const everyMs = 1_500;
const resendable: readonly ReportDelivery["state"][] = ["undelivered", "failed", "unknown", "no_address"];

/** One report: what it counts, its files, whether its sums agree, where it was sent. */
export function ReportView({ reportId }: { reportId: string }) {
  const t = useReportTexts();
  const { language } = useSpeech();
  const { value: report, problem, again } = useLoaded(reportId, () => reportApi.report(reportId));
  const open = report?.state === "queued" || report?.state === "making";
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => void again(), everyMs);
    return () => clearInterval(timer);
  }, [open, again]);
  if (!report) return <ProblemMessage problem={problem} />;
  return (
    <>
      <div className="screen-part">
        <div className="screen-head">
          <h2>{definitions[report.kind][language].title}</h2>
          <span className="state-tag" role="status">
            {t.state[report.state]}
          </span>
        </div>
        <p>
          {report.agencyName ?? t.allAgencies} ·{" "}
          {t.period(sayDay(report.firstDay, language), sayDay(report.lastDay, language))}
          {report.madeAt && ` · ${t.madeAt(sayWhen(report.madeAt, language))}`}
        </p>
        {open && <p className="empty-line">{t.wait}</p>}
        {report.state === "failed" && (
          <p className="notice notice-danger">
            {t.failed} {report.error}
          </p>
        )}
      </div>
      {report.state === "made" && <Files report={report} />}
      <DefinitionLines kind={report.kind} />
      {report.reconciliation && <Reconciliation lines={report.reconciliation} agrees={report.reconciled === true} />}
      {report.state === "made" && <Deliveries report={report} onChanged={again} />}
    </>
  );
}

function Files({ report }: { report: ReportDetail }) {
  const t = useReportTexts();
  const copies = new Map<string, ReportFile[]>();
  for (const file of report.files) {
    const name = file.officeName ?? (report.agencyId ? t.wholeCopy : t.allAgencies);
    copies.set(name, [...(copies.get(name) ?? []), file]);
  }
  return (
    <section className="screen-part" aria-labelledby="report-files">
      <h3 id="report-files">{t.files}</h3>
      {[...copies].map(([name, files]) => (
        <div key={name}>
          <p>{name}</p>
          <div className="button-row">
            {files.map((file) => (
              <FileLink key={file.id} reportId={report.id} file={file} copy={name} />
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

function FileLink({ reportId, file, copy }: { reportId: string; file: ReportFile; copy: string }) {
  const t = useReportTexts();
  const { language } = useSpeech();
  return (
    <a
      className="btn btn-outline-primary btn-sm"
      href={reportApi.fileAddress(reportId, file.id)}
      download={file.name}
      aria-label={`${t.download(file.format.toUpperCase(), saySize(file.sizeBytes, language))}: ${copy}`}
    >
      {file.format.toUpperCase()} ({saySize(file.sizeBytes, language)})
    </a>
  );
}

type Lines = NonNullable<ReportDetail["reconciliation"]>;

function Reconciliation({ lines, agrees }: { lines: Lines; agrees: boolean }) {
  const t = useReportTexts();
  return (
    <section className="screen-part" aria-labelledby="report-reconciliation">
      <h3 id="report-reconciliation">{t.reconciliation}</h3>
      <p className={agrees ? "notice notice-done" : "notice notice-danger"}>
        {agrees ? t.reconciled : t.notReconciled}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by keyboard */}
      <section className="table-scroll" aria-label={t.reconciliation} tabIndex={0}>
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{t.what}</th>
              <th scope="col">{t.reported}</th>
              <th scope="col">{t.counted}</th>
              <th scope="col">{t.outcome}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ what, reported, counted }) => (
              <tr key={what}>
                <td lang="it">{what}</td>
                <td className="number">{reported}</td>
                <td className="number">{counted}</td>
                <td>{reported === counted ? t.equal : <strong>{t.unequal}</strong>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Deliveries({ report, onChanged }: { report: ReportDetail; onChanged: () => Promise<void> }) {
  const t = useReportTexts();
  const mayResend = mayUse(usePerson(), "report.make");
  const resend = useAction(async (deliveryId: string) => {
    await reportApi.resend(report.id, deliveryId);
    await onChanged();
  });
  return (
    <section className="screen-part" aria-labelledby="report-deliveries">
      <h3 id="report-deliveries">{t.deliveries}</h3>
      {report.deliveries.length === 0 && <p className="empty-line">{t.noDeliveries}</p>}
      <ul className="plain-list">
        {report.deliveries.map((line) => (
          <li key={line.id}>
            <strong>{line.officeName ?? t.recipient[line.recipient]}</strong> {line.toAddress}{" "}
            <span className="state-tag">{t.deliveryState[line.state]}</span>
            <br />
            <small>{line.errorDetail ?? [line.messageId, line.receipt].filter(Boolean).join(" · ")}</small>
            {mayResend && resendable.includes(line.state) && (
              <button
                type="button"
                className="btn btn-outline-primary btn-sm"
                disabled={resend.busy}
                onClick={() => void resend.run(line.id)}
              >
                {t.resend}
                <span className="visually-hidden"> {line.officeName ?? t.recipient[line.recipient]}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <ProblemMessage problem={resend.problem} />
    </section>
  );
}
