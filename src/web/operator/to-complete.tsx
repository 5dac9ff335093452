import { useEffect, useState } from "react";
import type { CaseLine, LiveTask, Page } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { useDesk } from "../live/desk-context.tsx";
import { Icon } from "../shell/icon.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";

/** The operator's drafts: follows the feed, and is asked again after each reconnection. */
function useToComplete(): CaseLine[] | null {
  const { listsStale, link } = useDesk().state;
  const [lines, setLines] = useState<CaseLine[] | null>(null);
  // These two only say that the list may be old.
  useEffect(() => {
    let here = true;
    api.toComplete().then(
      ({ items }) => here && setLines(items),
      // The old list stays until the server is there again.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [listsStale, link]);
  return lines;
}

/** Tasks that came before this page was open; later ones come by the feed. */
function useLiveTasks(): void {
  const { state, dispatch } = useDesk();
  const live = state.link === "live";
  useEffect(() => {
    if (!live) return;
    const take = ({ items }: Page<LiveTask>) => {
      const open = items.filter((task) => task.state === "open");
      const tasks = open.map(({ id, kind, caseId, caseNumber }) => ({
        taskId: id,
        kind,
        caseId,
        caseNumber,
        what: "opened",
      }));
      dispatch({ type: "tasks", tasks });
    };
    // Away for a moment: asked again at the next reconnection.
    api.tasks().then(take, () => undefined);
  }, [live, dispatch]);
}

/** "Da completare" and the tasks: the work beside the calls. A draft can not disappear from here (REQ 1.5). */
export function ToComplete() {
  const { texts: t, language } = useSpeech();
  const { state, dispatch } = useDesk();
  const lines = useToComplete();
  useLiveTasks();
  const open = (line: CaseLine) =>
    dispatch({
      type: "open_case",
      case: { caseId: line.id, number: line.number, callId: line.openedByCallId ?? null },
    });
  return (
    <>
      <section aria-labelledby="to-complete-title" className="work-list">
        <h2 id="to-complete-title">
          {t.desk.toComplete} {lines && lines.length > 0 && <span className="count">{lines.length}</span>}
        </h2>
        {lines?.length === 0 && (
          <p className="empty-line">
            <Icon name="check" /> {t.desk.toCompleteEmpty}
          </p>
        )}
        <ul>
          {lines?.map((line) => (
            <li key={line.id}>
              <button type="button" onClick={() => open(line)}>
                <strong>{t.desk.caseNumber(line.number)}</strong>
                <span>{sayWhen(line.openedAt, language)}</span>
                <small>{line.request || (line.reason ? t.cases.reason[line.reason] : t.cases.status.draft)}</small>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="tasks-title" className="work-list">
        <h2 id="tasks-title">{t.desk.tasks}</h2>
        {state.tasks.length === 0 && <p className="empty-line">{t.desk.tasksEmpty}</p>}
        <ul>
          {state.tasks.map((task) => (
            <li key={task.taskId}>
              <button
                type="button"
                onClick={() =>
                  dispatch({ type: "open_case", case: { caseId: task.caseId, number: task.caseNumber, callId: null } })
                }
              >
                <strong>{task.kind === "undeliverable" ? t.desk.undeliverable : t.desk.contactBack}</strong>
                <span>{t.desk.caseNumber(task.caseNumber)}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
