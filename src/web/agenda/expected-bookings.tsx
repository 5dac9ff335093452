import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { Agenda } from "../api/screen-types.ts";
import { TextField } from "../form/text-field.tsx";
import { ListBody } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { dayAfter, today } from "../texts/said-days.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

const shownDays = 14;

/** Who comes; a booking whose time the agenda has no more is marked, for the citizen was told that time. */
export function ExpectedBookings({ agenda }: { agenda: Agenda }) {
  const { agenda: t } = useScreenTexts();
  const { texts, language } = useSpeech();
  const [from, setFrom] = useState(today());
  const read = () => screenApi.agendaBookings(agenda.id, from, dayAfter(from, shownDays - 1));
  const list = useList(`${agenda.id} ${agenda.version} ${from}`, read, undefined, "bookings");
  return (
    <section className="screen-part" aria-labelledby="expected-title">
      <h2 id="expected-title">{t.expected(shownDays)}</h2>
      <div className="field-row">
        <TextField
          label={t.fromDay}
          type="date"
          value={from}
          onChange={(event) => setFrom(event.target.value || today())}
        />
      </div>
      <ListBody list={list} empty={t.nobody}>
        <ul className="plain-list">
          {list.items.map(({ id, startsAt, caseNumber, citizen, offAgenda }) => (
            <li key={id}>
              <strong>{sayWhen(startsAt, language)}</strong>
              <span>{[citizen?.firstName, citizen?.lastName].filter(Boolean).join(" ") || texts.citizen.noName}</span>
              <small>{texts.desk.caseNumber(caseNumber)}</small>
              {offAgenda && <span className="state-tag state-failed">{t.offAgenda}</span>}
            </li>
          ))}
        </ul>
      </ListBody>
    </section>
  );
}
