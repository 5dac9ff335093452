import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import type { OpenCase } from "../live/desk-state.ts";
import { Icon } from "../shell/icon.tsx";
import { useTexts } from "../texts/texts.tsx";

/** The cases on the desk, one button each: a call that arrives never throws away the one being written. */
export function CaseTabs() {
  const t = useTexts();
  const { state, dispatch } = useDesk();
  const { openCases, shownCaseId, call } = state;
  const other = useAction(async (callId: string) => {
    const opened = await api.openCase(callId);
    dispatch({ type: "open_case", case: { caseId: opened.id, number: opened.number, callId } });
  });
  if (openCases.length === 0) return null;
  const shown = openCases.find(({ caseId }) => caseId === shownCaseId);
  const talking = call?.state === "talking" ? call.callId : null;
  const live = ({ callId }: OpenCase) => callId !== null && (callId === talking || callId === state.offer?.callId);
  const waiting = state.offer && state.offer.caseId !== shownCaseId ? state.offer : null;
  return (
    <nav className="case-tabs" aria-label={t.desk.openCases}>
      <ul>
        {openCases.map((open) => (
          <li key={open.caseId} className={open.caseId === shownCaseId ? "is-shown" : undefined}>
            <button
              type="button"
              aria-current={open.caseId === shownCaseId ? "true" : undefined}
              onClick={() => dispatch({ type: "show_case", caseId: open.caseId })}
            >
              {live(open) && <span className="live-dot" aria-hidden="true" />}
              {t.desk.caseNumber(open.number)}
              {live(open) && <span className="visually-hidden"> ({t.desk.liveCase})</span>}
            </button>
            {!live(open) && (
              <button
                type="button"
                className="case-tab-close"
                onClick={() => dispatch({ type: "close_case", caseId: open.caseId })}
              >
                <Icon name="close" />
                <span className="visually-hidden">
                  {t.desk.putAway}: {open.number}
                </span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {shown?.callId && (
        <button
          type="button"
          className="link-button"
          disabled={other.busy}
          onClick={() => void other.run(shown.callId ?? "")}
        >
          <Icon name="plus" /> {t.desk.otherCase}
        </button>
      )}
      {waiting && (
        <p className="pop-waiting">
          {t.desk.popWaiting(waiting.caseNumber)}{" "}
          <button
            type="button"
            className="link-button"
            onClick={() => dispatch({ type: "show_case", caseId: waiting.caseId })}
          >
            {t.desk.showIt}
          </button>
        </p>
      )}
      <ProblemMessage problem={other.problem} />
    </nav>
  );
}
