import { smsLength } from "../../knowledge/cards/sms-segments.ts";
import { TextArea } from "../form/text-field.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";

type SmsFieldProps = {
  label: string;
  limit: number;
  value: string;
  error: string | null;
  onChange: (text: string) => void;
};

/** A text that leaves as SMS, with the messages it fills and the signs that cost most (REQ 5.1). */
export function SmsField({ label, limit, value, error, onChange }: SmsFieldProps) {
  const { knowledge: t } = useScreenTexts();
  const { segments, units, encoding, costly } = smsLength(value);
  const signs = costly.map(({ sign, instead }) => (instead ? t.instead(sign, instead) : `«${sign}»`));
  return (
    <div>
      <TextArea
        label={label}
        rows={3}
        maxLength={1_600}
        value={value}
        error={error}
        onChange={(event) => onChange(event.target.value)}
      />
      <p className={segments > limit ? "segment-count is-over" : "segment-count"} role="status">
        {t.segments(segments, limit, units, encoding)}
        {signs.length > 0 && ` · ${t.costly} ${signs.join(", ")}`}
      </p>
    </div>
  );
}
