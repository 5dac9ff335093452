import { type InputHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { useTexts } from "../texts/texts.tsx";

type Words = {
  label: string;
  hint?: string | undefined;
  error?: string | null;
  optional?: boolean;
  hideLabel?: boolean;
};
type InputProps = Words & InputHTMLAttributes<HTMLInputElement>;
type AreaProps = Words & TextareaHTMLAttributes<HTMLTextAreaElement>;

function describedBy(id: string, hint: string | undefined, error: string | null | undefined): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
}

/** A labelled line of text; hint and error are read with the field. */
export function TextField({ label, hint, error, optional, hideLabel, ...input }: InputProps) {
  const id = useId();
  return (
    <div className="field">
      <FieldLabel id={id} label={label} optional={optional} hidden={hideLabel} />
      <input
        type="text"
        {...input}
        id={id}
        className="form-control"
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

/** The same with several lines; it grows with its text (field-sizing in CSS). */
export function TextArea({ label, hint, error, optional, hideLabel, ...area }: AreaProps) {
  const id = useId();
  return (
    <div className="field">
      <FieldLabel id={id} label={label} optional={optional} hidden={hideLabel} />
      <textarea
        {...area}
        id={id}
        className="form-control"
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

type LabelProps = { id: string; label: string; optional: boolean | undefined; hidden: boolean | undefined };

function FieldLabel({ id, label, optional, hidden }: LabelProps) {
  const t = useTexts();
  return (
    <label htmlFor={id} className={hidden ? "visually-hidden" : "field-label"}>
      {label}
      {optional && <span className="field-optional"> ({t.common.optional})</span>}
    </label>
  );
}

function FieldNotes({ id, hint, error }: { id: string; hint: string | undefined; error: string | null | undefined }) {
  return (
    <>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </>
  );
}
