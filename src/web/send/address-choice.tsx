import { useId } from "react";
import { TextField } from "../form/text-field.tsx";
import { useSendTexts } from "../texts/send-texts.ts";
import type { Address } from "./send-api.ts";

type AddressChoiceProps = {
  known: readonly string[];
  value: Address;
  error: string | null;
  onChange: (to: Address) => void;
};

/** One recipient: an address of the record, or the one that the citizen declares; which of both is stored (REQ 6.2). */
export function AddressChoice({ known, value, error, onChange }: AddressChoiceProps) {
  const t = useSendTexts();
  const name = useId();
  const declared = value.source === "declared";
  return (
    <fieldset className="send-choices">
      <legend className="field-label">{t.address.legend}</legend>
      {known.map((address) => (
        <label key={address} className="check-row">
          <input
            type="radio"
            name={name}
            checked={!declared && value.address === address}
            onChange={() => onChange({ source: "citizen", address })}
          />
          <span className="send-address">
            {address} <small>{t.address.ofRecord}</small>
          </span>
        </label>
      ))}
      {known.length > 0 && (
        <label className="check-row">
          <input
            type="radio"
            name={name}
            checked={declared}
            onChange={() => onChange({ source: "declared", address: "" })}
          />
          <span>{t.address.declared}</span>
        </label>
      )}
      {declared && (
        <TextField
          label={known.length > 0 ? t.address.field : t.address.declared}
          hint={t.address.saved}
          type="email"
          autoComplete="off"
          maxLength={320}
          value={value.address}
          error={error}
          onChange={(event) => onChange({ source: "declared", address: event.target.value })}
        />
      )}
    </fieldset>
  );
}
