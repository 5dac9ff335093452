import { StatusChip } from "../form/status-chip.tsx";
import { Icon } from "../shell/icon.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";
import { useOpenedCase } from "./draft/use-case.ts";

/** Number (unless a tab above says it), status and whether everything typed is stored. */
export function CaseHead({ numbered = false }: { numbered?: boolean }) {
  const { texts: t, language } = useSpeech();
  const { view } = useOpenedCase().snapshot;
  return (
    <header className="case-head">
      <h2 id={`case-${view.number}`} className={numbered ? undefined : "visually-hidden"}>
        {t.desk.caseNumber(view.number)}
      </h2>
      <StatusChip status={view.status} attribute={view.attribute} />
      <span className="case-when">
        {t.cases.form.opened} {sayWhen(view.openedAt, language)}
      </span>
      <SaveWords />
    </header>
  );
}

function SaveWords() {
  const { texts: t } = useSpeech();
  const { save, problem } = useOpenedCase().snapshot;
  const bad = save === "waiting" || save === "refused" || save === "conflict";
  const words = save === "refused" && problem?.it ? problem.it : t.cases.form[save];
  return (
    <span className={`save-words save-${save}`} role={bad ? "status" : undefined}>
      {save === "saved" && <Icon name="check" />}
      {bad && <Icon name="warning" />}
      {words}
    </span>
  );
}
