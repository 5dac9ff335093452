import { screenApi } from "../api/screen-api.ts";
import { CheckField, optionsOf, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { ChoiceTable } from "./choice-table.tsx";
import { choicesOf, type DraftFlow, type DraftNode, type NodeType } from "./flow-document.ts";
import { hangupOutcomes, type NodeField, nodeFields } from "./node-fields.ts";
import { PromptList } from "./prompt-list.tsx";

type NodeFormProps = { flow: DraftFlow; name: string; node: DraftNode; onChange: (node: DraftNode) => void };

/** One node as a form: what it says, and where it leads. */
export function NodeForm({ flow, name, node, onChange }: NodeFormProps) {
  const { flow: t } = useScreenTexts();
  const fields = nodeFields[node.type as NodeType] ?? [];
  const names = Object.keys(flow.nodes);
  const withChoices = node.type === "menu" || node.type === "language";
  return (
    <fieldset className="node-form" aria-label={`${t.node} ${name}`}>
      <div className="field-row">
        {fields.map((field) => (
          <NodeFieldInput
            key={field[0]}
            field={field}
            node={node}
            names={names}
            onChange={(value) => onChange(withMember(node, field[0], value))}
          />
        ))}
      </div>
      {Array.isArray(node.prompts) && <PromptList names={node.prompts.map(String)} />}
      {withChoices && (
        <ChoiceTable
          choices={choicesOf(node)}
          names={names}
          ofMenu={node.type === "menu"}
          onChange={(choices) => onChange({ ...node, choices })}
        />
      )}
    </fieldset>
  );
}

/** A member without a value is left out: the flow's defaults hold. */
function withMember(node: DraftNode, name: string, value: unknown): DraftNode {
  const { [name]: _before, ...rest } = node;
  return value === undefined ? (rest as DraftNode) : { ...rest, type: node.type, [name]: value };
}

type NodeFieldInputProps = {
  field: NodeField;
  node: DraftNode;
  names: string[];
  onChange: (value: unknown) => void;
};

function NodeFieldInput({ field: [name, kind], node, names, onChange }: NodeFieldInputProps) {
  const { flow: t, calls } = useScreenTexts();
  const label = t.fields[name];
  const value = node[name];
  const text = typeof value === "string" ? value : "";
  switch (kind) {
    case "check":
      return <CheckField label={label} checked={value !== false} onChange={onChange} />;
    case "prompts":
      return <PromptsField label={label} prompts={value} onChange={onChange} />;
    case "number":
      return (
        <TextField
          label={label}
          type="number"
          value={typeof value === "number" ? value : ""}
          onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))}
        />
      );
    case "node":
    case "node?":
      return (
        <NodeSelect
          label={label}
          names={names}
          value={text}
          onChange={(target) => onChange(target === "" && kind === "node?" ? undefined : target)}
        />
      );
    case "calendar":
      return <CalendarSelect label={label} value={text} onChange={onChange} />;
    case "scope":
      return <SelectField label={label} options={optionsOf(t.scopes)} value={text || "any"} onChange={onChange} />;
    case "outcome":
      return (
        <SelectField
          label={label}
          options={hangupOutcomes.map((outcome) => ({ value: outcome, label: calls.outcomes[outcome] }))}
          value={text}
          onChange={onChange}
        />
      );
    case "text":
      return <TextField label={label} value={text} onChange={(event) => onChange(event.target.value)} />;
  }
}

type PromptsFieldProps = { label: string; prompts: unknown; onChange: (prompts: string[] | undefined) => void };

function PromptsField({ label, prompts, onChange }: PromptsFieldProps) {
  const words = Array.isArray(prompts) ? prompts.join(", ") : "";
  // Split only at commas, so that a comma just typed stays.
  const change = (text: string) => onChange(text === "" ? undefined : text.split(",").map((name) => name.trimStart()));
  return <TextField label={label} value={words} onChange={(event) => change(event.target.value)} />;
}

type NodeSelectProps = { label: string; names: string[]; value: string; onChange: (name: string) => void };

/** A target that is not there any more still shows, with its name. */
export function NodeSelect({ label, names, value, onChange }: NodeSelectProps) {
  const { flow: t } = useScreenTexts();
  const options = names.map((name) => ({ value: name, label: name }));
  if (value && !names.includes(value)) options.unshift({ value, label: `${value} (${t.missing})` });
  return <SelectField label={label} empty="—" options={options} value={value} onChange={onChange} />;
}

function CalendarSelect({ label, value, onChange }: { label: string; value: string; onChange: (id: string) => void }) {
  const { value: page } = useLoaded("calendars", () => screenApi.calendars());
  const options = (page?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return <SelectField label={label} empty="—" options={options} value={value} onChange={onChange} />;
}
