import { mayUse } from "../../people/permissions.ts";
import { screenApi } from "../api/screen-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { optionsOf, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { usePerson } from "../session/session-context.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

/** Tries to reach the citizen, newest last, and the form for one more with the date of the next (REQ 3.6). */
export function ContactAttempts({ onChanged }: { onChanged: () => void }) {
  const { office: t } = useScreenTexts();
  const person = usePerson();
  const { view } = useOpenedCase().snapshot;
  const attempts = view.attempts ?? [];
  return (
    <section className="work-part" aria-labelledby="case-attempts">
      <h3 id="case-attempts">{t.attempts}</h3>
      {attempts.length === 0 && <p className="empty-line">{t.noAttempts}</p>}
      <AttemptLines />
      {mayUse(person, "case.attempt") && !view.closedAt && <AttemptForm onChanged={onChanged} />}
    </section>
  );
}

function AttemptLines() {
  const { office: t } = useScreenTexts();
  const { language } = useSpeech();
  const outcomes: Record<string, string> = t.outcomes;
  const { attempts } = useOpenedCase().snapshot.view;
  return (
    <ul className="plain-list">
      {(attempts ?? []).map((attempt) => (
        <li key={attempt.id}>
          <time dateTime={attempt.at}>{sayWhen(attempt.at, language)}</time>
          <strong>{outcomes[attempt.outcome] ?? attempt.outcome}</strong>
          <span>{t.channels[attempt.channel]}</span>
          {attempt.note && <span>{attempt.note}</span>}
          <small>
            {attempt.personName}
            {attempt.nextAttemptAt && ` · ${t.next}: ${sayWhen(attempt.nextAttemptAt, language)}`}
          </small>
        </li>
      ))}
    </ul>
  );
}

const nothing = { outcome: "no_answer", channel: "phone", note: "", next: "" };

function AttemptForm({ onChanged }: { onChanged: () => void }) {
  const { office: t, common } = useScreenTexts();
  const { view } = useOpenedCase().snapshot;
  const [attempt, setAttempt] = useKept(`attempt.${view.id}`, nothing);
  const change = (part: Partial<typeof nothing>) => setAttempt({ ...attempt, ...part });
  const log = useAction(async () => {
    const { outcome, channel, note, next } = attempt;
    await screenApi.logAttempt(view.id, {
      outcome,
      channel,
      note: note.trim() || null,
      nextAttemptAt: next ? new Date(next).toISOString() : null,
    });
    setAttempt(nothing);
    onChanged();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void log.run();
      }}
    >
      <div className="field-row is-tight">
        <SelectField
          label={t.outcome}
          options={optionsOf(t.outcomes)}
          value={attempt.outcome}
          onChange={(outcome) => change({ outcome })}
        />
        <SelectField
          label={t.channel}
          options={optionsOf(t.channels)}
          value={attempt.channel}
          onChange={(channel) => change({ channel })}
        />
        <TextField
          label={t.next}
          type="datetime-local"
          value={attempt.next}
          onChange={(event) => change({ next: event.target.value })}
        />
        <TextField
          label={common.note}
          maxLength={2_000}
          value={attempt.note}
          onChange={(event) => change({ note: event.target.value })}
        />
      </div>
      <div className="button-row">
        <button type="submit" className="btn btn-outline-primary btn-sm" disabled={log.busy}>
          {t.log}
        </button>
      </div>
      <ProblemMessage problem={log.problem} />
    </form>
  );
}
