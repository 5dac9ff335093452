import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { OpeningCalendar } from "../api/screen-types.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { ListBody, SavedNote, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { hashOf } from "../shell/hash-router.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { EmergencySwitches } from "./emergency-switches.tsx";
import { ExceptionDays, filledExceptions } from "./exception-days.tsx";
import { WeekHours } from "./week-hours.tsx";

/** When the centre and the offices are open, and the emergency announcements (REQ 1.1). */
export function HoursScreen({ calendarId }: { calendarId: string | null }) {
  const { calendars: t } = useScreenTexts();
  const list = useList("calendars", () => screenApi.calendars(), undefined, "hours");
  const shown = list.items.find(({ id }) => id === calendarId) ?? null;
  return (
    <TwoColumns
      title={t.title}
      chosen={calendarId !== null}
      rightLabel={t.one}
      left={
        <>
          <EmergencySwitches />
          <section className="screen-part" aria-labelledby="calendar-list">
            <h2 id="calendar-list">{t.list}</h2>
            <ListBody list={list} empty={t.none}>
              <CalendarLines calendars={list.items} shownId={calendarId} />
            </ListBody>
          </section>
        </>
      }
      right={
        shown ? (
          <CalendarForm key={shown.id} calendar={shown} onSaved={list.again} />
        ) : (
          <p className="empty">{t.choose}</p>
        )
      }
    />
  );
}

function CalendarLines({ calendars, shownId }: { calendars: OpeningCalendar[]; shownId: string | null }) {
  const { calendars: t } = useScreenTexts();
  const { language } = useSpeech();
  return (
    <ul className="inbox-list">
      {calendars.map((calendar) => (
        <li key={calendar.id}>
          <a href={hashOf("orari", calendar.id)} aria-current={calendar.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{calendar.name}</strong>
              <span className={`state-tag ${calendar.state === "open" ? "state-available" : "state-pause"}`}>
                {t.states[calendar.state]}
              </span>
            </span>
            {calendar.state !== "open" && calendar.nextOpening && (
              <small>{t.opensAt(sayWhen(calendar.nextOpening, language))}</small>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}

function draftOf({ name, hours, exceptions, italianHolidays, localHolidays }: OpeningCalendar) {
  return { name, hours, exceptions, italianHolidays, localHolidays: localHolidays.join(", ") };
}
type Draft = ReturnType<typeof draftOf>;
type CalendarFormProps = { calendar: OpeningCalendar; onSaved: () => void };

/** Week and exceptions are saved one after the other, each with the version of the one before. */
function CalendarForm({ calendar, onSaved }: CalendarFormProps) {
  const { calendars: t, hours: words, common } = useScreenTexts();
  const shared = useTexts();
  const [stored, setStored] = useState(calendar);
  const [draft, setDraft, settle] = useKept(`calendar.${stored.id}.${stored.version}`, draftOf(calendar));
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    const { exceptions, localHolidays, ...week } = draft;
    const holidays = localHolidays.split(/[\s,;]+/).filter(Boolean);
    const saved = await screenApi.saveWeek(stored.id, stored.version, { ...week, localHolidays: holidays });
    setStored(saved);
    const whole = await screenApi.saveExceptions(saved.id, saved.version, filledExceptions(exceptions));
    settle(draftOf(whole));
    setStored(whole);
    setDone(true);
    onSaved();
  });
  const change = (part: Partial<Draft>) => {
    setDone(false);
    setDraft({ ...draft, ...part });
  };
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h2>{stored.name}</h2>
      <TextField
        label={t.name}
        required
        maxLength={80}
        value={draft.name}
        error={faultOf(save.problem, "name")}
        onChange={(event) => change({ name: event.target.value })}
      />
      <WeekHours hours={draft.hours} error={faultOf(save.problem, "hours")} onChange={(hours) => change({ hours })} />
      <div className="field-row">
        <CheckField
          label={words.italianHolidays}
          checked={draft.italianHolidays}
          onChange={(italianHolidays) => change({ italianHolidays })}
        />
        <TextField
          label={words.localHolidays}
          value={draft.localHolidays}
          error={faultOf(save.problem, "localHolidays")}
          onChange={(event) => change({ localHolidays: event.target.value })}
        />
      </div>
      <ExceptionDays
        exceptions={draft.exceptions}
        error={faultOf(save.problem, "items")}
        onChange={(exceptions) => change({ exceptions })}
      />
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {shared.common.save}
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}
