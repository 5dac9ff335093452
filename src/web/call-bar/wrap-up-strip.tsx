import type { OperatorView } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useSecondsLeft } from "../shell/clock-display.tsx";
import { Icon } from "../shell/icon.tsx";
import { useKeyboard } from "../shell/keyboard.tsx";
import { sayDuration } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";

/** Seconds that one extension adds, and how many there are (REQ 1.5; the program counts them). */
const extensionSeconds = 60;
const maxExtensions = 2;

/** Wrap-up: a countdown, twice 60 seconds more. When it ends the draft waits in "to complete". */
export function WrapUpStrip({ operator, until }: { operator: OperatorView; until: string }) {
  const t = useTexts();
  const left = useSecondsLeft(until);
  const { actions } = useKeyboard();
  const extensions = maxExtensions - operator.wrapUpExtensions;
  const extend = useAction(() => api.extendWrapUp());
  const finish = useAction(() => api.endWrapUp());
  return (
    <div className={`wrap-up ${left <= 15 ? "is-short" : ""}`}>
      <p className="wrap-up-words">
        <Icon name="clock" />
        <span>{t.wrapUp.title}</span>
        <strong className="timer wrap-up-left">
          <span className="visually-hidden">{t.wrapUp.left} </span>
          {sayDuration(left)}
        </strong>
        <progress className="wrap-up-progress" max={extensionSeconds} value={left} aria-hidden="true" />
      </p>
      <fieldset className="call-buttons">
        <legend className="visually-hidden">{t.wrapUp.title}</legend>
        {extensions > 0 && (
          <button type="button" className="call-button" onClick={() => void extend.run()} disabled={extend.busy}>
            <Icon name="plus" /> {t.wrapUp.extend}
            <small>({t.wrapUp.extendLeft(extensions)})</small>
          </button>
        )}
        <button type="button" className="call-button" onClick={() => void finish.run()} disabled={finish.busy}>
          {t.wrapUp.finish}
        </button>
        <button
          type="button"
          className="call-button call-primary"
          onClick={() => actions.get("close")?.()}
          aria-keyshortcuts="F9"
        >
          <Icon name="check" /> {t.wrapUp.saveAndClose} <kbd>F9</kbd>
        </button>
      </fieldset>
      <ProblemMessage problem={extend.problem ?? finish.problem} />
    </div>
  );
}
