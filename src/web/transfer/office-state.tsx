import type { OfficeAvailability } from "../api/work-types.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";

/** The competent office with its verdict, its people, its last answers and the best alternative; follows the feed. */
export function OfficeState({ office }: { office: OfficeAvailability }) {
  const { texts: t, language } = useSpeech();
  const { transfer } = t.work;
  return (
    <section className="office-state" aria-labelledby="office-state-title">
      <h3 id="office-state-title">
        <span className="visually-hidden">{transfer.office}: </span>
        {office.officeName}
      </h3>
      <p className="verdict-line" role="status">
        <span className={`verdict verdict-${office.verdict}`}>{transfer.verdict[office.verdict]}</span>
        {office[language] !== `${transfer.verdict[office.verdict]}.` && <span>{office[language]}</span>}
      </p>
      {office.alternative && <p className="field-hint">{office.alternative[language]}</p>}
      {office.people.length > 0 && (
        <>
          <h4>{transfer.people}</h4>
          <ul className="office-people">
            {office.people.map((person) => (
              <li key={person.personId}>
                <span>{person.name}</span>
                <small>{person[language]}</small>
              </li>
            ))}
          </ul>
        </>
      )}
      {office.lastAnswers.length > 0 && (
        <details className="blocked-list">
          <summary>{transfer.last}</summary>
          <ul>
            {office.lastAnswers.map(({ at, outcome, personName }) => (
              <li key={at}>
                {sayWhen(at, language)} · {personName ?? "—"} · {transfer.answer[outcome] ?? outcome}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
