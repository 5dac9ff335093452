import type { CaseLine } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { writeCase } from "../case/draft/write-case.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { ChildPanel } from "./child-panel.tsx";

/** What the case on the desk may have to do with an earlier one: its child, related to it, or a look at it (REQ 2). */
export function CaseActions({ line }: { line: CaseLine }) {
  const t = useTexts();
  const { state, dispatch } = useDesk();
  const { snapshot } = useOpenedCase();
  const { view, text } = snapshot;
  const [acting, setActing] = useKept(`child-open.${view.id}.${line.id}`, false);
  const free = view.editable.includes("parentId") && view.parentId === null && !text.switchboard;
  const callId = state.openCases.find(({ caseId }) => caseId === view.id)?.callId;
  if (line.id === view.id) return null;
  return (
    <>
      <div className="case-actions">
        <button
          type="button"
          className="link-button"
          onClick={() => dispatch({ type: "open_case", case: { caseId: line.id, number: line.number, callId: null } })}
        >
          {t.work.children.open}
          <span className="visually-hidden"> {t.desk.caseNumber(line.number)}</span>
        </button>
        {free && !line.closedAt && line.attribute !== "to_communicate" && line.status !== "draft" && (
          <button type="button" className="link-button" aria-expanded={acting} onClick={() => setActing(!acting)}>
            {t.work.children.act}
            <span className="visually-hidden"> {line.number}</span>
          </button>
        )}
        {line.closedAt && view.relatedCaseId !== line.id && view.editable.includes("relatedCaseId") && (
          <RelateButton line={line} />
        )}
        {line.attribute === "to_communicate" && callId && view.status === "draft" && (
          <LinkCallButton line={line} callId={callId} />
        )}
      </div>
      {free && acting && <ChildPanel parent={line} onDone={() => setActing(false)} />}
    </>
  );
}

/** A call about a closed case is an information with a link to it, never its child (REQ 2). */
function RelateButton({ line }: { line: CaseLine }) {
  const t = useTexts();
  const { draft } = useOpenedCase();
  const relate = useAction(async () => {
    await writeCase(draft, (id, version) => api.patchCase(id, version, { relatedCaseId: line.id }));
    await draft.refresh();
  });
  return (
    <>
      <button type="button" className="link-button" disabled={relate.busy} onClick={() => void relate.run()}>
        {t.work.children.relate}
        <span className="visually-hidden">: {line.number}</span>
      </button>
      <ProblemMessage problem={relate.problem} />
    </>
  );
}

/** The answer that waits is told in this very call: the call becomes a contact of that case, which opens (REQ 2). */
function LinkCallButton({ line, callId }: { line: CaseLine; callId: string }) {
  const t = useTexts();
  const { dispatch } = useDesk();
  const link = useAction(async () => {
    await api.linkCall(line.id, callId);
    // Not as the call's own case: that one is still to be completed when this one is done.
    dispatch({ type: "open_case", case: { caseId: line.id, number: line.number, callId: null } });
  });
  return (
    <>
      <button type="button" className="link-button" disabled={link.busy} onClick={() => void link.run()}>
        {t.work.children.linkCall}
        <span className="visually-hidden">: {line.number}</span>
      </button>
      <ProblemMessage problem={link.problem} />
    </>
  );
}
