import type { CardDetail } from "../api/screen-types.ts";
import { TextArea } from "../form/text-field.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

type Answers = CardDetail["answers"];
export const answerReasons: readonly Answers[number]["reason"][] = [
  "grievance",
  "issue_report",
  "reminder",
  "update_notice",
  "complaint",
];

/** What is said for a reason when this card answers (REQ 2); Italian, other languages keep what they have. */
export function CardAnswers({ answers, onChange }: { answers: Answers; onChange: (answers: Answers) => void }) {
  const { knowledge: t } = useScreenTexts();
  const { cases } = useTexts();
  const write = (reason: Answers[number]["reason"], text: string) => {
    const known = answers.some((answer) => answer.reason === reason && answer.language === "it");
    if (!known) return onChange([...answers, { reason, language: "it", text }]);
    onChange(
      answers.map((answer) => (answer.reason === reason && answer.language === "it" ? { ...answer, text } : answer)),
    );
  };
  return (
    <details className="blocked-list">
      <summary>{t.answers}</summary>
      <p className="field-hint">{t.answersHint}</p>
      {answerReasons.map((reason) => (
        <TextArea
          key={reason}
          label={cases.reason[reason]}
          rows={1}
          maxLength={2_000}
          value={answers.find((answer) => answer.reason === reason && answer.language === "it")?.text ?? ""}
          onChange={(event) => write(reason, event.target.value)}
        />
      ))}
    </details>
  );
}
