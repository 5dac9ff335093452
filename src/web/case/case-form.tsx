import type { ReactNode } from "react";
import type { InformationKind } from "../../cases/case.ts";
import { TextArea } from "../form/text-field.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CaseHead } from "./case-head.tsx";
import type { CaseEdits } from "./draft/case-text.ts";
import { useOpenedCase } from "./draft/use-case.ts";
import { MergeView } from "./merge-view.tsx";
import { OutcomePanel } from "./outcome/outcome-panel.tsx";
import { ReasonField } from "./reason-field.tsx";
import { ServiceField } from "./service-field.tsx";

/** The case form: the same during the call, in wrap-up and from the "to complete" list. */
export function CaseForm({ onClosed, extra }: { onClosed: () => void; extra?: ReactNode }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const { text, view, conflicts } = snapshot;
  const edit = (edits: CaseEdits) => draft.edit(edits);
  const may = (field: string) => view.editable.includes(field);
  return (
    <form className="case-form" onSubmit={(event) => event.preventDefault()} aria-labelledby={`case-${view.number}`}>
      <CaseHead />
      {conflicts.length > 0 && <MergeView />}
      <fieldset className="case-fields">
        <legend className="visually-hidden">{t.desk.caseNumber(view.number)}</legend>
        <ReasonField disabled={!may("reason")} />
        <ServiceField disabled={!may("serviceId")} />
        {text.reason === "information" && <KindsField disabled={!may("informationKinds")} />}
        <TextArea
          label={t.cases.field.request}
          value={text.request}
          disabled={!may("request")}
          rows={3}
          maxLength={20_000}
          onChange={(event) => edit({ request: event.target.value })}
        />
        <TextArea
          label={t.cases.field.answer}
          value={text.answer}
          disabled={!may("answer")}
          rows={3}
          maxLength={20_000}
          onChange={(event) => edit({ answer: event.target.value })}
        />
        <TextArea
          label={t.cases.field.note}
          value={text.note}
          disabled={!may("note")}
          rows={1}
          maxLength={20_000}
          optional
          onChange={(event) => edit({ note: event.target.value })}
        />
      </fieldset>
      {extra}
      <OutcomePanel onClosed={onClosed} />
    </form>
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
