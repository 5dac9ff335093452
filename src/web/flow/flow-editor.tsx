import { useEffect, useMemo, useState } from "react";
import type { Problem } from "../api/api-problem.ts";
import { screenApi } from "../api/screen-api.ts";
import type { FlowDetail } from "../api/screen-types.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextArea } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { type DraftFlow, readFlowText } from "./flow-document.ts";
import { FlowDrawing } from "./flow-drawing.tsx";
import { FlowProblems, faultsOf } from "./flow-problems.tsx";
import { FlowVersions } from "./flow-versions.tsx";
import { NodeList } from "./node-list.tsx";

type FlowEditorProps = { flow: FlowDetail; editable: boolean; onPublished: (flow: FlowDetail) => void };

/** Drawing on one side, the nodes as forms or the whole as text on the other; one button publishes. */
export function FlowEditor({ flow, editable, onPublished }: FlowEditorProps) {
  const { flow: t } = useScreenTexts();
  const [draft, setDraft, settle] = useKept(`flow.${flow.id}.${flow.version}`, flow.document as DraftFlow);
  const [shown, setShown] = useState(draft.start);
  const [asText, setAsText] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const publish = useAction(async () => {
    const published = await screenApi.publishFlow(flow.id, flow.version, draft);
    settle(published.document as DraftFlow);
    onPublished(published);
    setDone(t.published(published.version));
  });
  const dirty = useMemo(() => JSON.stringify(draft) !== JSON.stringify(flow.document), [draft, flow.document]);
  const faults = faultsOf(publish.problem);
  const change = (next: DraftFlow, note: string | null = null) => {
    setDone(note);
    publish.clear();
    setDraft(next);
  };
  return (
    <>
      {editable && (
        <PublishRow
          dirty={dirty}
          busy={publish.busy}
          onPublish={() => void publish.run()}
          onUndo={() => change(flow.document as DraftFlow)}
        />
      )}
      <SavedNote words={done} />
      <PublishProblem
        problem={publish.problem}
        onShow={(node) => {
          setAsText(false);
          setShown(node);
        }}
      />
      <div className="flow-columns">
        <FlowDrawing
          flow={draft}
          shown={shown}
          faulty={new Set(faults.map(({ node }) => node))}
          onChoose={(node) => setShown(node)}
        />
        <section aria-label={t.editor} className="flow-editor">
          {editable && <EditorTabs asText={asText} onChange={setAsText} />}
          {asText || !editable ? (
            <FlowText key={done} draft={draft} editable={editable} onChange={change} />
          ) : (
            <NodeList flow={draft} shown={shown} onShow={setShown} onChange={change} />
          )}
          <FlowVersions
            flow={flow}
            onLoad={editable ? (document, version) => change(document as DraftFlow, t.loaded(version)) : null}
          />
        </section>
      </div>
    </>
  );
}

type PublishRowProps = { dirty: boolean; busy: boolean; onPublish: () => void; onUndo: () => void };

function PublishRow({ dirty, busy, onPublish, onUndo }: PublishRowProps) {
  const { flow: t } = useScreenTexts();
  return (
    <div className="button-row">
      <button type="button" className="btn btn-primary btn-sm" disabled={busy || !dirty} onClick={onPublish}>
        {t.publish}
      </button>
      <button type="button" className="btn btn-outline-primary btn-sm" disabled={busy || !dirty} onClick={onUndo}>
        {t.undo}
      </button>
      {dirty && <span className="field-hint">{t.unpublished}</span>}
    </div>
  );
}

/** Each problem with its node and a way to it; without any, the sentence of the refusal. */
function PublishProblem({ problem, onShow }: { problem: Problem | null; onShow: (node: string) => void }) {
  const faults = faultsOf(problem);
  return faults.length > 0 ? <FlowProblems faults={faults} onShow={onShow} /> : <ProblemMessage problem={problem} />;
}

function EditorTabs({ asText, onChange }: { asText: boolean; onChange: (asText: boolean) => void }) {
  const { flow: t } = useScreenTexts();
  return (
    <fieldset className="button-row" aria-label={t.editor}>
      {[false, true].map((text) => (
        <button
          key={String(text)}
          type="button"
          className={`btn btn-sm ${asText === text ? "btn-primary" : "btn-outline-primary"}`}
          aria-pressed={asText === text}
          onClick={() => onChange(text)}
        >
          {text ? t.asText : t.asForm}
        </button>
      ))}
    </fieldset>
  );
}

type FlowTextProps = { draft: DraftFlow; editable: boolean; onChange: (flow: DraftFlow) => void };

/** The document as it is stored; the drawing follows each text that can be read. */
function FlowText({ draft, editable, onChange }: FlowTextProps) {
  const { flow: t } = useScreenTexts();
  const [text, setText] = useState(() => JSON.stringify(draft, null, 2));
  const [broken, setBroken] = useState<string | null>(null);
  // Undone or changed elsewhere: what is typed but can not be read stays.
  useEffect(() => {
    setText((now) => {
      const read = readFlowText(now);
      const same = typeof read === "string" || JSON.stringify(read) === JSON.stringify(draft);
      return same ? now : JSON.stringify(draft, null, 2);
    });
  }, [draft]);
  const write = (next: string) => {
    setText(next);
    const read = readFlowText(next);
    setBroken(typeof read === "string" ? t.broken(read) : null);
    if (typeof read !== "string") onChange(read);
  };
  return (
    <div className="flow-text">
      <TextArea
        label={t.text}
        spellCheck={false}
        readOnly={!editable}
        value={text}
        error={broken}
        onChange={(event) => write(event.target.value)}
      />
    </div>
  );
}
