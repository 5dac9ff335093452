import { useId } from "react";
import { ASSIGNMENT_REASONS, REJECT_CAUSES } from "../../../cases/case.ts";
import type { LegalMove, Service } from "../../api/api-types.ts";
import type { MoveBody } from "../../api/desk-api.ts";
import { TextArea, TextField } from "../../form/text-field.tsx";
import { type Texts, useTexts } from "../../texts/texts.tsx";
import { ServiceChoice } from "./service-choice.tsx";

export type MoveChoices = { cause?: string; note?: string; nextAttemptAt?: string; service?: Service };

/** Codes that a person may give as the cause of this move, or none. */
function causesOf(move: LegalMove): readonly string[] {
  if (move.asks.includes("cancelReason")) return move.cancelReasons;
  if (move.asks.includes("rejectCause")) return REJECT_CAUSES;
  // The other two are written by the program alone, from a logged check or a failed transfer.
  if (move.asks.includes("assignmentReason")) return ASSIGNMENT_REASONS.slice(2);
  return [];
}

function causeName(move: LegalMove, cause: string, t: Texts): string {
  const { cancelReason, rejectCause, assignmentReason } = t.cases;
  const names: Record<string, string> = move.asks.includes("cancelReason")
    ? cancelReason
    : move.asks.includes("rejectCause")
      ? rejectCause
      : assignmentReason;
  return names[cause] ?? cause;
}

export function choicesMissing(move: LegalMove, choices: MoveChoices, t: Texts): string | null {
  if (causesOf(move).length > 0 && !choices.cause) return t.cases.form.chooseCause;
  if (move.asks.includes("nextAttemptAt") && !choices.nextAttemptAt) return t.cases.form.nextAttempt;
  if (move.asks.includes("service") && !choices.service) return t.cases.form.noService;
  if (choices.cause === "other" && !choices.note?.trim()) return t.cases.rejectCause.other;
  return null;
}

export function moveBody(move: LegalMove, choices: MoveChoices): MoveBody {
  const { cause, note, nextAttemptAt, service } = choices;
  return {
    to: move.to,
    ...(move.attribute ? { attribute: move.attribute } : {}),
    ...(cause ? { cause } : {}),
    ...(note?.trim() ? { note: note.trim() } : {}),
    ...(service ? { serviceId: service.id } : {}),
    ...(nextAttemptAt ? { nextAttemptAt: new Date(nextAttemptAt).toISOString() } : {}),
  };
}

type MoveQuestionsProps = { move: LegalMove; choices: MoveChoices; onChange: (choices: MoveChoices) => void };

/** What the chosen move still needs to know: its cause, a note, the date of the next attempt. */
export function MoveQuestions({ move, choices, onChange }: MoveQuestionsProps) {
  const t = useTexts();
  const id = useId();
  // What the program itself proposed from a logged check or a failed transfer is not in the person's list.
  const causes = [...new Set([...causesOf(move), ...(choices.cause ? [choices.cause] : [])])];
  return (
    <div className="move-questions">
      <p className="field-hint">{t.cases.statusHint[move.to]}</p>
      {causes.length > 0 && (
        <div className="field" data-missing={choices.cause ? undefined : ""}>
          <label htmlFor={id} className="field-label">
            {t.cases.form.cause}
          </label>
          <select
            id={id}
            className="form-select"
            value={choices.cause ?? ""}
            onChange={(event) => onChange({ ...choices, cause: event.target.value })}
          >
            <option value="">—</option>
            {causes.map((cause) => (
              <option key={cause} value={cause}>
                {causeName(move, cause, t)}
              </option>
            ))}
          </select>
        </div>
      )}
      {choices.cause === "other" && (
        <TextArea
          label={t.cases.form.causeNote}
          rows={1}
          value={choices.note ?? ""}
          onChange={(event) => onChange({ ...choices, note: event.target.value })}
        />
      )}
      {move.asks.includes("service") && (
        <ServiceChoice chosen={choices.service ?? null} onChoose={(service) => onChange({ ...choices, service })} />
      )}
      {move.asks.includes("nextAttemptAt") && (
        <TextField
          label={t.cases.form.nextAttempt}
          type="datetime-local"
          value={choices.nextAttemptAt ?? ""}
          onChange={(event) => onChange({ ...choices, nextAttemptAt: event.target.value })}
        />
      )}
    </div>
  );
}
