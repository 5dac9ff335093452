import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { Slot } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useLoaded } from "../list/use-list.ts";
import { dayAfter, sayDay, sayTime, today } from "../texts/said-days.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

const daysAtOnce = 7;

type FreeSlotsProps = { agendaId: string; busy: boolean; onTake: (slot: Slot) => void };

/** Free places of a week, by day. */
export function FreeSlots({ agendaId, busy, onTake }: FreeSlotsProps) {
  const { booking: t } = useScreenTexts();
  const { texts } = useSpeech();
  const [from, setFrom] = useState(today());
  const read = () => screenApi.slots(agendaId, from, dayAfter(from, daysAtOnce - 1));
  const { value, problem } = useLoaded(`${agendaId} ${from}`, read, "bookings");
  const earliest = today();
  const step = (days: number) => {
    const day = dayAfter(from, days);
    setFrom(day < earliest ? earliest : day);
  };
  return (
    <section className="free-slots" aria-label={t.freeFrom}>
      <TextField
        label={t.freeFrom}
        type="date"
        min={earliest}
        value={from}
        onChange={(event) => setFrom(event.target.value || earliest)}
      />
      <ProblemMessage problem={problem} />
      <div aria-live="polite">
        {!value && !problem && <p className="empty-line">{texts.common.loading}</p>}
        {value?.items.length === 0 && <p className="empty-line">{t.noPlace}</p>}
      </div>
      <SlotButtons slots={value?.items ?? []} busy={busy} onTake={onTake} />
      <div className="button-row">
        <button type="button" className="link-button" disabled={from <= earliest} onClick={() => step(-daysAtOnce)}>
          {t.earlier}
        </button>
        <button type="button" className="link-button" onClick={() => step(daysAtOnce)}>
          {t.later}
        </button>
      </div>
    </section>
  );
}

type SlotButtonsProps = { slots: Slot[]; busy: boolean; onTake: (slot: Slot) => void };

export function SlotButtons({ slots, busy, onTake }: SlotButtonsProps) {
  const { booking: t } = useScreenTexts();
  const { language } = useSpeech();
  const days = new Map<string, Slot[]>();
  for (const slot of slots) {
    const day = sayDay(slot.startsAt, language);
    days.set(day, [...(days.get(day) ?? []), slot]);
  }
  return [...days].map(([day, ofDay]) => (
    <fieldset key={day} className="slot-list" aria-label={day}>
      <p className="slot-day">{day}</p>
      {ofDay.map((slot) => (
        <button
          key={slot.startsAt}
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={busy}
          onClick={() => onTake(slot)}
        >
          {sayTime(slot.startsAt)}
          <span className="visually-hidden">
            {" "}
            {day}, {t.free(slot.free)}
          </span>
        </button>
      ))}
    </fieldset>
  ));
}
