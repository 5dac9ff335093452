import { useState } from "react";
import { mayUse } from "../../people/permissions.ts";
import type { Problem } from "../api/api-problem.ts";
import { screenApi } from "../api/screen-api.ts";
import type { ImportCounts, ImportReport } from "../api/screen-types.ts";
import { FileField } from "../form/file-field.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { OneColumn } from "../list/two-columns.tsx";
import { usePerson } from "../session/session-context.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { RowErrors, type RowFault } from "./row-errors.tsx";

type Kind = "organisation" | "directory";

/** Files of the whole organisation or directory: looked at first, imported after. */
export function ImportsScreen() {
  const { imports: t } = useScreenTexts();
  const person = usePerson();
  return (
    <OneColumn title={t.title}>
      <p className="empty-line">{t.hint}</p>
      <div className="flow-columns">
        {mayUse(person, "organisation.import") && <ImportForm kind="organisation" />}
        {mayUse(person, "directory.edit") && <ImportForm kind="directory" />}
      </div>
    </OneColumn>
  );
}

function ImportForm({ kind }: { kind: Kind }) {
  const { imports: t } = useScreenTexts();
  const [file, setFile] = useState<File | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const send = useAction(async (dryRun: boolean) => {
    if (!file) return;
    setReport(null);
    setReport(await screenApi.importFile(kind, file, dryRun));
  });
  const choose = (next: File | null) => {
    setFile(next);
    setReport(null);
    send.clear();
  };
  const errors = report?.errors ?? errorsOf(send.problem);
  const tried = report?.dryRun === true && report.errorCount === 0;
  return (
    <form
      className="screen-form import-form"
      aria-labelledby={`import-${kind}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send.run(true);
      }}
    >
      <h2 id={`import-${kind}`}>{t.kinds[kind]}</h2>
      <FileField label={t.file} hint={t.columns[kind]} accept=".csv,text/csv" onChoose={choose} />
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={!file || send.busy}>
          {t.tryIt}
        </button>
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={!tried || send.busy}
          onClick={() => void send.run(false)}
        >
          {t.importIt}
        </button>
        {send.busy && <span role="status">{t.working}</span>}
      </div>
      <div role="status">{report && <ReportNote report={report} />}</div>
      <ProblemMessage problem={send.problem} />
      <RowErrors errors={errors} total={report?.errorCount ?? errors.length} />
    </form>
  );
}

/** A refused import carries its rows like a tried one. */
function errorsOf(problem: Problem | null): RowFault[] {
  const errors = problem?.body.errors;
  return Array.isArray(errors) && problem?.code === "import_errors" ? (errors as RowFault[]) : [];
}

function ReportNote({ report }: { report: ImportReport }) {
  const { imports: t } = useScreenTexts();
  const names: Record<string, string> = t.units;
  const counts = report.counts;
  const lines = counts === null ? [] : isCounts(counts) ? [["", counts] as const] : Object.entries(counts);
  const words = report.errorCount > 0 ? t.hasErrors(report.errorCount) : report.applied ? t.imported : t.tried;
  return (
    <div className={`notice ${report.errorCount > 0 ? "notice-danger" : "notice-done"}`}>
      <div>
        <p>
          <strong>{words}</strong> {t.rows(report.rows)}
        </p>
        {lines.map(([name, { rows, created, changed }]) => (
          <p key={name}>{t.counts(names[name] ?? "", rows, created, changed)}</p>
        ))}
      </div>
    </div>
  );
}

function isCounts(counts: NonNullable<ImportReport["counts"]>): counts is ImportCounts {
  return typeof (counts as ImportCounts).rows === "number";
}
