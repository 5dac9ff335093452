import { useState } from "react";
import { mayUse } from "../../people/permissions.ts";
import { REPORT_KINDS } from "../../reports/report.ts";
import { definitions } from "../../reports/report-texts.ts";
import { SelectField } from "../form/select-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { goTo, hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { useReportTexts } from "../texts/reports-catalogue.ts";
import { sayDay } from "../texts/said-report.ts";
import { useSpeech } from "../texts/texts.tsx";
import { AskReportForm } from "./ask-report-form.tsx";
import { AddressList } from "./report-addresses.tsx";
import { type ReportLine, reportApi } from "./report-api.ts";
import { ScheduleList } from "./report-schedules.tsx";
import { ReportView } from "./report-view.tsx";

/** What was reported (REQ 11): the list, one report with its files and proof, a form for one more. */
export function ReportsScreen({ reportId }: { reportId: string | null }) {
  const t = useReportTexts();
  const { language } = useSpeech();
  const mayAsk = mayUse(usePerson(), "report.make");
  const [kind, setKind] = useState("");
  const list = useList(kind, (cursor) => reportApi.reports({ kind: kind || null, cursor }), undefined, "reports");
  const kinds = REPORT_KINDS.map((value) => ({ value, label: definitions[value][language].title }));
  return (
    <TwoColumns
      title={t.title}
      chosen={reportId !== null}
      rightLabel={t.title}
      left={
        <>
          <search className="inbox-filters">
            <SelectField label={t.kind} empty={t.allKinds} options={kinds} value={kind} onChange={setKind} />
          </search>
          {mayAsk && (
            <div>
              <button type="button" className="btn btn-primary btn-sm" onClick={() => goTo("rapporti", "nuovo")}>
                <Icon name="plus" /> {t.ask}
              </button>
            </div>
          )}
          <ListBody list={list} empty={t.none}>
            <ul className="inbox-list">
              {list.items.map((report) => (
                <Line key={report.id} report={report} shown={report.id === reportId} />
              ))}
            </ul>
          </ListBody>
        </>
      }
      right={<RightSide reportId={reportId} mayAsk={mayAsk} onAsked={list.again} />}
    />
  );
}

function RightSide({ reportId, mayAsk, onAsked }: { reportId: string | null; mayAsk: boolean; onAsked: () => void }) {
  const t = useReportTexts();
  const person = usePerson();
  if (reportId === "nuovo" && mayAsk) return <AskReportForm onAsked={onAsked} />;
  if (reportId !== null && reportId !== "nuovo") return <ReportView key={reportId} reportId={reportId} />;
  return (
    <div className="screen-part">
      <p className="empty">{t.choose}</p>
      {mayUse(person, "report.schedule") && <ScheduleList />}
      {mayAsk && <AddressList />}
    </div>
  );
}

function Line({ report, shown }: { report: ReportLine; shown: boolean }) {
  const t = useReportTexts();
  const { language } = useSpeech();
  return (
    <li>
      <a href={hashOf("rapporti", report.id)} aria-current={shown ? "true" : undefined}>
        <span className="inbox-line-top">
          <strong>{definitions[report.kind][language].title}</strong>
          <small>{report.rhythm ? t.rhythm[report.rhythm] : t.onDemand(report.askedBy ?? "")}</small>
        </span>
        <span className="inbox-line-request">{report.agencyName ?? t.allAgencies}</span>
        <span className="inbox-line-end">
          <span className="state-tag">{t.state[report.state]}</span>
          <small>{t.period(sayDay(report.firstDay, language), sayDay(report.lastDay, language))}</small>
        </span>
      </a>
    </li>
  );
}
