import { useState } from "react";
import type { ReportKind, Rhythm } from "../../reports/report.ts";
import { definitions } from "../../reports/report-texts.ts";
import { type Schedule, settingsApi } from "../api/settings-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { TableScroll } from "../list/table-scroll.tsx";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useReportTexts } from "../texts/reports-catalogue.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { sayDay } from "../texts/said-report.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

/** Which reports are made by themselves, when the next one is due, and a switch for each (REQ 11). */
export function ScheduleList() {
  const { schedules: t } = useSettingsTexts();
  const { value, problem, set } = useLoaded("report-schedules", () => settingsApi.schedules());
  const [done, setDone] = useState<string | null>(null);
  const turn = useAction(async (schedule: Schedule) => {
    setDone(null);
    const changed = await settingsApi.setSchedule(schedule, !schedule.enabled);
    const same = (one: Schedule) => one.kind === changed.kind && one.rhythm === changed.rhythm;
    if (value) set({ ...value, items: value.items.map((one) => (same(one) ? changed : one)) });
    setDone(changed.enabled ? t.turnedOn : t.turnedOff);
  });
  return (
    <section className="screen-part" aria-labelledby="report-schedules">
      <h2 id="report-schedules">{t.title}</h2>
      <p className="field-hint">{t.hint}</p>
      <ProblemMessage problem={problem} />
      {value && (
        <ScheduleTable schedules={value.items} busy={turn.busy} onTurn={(schedule) => void turn.run(schedule)} />
      )}
      <SavedNote words={done} />
      <ProblemMessage problem={turn.problem} />
    </section>
  );
}

type ScheduleTableProps = { schedules: Schedule[]; busy: boolean; onTurn: (schedule: Schedule) => void };

function ScheduleTable({ schedules, busy, onTurn }: ScheduleTableProps) {
  const { schedules: t } = useSettingsTexts();
  const { rhythm, period } = useReportTexts();
  const { language } = useSpeech();
  const nameOf = ({ kind }: Schedule) => definitions[kind as ReportKind][language].title;
  return (
    <TableScroll label={t.title}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.report}</th>
            <th scope="col">{t.rhythm}</th>
            <th scope="col">{t.next}</th>
            <th scope="col">{t.due}</th>
            <th scope="col">{t.change}</th>
          </tr>
        </thead>
        <tbody>
          {schedules.map((one) => (
            <tr key={`${one.kind} ${one.rhythm}`}>
              <th scope="row">{nameOf(one)}</th>
              <td>{rhythm[one.rhythm as Rhythm]}</td>
              <td>
                {one.firstDay && one.lastDay
                  ? period(sayDay(one.firstDay, language), sayDay(one.lastDay, language))
                  : t.off}
              </td>
              <td>{one.dueAt ? sayWhen(one.dueAt, language) : "—"}</td>
              <td>
                <button
                  type="button"
                  className={`btn btn-sm ${one.enabled ? "btn-outline-danger" : "btn-outline-primary"}`}
                  disabled={busy}
                  onClick={() => onTurn(one)}
                >
                  {one.enabled ? t.turnOff : t.turnOn}
                  <span className="visually-hidden">{` ${nameOf(one)}, ${rhythm[one.rhythm as Rhythm]}`}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
