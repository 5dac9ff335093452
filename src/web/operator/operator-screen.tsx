import { type ReactNode, useMemo, useState } from "react";
import type { Offer } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { CaseForm } from "../case/case-form.tsx";
import { type DeskWork, DeskWorkContext, type Proposal } from "../case/desk-work.ts";
import type { CaseDraft } from "../case/draft/case-draft.ts";
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
  const { state } = useDesk();
  const { shownCaseId } = state;
  if (shownCaseId) return <CaseDesk key={shownCaseId} caseId={shownCaseId} />;
  return <Columns left={<ToComplete />} middle={<IdleWork />} right={<SidePanel />} />;
}

function CaseDesk({ caseId }: { caseId: string }) {
  const t = useTexts();
  const { state } = useDesk();
  const { draft, problem, retry } = useCaseDraft(caseId);
  const pop = state.pops[caseId] ?? null;
  if (draft) return <OpenedDesk draft={draft} pop={pop} />;
  const middle = problem ? (
    <div className="case-not-open">
      <p>{t.cases.form.notOpen}</p>
      <ProblemMessage problem={problem} />
      <button type="button" className="btn btn-primary btn-sm" onClick={retry}>
        {t.common.retry}
      </button>
    </div>
  ) : (
    <p className="empty">{t.common.loading}</p>
  );
  return <Columns left={null} middle={middle} right={<SidePanel />} />;
}

function OpenedDesk({ draft, pop }: { draft: CaseDraft; pop: Offer | null }) {
  const { state, dispatch } = useDesk();
  const opened = useOpened(draft);
  const caseId = opened.snapshot.view.id;
  const finished = () => {
    const { callId } = state.openCases.find((open) => open.caseId === caseId) ?? { callId: null };
    const others = state.openCases.some((open) => open.callId === callId && open.caseId !== caseId);
    dispatch({ type: "close_case", caseId });
    // The last case of the call is done: so is the wrap-up. If the server is away it ends by its own clock.
    const wrappingUp = state.operator?.state === "wrap_up" && state.operator.callId === callId;
    if (wrappingUp && !others) void api.endWrapUp().catch(() => undefined);
  };
  return (
    <CaseContext value={opened}>
      <DeskWorkContext value={useDeskWork()}>
        <Columns left={<CitizenColumn pop={pop} />} middle={<CaseForm onClosed={finished} />} right={<SidePanel />} />
      </DeskWorkContext>
    </CaseContext>
  );
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
