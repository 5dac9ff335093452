import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { DayException, DayHours, OpeningCalendar } from "../api/screen-types.ts";
import { faultOf } from "../form/field-fault.ts";
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

type CalendarFormProps = { calendar: OpeningCalendar; onSaved: () => void };

/** Week and exceptions are saved one after the other, each with the version of the one before. */
function CalendarForm({ calendar, onSaved }: CalendarFormProps) {
  const { calendars: t, hours: words, common } = useScreenTexts();
  const shared = useTexts();
  const [stored, setStored] = useState(calendar);
  const [name, setName] = useState(calendar.name);
  const [hours, setHours] = useState<DayHours[]>(calendar.hours);
  const [exceptions, setExceptions] = useState<DayException[]>(calendar.exceptions);
  const [italianHolidays, setItalianHolidays] = useState(calendar.italianHolidays);
  const [localHolidays, setLocalHolidays] = useState(calendar.localHolidays.join(", "));
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    setDone(false);
    const week = { name, italianHolidays, localHolidays: localHolidays.split(/[\s,;]+/).filter(Boolean), hours };
    const saved = await screenApi.saveWeek(stored.id, stored.version, week);
    setStored(saved);
    setStored(await screenApi.saveExceptions(saved.id, saved.version, filledExceptions(exceptions)));
    setDone(true);
    onSaved();
  });
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
        value={name}
        error={faultOf(save.problem, "name")}
        onChange={(event) => setName(event.target.value)}
      />
      <WeekHours hours={hours} error={faultOf(save.problem, "hours")} onChange={setHours} />
      <div className="field-row">
        <CheckField label={words.italianHolidays} checked={italianHolidays} onChange={setItalianHolidays} />
        <TextField
          label={words.localHolidays}
          value={localHolidays}
          error={faultOf(save.problem, "localHolidays")}
          onChange={(event) => setLocalHolidays(event.target.value)}
        />
      </div>
      <ExceptionDays exceptions={exceptions} error={faultOf(save.problem, "items")} onChange={setExceptions} />
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
