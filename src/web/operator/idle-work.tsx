import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { Icon } from "../shell/icon.tsx";
import { useTexts } from "../texts/texts.tsx";

/** No case on the desk: says what will happen next; while a call goes on, offers a further case for it. */
export function IdleWork() {
  const { operator, call } = useDesk().state;
  if (call?.state === "talking") return <FurtherCase callId={call.callId} />;
  return <Waiting available={operator?.state === "available"} />;
}

function Waiting({ available }: { available: boolean }) {
  const t = useTexts();
  return (
    <div className="idle-work">
      <span className={available ? "idle-mark is-available" : "idle-mark"} aria-hidden="true">
        <Icon name="phone" />
      </span>
      <h2>{t.desk.idleTitle}</h2>
      <p>{available ? t.desk.idleAvailable : t.desk.idleAway}</p>
    </div>
  );
}

/** Two requests in one call are two cases (REQ 0). */
function FurtherCase({ callId }: { callId: string }) {
  const t = useTexts();
  const { dispatch } = useDesk();
  const open = useAction(async () => {
    const { id, number } = await api.openCase(callId);
    dispatch({ type: "open_case", case: { caseId: id, number, callId } });
  });
  return (
    <div className="idle-work">
      <span className="idle-mark is-available" aria-hidden="true">
        <Icon name="check" />
      </span>
      <h2>{t.desk.doneTitle}</h2>
      <p>{t.desk.doneText}</p>
      <button type="button" className="btn btn-primary" disabled={open.busy} onClick={() => void open.run()}>
        <Icon name="plus" /> {t.desk.otherCase}
      </button>
      <ProblemMessage problem={open.problem} />
    </div>
  );
}
