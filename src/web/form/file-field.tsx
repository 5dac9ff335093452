import { useId } from "react";

type FileFieldProps = {
  label: string;
  hint?: string;
  accept?: string;
  onChoose: (file: File | null) => void;
};

/** One file of this machine. */
export function FileField({ label, hint, accept, onChoose }: FileFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <input
        id={id}
        type="file"
        className="form-control"
        accept={accept}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
      />
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
