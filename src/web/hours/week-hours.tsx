import type { DayHours } from "../api/screen-types.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";

type WeekHoursProps = {
  hours: DayHours[];
  /** Agendas say how many citizens fit into each part. */
  withPlaces?: boolean;
  error?: string | null;
  onChange: (hours: DayHours[]) => void;
};

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** Parts of the week, a line a day; a day without any is closed. */
export function WeekHours({ hours, withPlaces, error, onChange }: WeekHoursProps) {
  const { hours: t } = useScreenTexts();
  const replace = (index: number, part: Partial<DayHours>) =>
    onChange(hours.map((line, at) => (at === index ? { ...line, ...part } : line)));
  return (
    <fieldset className="week-hours">
      <legend className="field-label">{t.week}</legend>
      {weekdays.map((weekday) => (
        <fieldset key={weekday} className="week-day" aria-label={t.weekdays[weekday]}>
          <span className="week-day-name">{t.weekdays[weekday]}</span>
          {!hours.some((line) => line.weekday === weekday) && <span className="empty-line">{t.closed}</span>}
          {hours.map(
            (line, index) =>
              line.weekday === weekday && (
                <DayPart
                  key={index}
                  line={line}
                  withPlaces={withPlaces === true}
                  onChange={(part) => replace(index, part)}
                  onRemove={() => onChange(hours.filter((_, at) => at !== index))}
                />
              ),
          )}
          <button
            type="button"
            className="link-button"
            onClick={() => onChange([...hours, { weekday, opens: "09:00", closes: "13:00" }])}
          >
            <Icon name="plus" /> {t.addPart}
            <span className="visually-hidden"> {t.weekdays[weekday]}</span>
          </button>
        </fieldset>
      ))}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

type DayPartProps = {
  line: DayHours;
  withPlaces: boolean;
  onChange: (part: Partial<DayHours>) => void;
  onRemove: () => void;
};

function DayPart({ line, withPlaces, onChange, onRemove }: DayPartProps) {
  const { hours: t, common } = useScreenTexts();
  const day = t.weekdays[line.weekday as (typeof weekdays)[number]];
  return (
    <span className="day-part">
      <TimeInput label={`${day}, ${t.opens}`} value={line.opens} onChange={(opens) => onChange({ opens })} />
      –
      <TimeInput label={`${day}, ${t.closes}`} value={line.closes} onChange={(closes) => onChange({ closes })} />
      {withPlaces && (
        <input
          type="number"
          className="form-control"
          min={1}
          max={100}
          placeholder={t.places}
          aria-label={`${day}, ${t.places}`}
          value={line.places ?? ""}
          onChange={(event) => onChange({ places: event.target.value ? Number(event.target.value) : null })}
        />
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={`${common.remove}: ${day} ${line.opens}`}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}

type TimeInputProps = { label: string; value: string; onChange: (time: string) => void };

/** A time of the day; a browser's own field does not know 24:00, the end of the day. */
export function TimeInput({ label, value, onChange }: TimeInputProps) {
  return (
    <input
      type="text"
      className="form-control time-input"
      inputMode="numeric"
      maxLength={5}
      placeholder="00:00"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
