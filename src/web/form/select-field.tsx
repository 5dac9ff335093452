import { useId } from "react";

export type Option = { value: string; label: string };
type SelectFieldProps = {
  label: string;
  options: readonly Option[];
  value: string;
  onChange: (value: string) => void;
  /** Words of the empty choice; without them there is none. */
  empty?: string;
  disabled?: boolean;
  error?: string | null;
};

/** One of a few, as the browser's own list. */
export function SelectField({ label, options, value, onChange, empty, disabled, error }: SelectFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <select
        id={id}
        className="form-select"
        value={value}
        disabled={disabled}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={(event) => onChange(event.target.value)}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {error && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  );
}

/** Names of a catalogue's part as choices, in its order. */
export function optionsOf(names: Readonly<Record<string, string>>): Option[] {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}

type CheckFieldProps = { label: string; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean };

export function CheckField({ label, checked, onChange, disabled }: CheckFieldProps) {
  return (
    <label className="check-row">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
