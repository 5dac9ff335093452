import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { GeneralAnswer } from "../api/screen-types.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextArea } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { OneColumn, SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

/** The centre's general answers, one form each (REQ 2). */
export function StandardAnswersScreen() {
  const { knowledge: t } = useScreenTexts();
  const { value, problem, set } = useLoaded("answers", () => screenApi.standardAnswers());
  const saved = (changed: GeneralAnswer) => {
    if (!value) return;
    const same = (one: GeneralAnswer) => one.reason === changed.reason && one.language === changed.language;
    set({ ...value, items: value.items.map((one) => (same(one) ? changed : one)) });
  };
  return (
    <OneColumn title={t.standard}>
      <p className="empty-line">{t.standardHint}</p>
      <ProblemMessage problem={problem} />
      <div className="field-row is-start is-wide">
        {value?.items.map((answer) => (
          <AnswerForm key={`${answer.reason}/${answer.language}`} answer={answer} onSaved={saved} />
        ))}
      </div>
    </OneColumn>
  );
}

function AnswerForm({ answer, onSaved }: { answer: GeneralAnswer; onSaved: (answer: GeneralAnswer) => void }) {
  const { knowledge: t, common } = useScreenTexts();
  const shared = useTexts();
  const reasons: Record<string, string> = shared.cases.reason;
  const { reason, language, version } = answer;
  const [text, setText, settle] = useKept(`answer.${reason}.${language}.${version}`, answer.text);
  const [done, setDone] = useState(false);
  const name = `${reasons[answer.reason] ?? answer.reason} · ${t.languages[answer.language]}`;
  const save = useAction(async () => {
    const saved = await screenApi.changeStandardAnswer(answer, text.trim());
    settle(saved.text);
    onSaved(saved);
    setDone(true);
  });
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <TextArea
        label={name}
        lang={answer.language}
        rows={3}
        maxLength={2_000}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setDone(false);
        }}
      />
      <div className="button-row">
        <button
          type="submit"
          className="btn btn-outline-primary btn-sm"
          disabled={save.busy || text.trim() === answer.text || text.trim() === ""}
        >
          {shared.common.save}
          <span className="visually-hidden"> {name}</span>
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}
