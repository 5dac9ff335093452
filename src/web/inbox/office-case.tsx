import { lazy, Suspense } from "react";
import { mayUse } from "../../people/permissions.ts";
import { isProblem } from "../api/api-problem.ts";
import { api } from "../api/desk-api.ts";
import { CaseHead } from "../case/case-head.tsx";
import type { CaseDraft } from "../case/draft/case-draft.ts";
import { CaseContext, useCaseDraft, useOpened, useOpenedCase } from "../case/draft/use-case.ts";
import { MergeView } from "../case/merge-view.tsx";
import { OutcomePanel } from "../case/outcome/outcome-panel.tsx";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextArea } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { CaseWarnings, CaseWork } from "../second-level/case-work.tsx";
import { usePerson } from "../session/session-context.tsx";
import { goTo, hashOf, usePlace } from "../shell/hash-router.ts";
import { useDeskKey } from "../shell/keyboard.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CaseHistory } from "./case-history.tsx";

const SendPanel = lazy(async () => ({ default: (await import("../send/send-tab.tsx")).SendPanel }));

/** A case in the hands of its office: what was asked, the answer to write, who has it, its history. */
export function OfficeCase({ caseId }: { caseId: string }) {
  const t = useTexts();
  const { draft, problem } = useCaseDraft(caseId);
  if (draft) return <OpenedOfficeCase draft={draft} />;
  return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{t.common.loading}</p>;
}

function OpenedOfficeCase({ draft }: { draft: CaseDraft }) {
  const t = useTexts();
  const person = usePerson();
  const opened = useOpened(draft);
  const { view, text, conflicts } = opened.snapshot;
  const { dispatch } = useDesk();
  const { screen } = usePlace();
  const changed = () => {
    dispatch({ type: "lists_stale" });
    // A case that went on to somebody else is not to be seen here any more.
    draft.refresh().catch((error: unknown) => {
      if (!isProblem(error)) throw error;
      // Unless the person has gone elsewhere meanwhile.
      if (error.code === "not_found" && location.hash === hashOf(screen, view.id)) goTo(screen);
    });
  };
  return (
    <CaseContext value={opened}>
      <form className="case-form" onSubmit={(event) => event.preventDefault()} aria-labelledby={`case-${view.number}`}>
        <CaseHead numbered />
        {mayUse(person, "case.take_charge") && <TakeCharge />}
        <CaseWarnings onChanged={changed} />
        {conflicts.length > 0 && <MergeView />}
        <dl className="case-facts">
          <div>
            <dt>{t.cases.field.reason}</dt>
            <dd>{view.reason ? t.cases.reason[view.reason] : "—"}</dd>
          </div>
          {view.service && (
            <div>
              <dt>{t.cases.field.serviceId}</dt>
              <dd>
                {view.service.agencyName} › {view.service.departmentName} › {view.service.name}
              </dd>
            </div>
          )}
          <div>
            <dt>{t.cases.field.request}</dt>
            <dd className="case-request">{view.request || "—"}</dd>
          </div>
        </dl>
        <TextArea
          label={t.cases.field.answer}
          rows={4}
          maxLength={20_000}
          disabled={!view.editable.includes("answer")}
          value={text.answer}
          onChange={(event) => draft.edit({ answer: event.target.value })}
        />
        {mayUse(person, "case.move") && <OutcomePanel onClosed={changed} />}
      </form>
      <NoteForm />
      {mayUse(person, "message.sms") && (
        <Suspense fallback={null}>
          <SendPanel opened={opened} />
        </Suspense>
      )}
      <CaseWork onChanged={changed} />
      <CaseHistory view={view} />
    </CaseContext>
  );
}

function TakeCharge() {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const { view } = snapshot;
  const { dispatch } = useDesk();
  const take = useAction(async () => {
    await api.takeCharge(view.id);
    dispatch({ type: "lists_stale" });
    await draft.refresh();
  });
  useDeskKey("take", view.closedAt || view.takenBy ? null : () => void take.run());
  if (view.closedAt) return null;
  if (view.takenBy) {
    return (
      <p className="notice notice-info">
        {t.cases.inbox.takenBy}: {view.takenBy.name}
      </p>
    );
  }
  return (
    <div className="take-charge">
      <p>{t.cases.inbox.notTaken}</p>
      <button
        type="button"
        className="btn btn-primary btn-sm"
        disabled={take.busy}
        onClick={() => void take.run()}
        aria-keyshortcuts="F6"
      >
        {t.cases.inbox.takeCharge} <kbd>F6</kbd>
      </button>
      <ProblemMessage problem={take.problem} />
    </div>
  );
}

function NoteForm() {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const [text, setText] = useKept(`note.${snapshot.view.id}`, "");
  const add = useAction(async () => {
    await api.addNote(snapshot.view.id, text.trim());
    setText("");
    await draft.refresh();
  });
  return (
    <div className="note-form">
      <TextArea
        label={t.cases.inbox.addNote}
        rows={2}
        maxLength={5_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button
        type="button"
        className="btn btn-outline-primary btn-sm"
        disabled={add.busy || text.trim() === ""}
        onClick={() => void add.run()}
      >
        {t.cases.inbox.addNote}
      </button>
      <ProblemMessage problem={add.problem} />
    </div>
  );
}
