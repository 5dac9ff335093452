import { useState } from "react";
import { needsAgency, REPORT_KINDS, type ReportKind } from "../../reports/report.ts";
import { definitions } from "../../reports/report-texts.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { goTo } from "../shell/hash-router.ts";
import { useReportTexts } from "../texts/reports-catalogue.ts";
import { useSpeech } from "../texts/texts.tsx";
import { DefinitionLines } from "./definition-lines.tsx";
import { reportApi } from "./report-api.ts";

const dayMs = 86_400_000;

/** Yesterday and the six days before it, by Rome's calendar. */
function lastWeek(): { firstDay: string; lastDay: string } {
  const day = (before: number) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Rome" }).format(new Date(Date.now() - before * dayMs));
  return { firstDay: day(7), lastDay: day(1) };
}

/** One report on any days; the agency may be left out where the report can be about all of them. */
export function AskReportForm({ onAsked }: { onAsked: () => void }) {
  const t = useReportTexts();
  const { language } = useSpeech();
  const { roles } = usePerson();
  const { value: agencies, problem } = useLoaded("report-agencies", () => reportApi.addresses());
  const [wish, setWish] = useState({ kind: "contact_centre" as ReportKind, agencyId: "", ...lastWeek() });
  const seesAll = roles.some(({ role, agencyId }) => role === "supervisor" && agencyId === null);
  const mayBeAll = seesAll && !needsAgency(wish.kind);
  const choices = (agencies?.items ?? []).map(({ agencyId, agencyName }) => ({ value: agencyId, label: agencyName }));
  const agencyId = wish.agencyId || (mayBeAll ? "" : (choices[0]?.value ?? ""));
  const ask = useAction(async () => {
    const asked = await reportApi.ask({ ...wish, agencyId: agencyId || null });
    onAsked();
    goTo("rapporti", asked.id);
  });
  return (
    <>
      <form
        className="screen-form"
        onSubmit={(event) => {
          event.preventDefault();
          void ask.run();
        }}
      >
        <h2>{t.ask}</h2>
        <p className="empty-line">{t.askHint}</p>
        <SelectField
          label={t.kind}
          options={REPORT_KINDS.map((value) => ({ value, label: definitions[value][language].title }))}
          value={wish.kind}
          onChange={(kind) => setWish({ ...wish, kind: kind as ReportKind })}
        />
        <SelectField
          label={t.agency}
          options={choices}
          value={agencyId}
          onChange={(chosen) => setWish({ ...wish, agencyId: chosen })}
          {...(mayBeAll ? { empty: t.allAgencies } : {})}
        />
        <div className="field-row">
          <TextField
            label={t.firstDay}
            type="date"
            required
            value={wish.firstDay}
            onChange={(event) => setWish({ ...wish, firstDay: event.target.value })}
          />
          <TextField
            label={t.lastDay}
            type="date"
            required
            value={wish.lastDay}
            onChange={(event) => setWish({ ...wish, lastDay: event.target.value })}
          />
        </div>
        <div className="button-row">
          <button type="submit" className="btn btn-primary" disabled={ask.busy || !agencies}>
            {t.askNow}
          </button>
        </div>
        <ProblemMessage problem={ask.problem ?? problem} />
      </form>
      <DefinitionLines kind={wish.kind} />
    </>
  );
}
