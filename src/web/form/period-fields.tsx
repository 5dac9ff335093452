import { useScreenTexts } from "../texts/screen-texts.ts";
import { TextField } from "./text-field.tsx";

/** Two moments as the browser writes them in its own time zone; empty when open. */
export type Period = { from: string; to: string };

/** From when to when a list is asked for. */
export function PeriodFields({ from, to, onChange }: Period & { onChange: (part: Partial<Period>) => void }) {
  const { common } = useScreenTexts();
  return (
    <>
      <TextField
        label={common.from}
        type="datetime-local"
        value={from}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <TextField
        label={common.to}
        type="datetime-local"
        value={to}
        onChange={(event) => onChange({ to: event.target.value })}
      />
    </>
  );
}
