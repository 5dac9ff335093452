import type { CaseView } from "../api/api-types.ts";
import { StatusChip } from "../form/status-chip.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";

/** Who, when, what: newest first. */
export function CaseHistory({ view }: { view: CaseView }) {
  const { texts: t, language } = useSpeech();
  return (
    <section className="case-history" aria-labelledby="history-title">
      <h3 id="history-title">{t.cases.form.history}</h3>
      <ol reversed>
        {[...view.history].reverse().map((line) => (
          <li key={line.seq}>
            <time dateTime={line.at}>{sayWhen(line.at, language)}</time>
            <span>{line.personName ?? (line.actor.startsWith("system:") ? t.cases.form.byProgram : line.actor)}</span>
            <span>{t.cases.happened[line.kind as keyof typeof t.cases.happened] ?? line.kind}</span>
            {line.toStatus && <StatusChip status={line.toStatus} attribute={line.toAttribute} />}
            {line.kind === "note" && <p>{view.notes.find(({ id }) => id === line.data.noteId)?.text}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
