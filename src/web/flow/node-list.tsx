import { useState } from "react";
import { SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { type DraftFlow, type DraftNode, freshNode, type NodeType, nodeTypes } from "./flow-document.ts";
import { NodeForm, NodeSelect } from "./node-form.tsx";

type NodeListProps = {
  flow: DraftFlow;
  shown: string;
  onShow: (node: string) => void;
  onChange: (flow: DraftFlow) => void;
};

/** Chooses a node and edits it; adds and removes nodes. */
export function NodeList({ flow, shown, onShow, onChange }: NodeListProps) {
  const { flow: t } = useScreenTexts();
  const types: Record<string, string> = t.types;
  const names = Object.keys(flow.nodes);
  const node = Object.hasOwn(flow.nodes, shown) ? flow.nodes[shown] : undefined;
  const put = (name: string, next: DraftNode) => onChange({ ...flow, nodes: { ...flow.nodes, [name]: next } });
  const remove = () => {
    const { [shown]: _gone, ...nodes } = flow.nodes;
    onChange({ ...flow, nodes });
    onShow(flow.start);
  };
  return (
    <div className="screen-form">
      <div className="field-row">
        <NodeSelect
          label={t.start}
          names={names}
          value={flow.start}
          onChange={(start) => onChange({ ...flow, start })}
        />
        <SelectField
          label={t.node}
          empty="—"
          options={names.map((name) => ({ value: name, label: `${name} · ${types[flow.nodes[name]!.type] ?? "?"}` }))}
          value={node ? shown : ""}
          onChange={onShow}
        />
      </div>
      {node && (
        <>
          <NodeForm flow={flow} name={shown} node={node} onChange={(next) => put(shown, next)} />
          <div className="button-row">
            <button type="button" className="btn btn-outline-danger btn-sm" onClick={remove}>
              {t.removeNode}
              <span className="visually-hidden"> {shown}</span>
            </button>
          </div>
        </>
      )}
      <NewNode
        names={names}
        onAdd={(name, type) => {
          put(name, freshNode(type, flow.start));
          onShow(name);
        }}
      />
    </div>
  );
}

function NewNode({ names, onAdd }: { names: string[]; onAdd: (name: string, type: NodeType) => void }) {
  const { flow: t } = useScreenTexts();
  const [name, setName] = useState("");
  const [type, setType] = useState<NodeType>("announce");
  const [error, setError] = useState<string | null>(null);
  return (
    <form
      className="screen-part"
      onSubmit={(event) => {
        event.preventDefault();
        const wrong = !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)
          ? t.nameWrong
          : names.includes(name)
            ? t.nameTaken
            : null;
        setError(wrong);
        if (wrong) return;
        onAdd(name, type);
        setName("");
      }}
    >
      <div className="field-row is-start">
        <TextField
          label={t.newName}
          maxLength={64}
          value={name}
          error={error}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label={t.newType}
          options={nodeTypes.map((value) => ({ value, label: t.types[value] }))}
          value={type}
          onChange={(value) => setType(value as NodeType)}
        />
      </div>
      <div className="button-row">
        <button type="submit" className="btn btn-outline-primary btn-sm">
          {t.addNode}
        </button>
      </div>
    </form>
  );
}
