import type { ReactNode } from "react";
import { CHILD_REASONS, type InformationKind } from "../../cases/case.ts";
import { TextArea } from "../form/text-field.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CaseHead } from "./case-head.tsx";
import { useOpenedCase } from "./draft/use-case.ts";
import { FamilyLines } from "./family-lines.tsx";
import { MergeView } from "./merge-view.tsx";
import { MissingKnowledgeBlock } from "./missing/missing-knowledge.tsx";
import { OutcomePanel } from "./outcome/outcome-panel.tsx";
import { ReasonField } from "./reason-field.tsx";
import { ServiceField } from "./service-field.tsx";
import { SwitchboardAgency, SwitchboardMark } from "./switchboard-field.tsx";
import { TaskStrip } from "./task/task-strip.tsx";

/** The case form: the same during the call, in wrap-up and from the "to complete" list. */
export function CaseForm({ onClosed, extra }: { onClosed: () => void; extra?: ReactNode }) {
  const t = useTexts();
  const { snapshot } = useOpenedCase();
  const { text, view, conflicts } = snapshot;
  return (
    <>
      <TaskStrip />
      <form className="case-form" onSubmit={(event) => event.preventDefault()} aria-labelledby={`case-${view.number}`}>
        <CaseHead />
        {conflicts.length > 0 && <MergeView />}
        <fieldset className="case-fields">
          <legend className="visually-hidden">{t.desk.caseNumber(view.number)}</legend>
          {text.switchboard ? <SwitchboardFields /> : <ServiceFields />}
        </fieldset>
        {extra}
        <OutcomePanel onClosed={onClosed} />
      </form>
    </>
  );
}

function useMay(): (field: string) => boolean {
  const { view } = useOpenedCase().snapshot;
  return (field) => view.editable.includes(field);
}

function ServiceFields() {
  const t = useTexts();
  const { snapshot } = useOpenedCase();
  const { text, view } = snapshot;
  const may = useMay();
  const mayMark = may("switchboard") && !view.parentId && (text.reason === null || text.reason === "information");
  const orphan = text.reason !== null && CHILD_REASONS.includes(text.reason) && !view.parentId;
  return (
    <>
      <ReasonField disabled={!may("reason")} />
      <FamilyLines />
      {orphan && view.status === "draft" && <p className="notice notice-info">{t.work.children.chooseParent}</p>}
      {mayMark && <SwitchboardMark disabled={false} />}
      <ServiceField disabled={!may("serviceId") || view.parentId !== null} />
      {text.reason === "information" && <KindsField disabled={!may("informationKinds")} />}
      <CaseTextField field="request" rows={3} />
      <CaseTextField field="answer" rows={3} />
      <StandardAnswer />
      <CaseTextField field="note" rows={1} optional />
      <MissingKnowledgeBlock />
    </>
  );
}

/** A switchboard's case: agency and note are all it needs; the note counts as the answer (REQ 7.2, 7.4). */
function SwitchboardFields() {
  const t = useTexts();
  const may = useMay();
  return (
    <>
      <SwitchboardMark disabled={!may("switchboard")} />
      <SwitchboardAgency disabled={!may("agencyId")} />
      <CaseTextField field="note" rows={3} label={t.work.switchboard.note} />
    </>
  );
}

type CaseTextFieldProps = { field: "request" | "answer" | "note"; rows: number; optional?: boolean; label?: string };

function CaseTextField({ field, rows, optional, label }: CaseTextFieldProps) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const may = useMay();
  return (
    <TextArea
      label={label ?? t.cases.field[field]}
      value={snapshot.text[field]}
      disabled={!may(field)}
      rows={rows}
      maxLength={20_000}
      {...(optional ? { optional } : {})}
      onChange={(event) => draft.edit({ [field]: event.target.value })}
    />
  );
}

/** The card's answer for this reason, or the general one, put into the answer with one key (REQ 2). */
function StandardAnswer() {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const may = useMay();
  const { standardAnswer } = snapshot.view;
  if (!standardAnswer || !may("answer") || snapshot.text.answer.trim() === standardAnswer.trim()) return null;
  return (
    <div className="standard-answer">
      <button type="button" className="link-button" onClick={() => draft.edit({ answer: standardAnswer })}>
        {t.work.cards.standardAnswer}
      </button>
      <p className="field-hint">{standardAnswer}</p>
    </div>
  );
}

const kinds: readonly InformationKind[] = ["who_where_when", "how"];

/** Kinds of an information, one or both (REQ 2). */
function KindsField({ disabled }: { disabled: boolean }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const chosen = snapshot.text.informationKinds;
  const toggle = (kind: InformationKind) => {
    const informationKinds = chosen.includes(kind) ? chosen.filter((other) => other !== kind) : [...chosen, kind];
    draft.edit({ informationKinds });
  };
  return (
    <fieldset className="pill-row" disabled={disabled}>
      <legend className="field-label">{t.cases.field.informationKinds}</legend>
      {kinds.map((kind) => (
        <label key={kind} className="pill">
          <input type="checkbox" checked={chosen.includes(kind)} onChange={() => toggle(kind)} />
          <span>{t.cases.informationKind[kind]}</span>
        </label>
      ))}
    </fieldset>
  );
}
