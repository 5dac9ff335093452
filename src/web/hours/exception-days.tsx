import type { DayException } from "../api/screen-types.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { TimeInput } from "./week-hours.tsx";

type ExceptionDaysProps = {
  exceptions: DayException[];
  withPlaces?: boolean;
  error?: string | null;
  onChange: (exceptions: DayException[]) => void;
};

/** Single days that differ from the week: without times the day is closed. */
export function ExceptionDays({ exceptions, withPlaces, error, onChange }: ExceptionDaysProps) {
  const { hours: t, common } = useScreenTexts();
  const replace = (index: number, part: Partial<DayException>) =>
    onChange(exceptions.map((line, at) => (at === index ? { ...line, ...part } : line)));
  return (
    <fieldset className="exception-days">
      <legend className="field-label">{t.exceptions}</legend>
      <p className="field-hint">{t.exceptionsHint}</p>
      {exceptions.map((line, index) => (
        <fieldset key={index} className="exception-day" aria-label={line.day || t.newDay}>
          <input
            type="date"
            className="form-control"
            aria-label={t.day}
            value={line.day}
            onChange={(event) => replace(index, { day: event.target.value })}
          />
          <TimeInput label={t.opens} value={line.opens ?? ""} onChange={(opens) => replace(index, { opens })} />
          –
          <TimeInput label={t.closes} value={line.closes ?? ""} onChange={(closes) => replace(index, { closes })} />
          {withPlaces && (
            <input
              type="number"
              className="form-control"
              min={1}
              max={100}
              placeholder={t.places}
              aria-label={t.places}
              value={line.places ?? ""}
              onChange={(event) => replace(index, { places: event.target.value ? Number(event.target.value) : null })}
            />
          )}
          <input
            type="text"
            className="form-control exception-note"
            maxLength={200}
            placeholder={common.note}
            aria-label={common.note}
            value={line.note}
            onChange={(event) => replace(index, { note: event.target.value })}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={`${common.remove}: ${line.day || t.newDay}`}
            onClick={() => onChange(exceptions.filter((_, at) => at !== index))}
          >
            <Icon name="close" />
          </button>
        </fieldset>
      ))}
      <button
        type="button"
        className="link-button"
        onClick={() => onChange([...exceptions, { day: "", opens: null, closes: null, note: "" }])}
      >
        <Icon name="plus" /> {t.addException}
      </button>
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

/** As the server wants them: lines without a day are none, empty times are no times. */
export function filledExceptions(exceptions: DayException[]): DayException[] {
  return exceptions
    .filter(({ day }) => day !== "")
    .map((line) => ({ ...line, opens: line.opens || null, closes: line.closes || null }));
}
