import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Problem } from "../api/api-problem.ts";
import { api } from "../api/desk-api.ts";
import { CaseForm } from "../case/case-form.tsx";
import { type DeskWork, DeskWorkContext, type Proposal } from "../case/desk-work.ts";
import { CaseContext, useCaseDraft, useOpened } from "../case/draft/use-case.ts";
import { CitizenColumn } from "../citizen/citizen-column.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useDesk } from "../live/desk-context.tsx";
import { SidePanel } from "../side/side-panel.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CaseTabs } from "./case-tabs.tsx";
import { IdleWork } from "./idle-work.tsx";
import { ToComplete } from "./to-complete.tsx";

/** The first level's desk: citizen and history, case, tools. What is shown follows the call; nothing opens on top. */
export function OperatorScreen() {
  const { shownCaseId } = useDesk().state;
  const turn = useDeskTurn(shownCaseId);
  const finish = useFinish();
  return <OneDesk key={turn} caseId={shownCaseId} finish={finish} />;
}

/**
 * Another case is another desk, and so is none after one that was closed. A case that pops on the empty desk, and goes
 * again because nobody answered, leaves the tools as they are: somebody may be writing in them.
 */
function useDeskTurn(caseId: string | null): number {
  const { endedOffer } = useDesk().state;
  const before = useRef({ caseId, turn: 0 });
  if (before.current.caseId !== caseId) {
    const stays = before.current.caseId === null || (caseId === null && endedOffer !== null);
    before.current = { caseId, turn: before.current.turn + (stays ? 0 : 1) };
  }
  return before.current.turn;
}

function OneDesk({ caseId, finish }: { caseId: string | null; finish: (caseId: string) => void }) {
  const { state } = useDesk();
  const { draft, problem, retry } = useCaseDraft(caseId);
  const opened = useOpened(draft);
  const idle = caseId === null;
  const pop = caseId === null ? null : (state.pops[caseId] ?? null);
  const middle = opened ? (
    <CaseForm key={opened.snapshot.view.id} onClosed={() => finish(opened.snapshot.view.id)} />
  ) : idle ? (
    <IdleWork />
  ) : (
    <NotOpen problem={problem} retry={retry} />
  );
  return (
    <CaseContext value={opened}>
      <DeskWorkContext value={useDeskWork()}>
        <Columns
          left={opened ? <CitizenColumn key={caseId} pop={pop} /> : idle && <ToComplete />}
          middle={middle}
          right={<SidePanel caseId={caseId} />}
        />
      </DeskWorkContext>
    </CaseContext>
  );
}

function NotOpen({ problem, retry }: { problem: Problem | null; retry: () => void }) {
  const t = useTexts();
  if (!problem) return <p className="empty">{t.common.loading}</p>;
  return (
    <div className="case-not-open">
      <p>{t.cases.form.notOpen}</p>
      <ProblemMessage problem={problem} />
      <button type="button" className="btn btn-primary btn-sm" onClick={retry}>
        {t.common.retry}
      </button>
    </div>
  );
}

/** The last case of a call is done: so is the wrap-up, also when it begins only after that. */
function useFinish(): (caseId: string) => void {
  const { state, dispatch } = useDesk();
  const doneCall = useRef<string | null>(null);
  const wrapsUpFor = state.operator?.state === "wrap_up" ? state.operator.callId : null;
  const hasCases = state.openCases.some((open) => open.callId === wrapsUpFor);
  useEffect(() => {
    if (wrapsUpFor === null || hasCases || wrapsUpFor !== doneCall.current) return;
    // If the server is away it ends by its own clock.
    void api.endWrapUp().catch(() => undefined);
  }, [wrapsUpFor, hasCases]);
  return (caseId) => {
    doneCall.current = state.openCases.find((open) => open.caseId === caseId)?.callId ?? null;
    dispatch({ type: "close_case", caseId });
  };
}

function useDeskWork(): DeskWork {
  const [searched, setSearched] = useState("");
  const [proposal, propose] = useState<Proposal | null>(null);
  return useMemo(() => ({ searched, setSearched, proposal, propose }), [searched, proposal]);
}

function Columns({ left, middle, right }: { left: ReactNode; middle: ReactNode; right: ReactNode }) {
  const t = useTexts();
  return (
    <div className="desk-columns">
      <h1 className="visually-hidden">{t.desk.title}</h1>
      <section className="desk-column desk-left" aria-label={t.desk.citizen}>
        {left}
      </section>
      <section className="desk-column desk-middle" aria-label={t.desk.caseColumn}>
        <CaseTabs />
        <div className="desk-middle-body">{middle}</div>
      </section>
      <section className="desk-column desk-right" aria-label={t.desk.side}>
        {right}
      </section>
    </div>
  );
}
