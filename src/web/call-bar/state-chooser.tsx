import { useEffect, useRef, useState } from "react";
import type { OperatorView, PauseReason } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { Icon } from "../shell/icon.tsx";
import { useSpeech } from "../texts/texts.tsx";

function usePauseReasons(): PauseReason[] {
  const [reasons, setReasons] = useState<PauseReason[]>([]);
  useEffect(() => {
    let here = true;
    // Without the list the other states still work; the next opening of the page asks again.
    const none: { items: PauseReason[] } = { items: [] };
    void api
      .pauseReasons()
      .catch(() => none)
      .then(({ items }) => here && setReasons(items));
    return () => {
      here = false;
    };
  }, []);
  return reasons;
}

/** The state that people see (system before chosen), and a small menu to choose another. */
export function StateChooser({ operator }: { operator: OperatorView }) {
  const { texts: t, language } = useSpeech();
  const reasons = usePauseReasons();
  const menu = useRef<HTMLDetailsElement>(null);
  const change = useAction(async (state: string, reason?: string) => {
    await api.setState(state, reason);
    menu.current?.removeAttribute("open");
    menu.current?.querySelector("summary")?.focus();
  });
  const labelOf = (reason: PauseReason) => (language === "it" ? reason.labelIt : reason.labelEn);
  const paused = reasons.find(({ code }) => code === operator.pauseReason);
  const later =
    operator.state !== operator.chosen && operator.state !== "not_answering" && operator.chosen !== "available";
  return (
    <div className="state-chooser">
      <details ref={menu} onKeyDown={(event) => event.key === "Escape" && menu.current?.removeAttribute("open")}>
        <summary className={`state-button state-${operator.state}`}>
          <span className="visually-hidden">{t.state.label}: </span>
          <span className="state-dot" aria-hidden="true" />
          <span className="state-words">
            {t.state[operator.state]}
            {operator.state === "pause" && paused && <small>{labelOf(paused)}</small>}
            {later && <small>{t.state.after(t.state[operator.chosen])}</small>}
          </span>
          <Icon name="down" />
        </summary>
        <div className="state-menu">
          <button type="button" onClick={() => void change.run("available")} disabled={change.busy}>
            <span className="state-dot dot-available" aria-hidden="true" /> {t.state.available}
          </button>
          <p id="pause-for">{t.state.pauseFor}</p>
          <ul aria-labelledby="pause-for">
            {reasons.map((reason) => (
              <li key={reason.code}>
                <button type="button" onClick={() => void change.run("pause", reason.code)} disabled={change.busy}>
                  <span className="state-dot dot-pause" aria-hidden="true" /> {labelOf(reason)}
                </button>
              </li>
            ))}
          </ul>
          <button type="button" onClick={() => void change.run("offline")} disabled={change.busy}>
            <span className="state-dot dot-offline" aria-hidden="true" /> {t.state.offline}
          </button>
          <ProblemMessage problem={change.problem} />
        </div>
      </details>
      {operator.state === "not_answering" || operator.state === "offline" ? (
        <button type="button" className="btn btn-success btn-sm" onClick={() => void change.run("available")}>
          {t.state.available}
        </button>
      ) : (
        operator.seat && <span className="state-seat">{t.state.seat(operator.seat)}</span>
      )}
    </div>
  );
}
