import { NOTICE_CONTENTS, type NoticeContent } from "../../cases/case.ts";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { StatusChip } from "../form/status-chip.tsx";
import { useAction } from "../form/use-action.ts";
import { useTexts } from "../texts/texts.tsx";
import { useOpenedCase } from "./draft/use-case.ts";
import { writeCase } from "./draft/write-case.ts";

/** The parent that this case hangs under, the case that it is related to, and what a notice is about (REQ 2). */
export function FamilyLines() {
  const t = useTexts();
  const { view } = useOpenedCase().snapshot;
  const may = (field: string) => view.editable.includes(field);
  return (
    <>
      {view.parentId && <Linked id={view.parentId} field="parentId" words={t.work.children.parent} />}
      {view.relatedCaseId && <Linked id={view.relatedCaseId} field="relatedCaseId" words={t.work.children.related} />}
      {view.reason === "update_notice" && view.parentId && <NoticeContentField disabled={!may("noticeContent")} />}
    </>
  );
}

type LinkedProps = { id: string; field: "parentId" | "relatedCaseId"; words: (number: number) => string };

function Linked({ id, field, words }: LinkedProps) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const { view } = snapshot;
  const relative = view.family.find((line) => line.id === id);
  const off = useAction(async () => {
    await writeCase(draft, (caseId, version) => api.patchCase(caseId, version, { [field]: null }));
    await draft.refresh();
  });
  if (!relative) return null;
  return (
    <div className="family-line">
      <strong>{words(relative.number)}</strong>
      <StatusChip status={relative.status} attribute={relative.attribute} />
      {relative.serviceName && <span>{relative.serviceName}</span>}
      {view.editable.includes(field) && (
        <button type="button" className="link-button" disabled={off.busy} onClick={() => void off.run()}>
          {t.work.children.unhang}
          <span className="visually-hidden">: {words(relative.number)}</span>
        </button>
      )}
      <ProblemMessage problem={off.problem} />
    </div>
  );
}

function NoticeContentField({ disabled }: { disabled: boolean }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const { noticeContent, id } = snapshot.view;
  const choose = useAction((content: NoticeContent) =>
    writeCase(draft, (caseId, version) => api.patchCase(caseId, version, { noticeContent: content })),
  );
  return (
    <fieldset className="pill-row" disabled={disabled}>
      <legend className="field-label">{t.work.children.content}</legend>
      {NOTICE_CONTENTS.map((content) => (
        <label key={content} className="pill">
          <input
            type="radio"
            name={`content-${id}`}
            checked={noticeContent === content}
            onChange={() => void choose.run(content)}
          />
          <span>{t.work.children.contents[content]}</span>
        </label>
      ))}
      <ProblemMessage problem={choose.problem} />
    </fieldset>
  );
}
