import { useState } from "react";
import { faultOf } from "../form/field-fault.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

type NumberFormProps = {
  label: string;
  hint?: string | undefined;
  value: number;
  min: number;
  max: number;
  /** Name of the member in the request, for its errors. */
  member: string;
  onSave: (value: number) => Promise<unknown>;
};

/** One number that is a setting: its field, its own save, what came of it. */
export function NumberForm({ label, hint, value, min, max, member, onSave }: NumberFormProps) {
  const shared = useTexts();
  const { common } = useScreenTexts();
  const [text, setText] = useState(String(value));
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    await onSave(Number(text));
    setDone(true);
  });
  return (
    <form
      className="number-form"
      onSubmit={(event) => {
        event.preventDefault();
        setDone(false);
        void save.run();
      }}
    >
      <TextField
        label={label}
        hint={hint}
        type="number"
        required
        min={min}
        max={max}
        step={1}
        value={text}
        error={faultOf(save.problem, member)}
        onChange={(event) => {
          setText(event.target.value);
          setDone(false);
        }}
      />
      <button
        type="submit"
        className="btn btn-outline-primary btn-sm"
        disabled={save.busy || text === "" || text === String(value)}
      >
        {shared.common.save}
        <span className="visually-hidden"> {label}</span>
      </button>
      <div className="number-form-end">
        <SavedNote words={done ? common.saved : null} />
        <ProblemMessage problem={save.problem} />
      </div>
    </form>
  );
}
