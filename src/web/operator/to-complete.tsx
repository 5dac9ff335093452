import { useEffect, useState } from "react";
import type { CaseLine } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { useDesk } from "../live/desk-context.tsx";
import { Icon } from "../shell/icon.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";
import { MissedList } from "./missed-list.tsx";
import { TaskList } from "./task-list.tsx";

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

/** "Da completare" and the tasks: the work beside the calls. A draft can not disappear from here (REQ 1.5). */
export function ToComplete() {
  const { texts: t, language } = useSpeech();
  const { dispatch } = useDesk();
  const lines = useToComplete();
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
      <TaskList />
      <MissedList />
    </>
  );
}
