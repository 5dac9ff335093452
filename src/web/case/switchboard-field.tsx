import { SelectField } from "../form/select-field.tsx";
import { useAgencies } from "../side/use-agencies.ts";
import { useTexts } from "../texts/texts.tsx";
import { useOpenedCase } from "./draft/use-case.ts";

/** The switchboard's mark: an agency instead of a service, always an information (REQ 7.2). */
export function SwitchboardMark({ disabled }: { disabled: boolean }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const { switchboard } = snapshot.text;
  const mark = (on: boolean) =>
    draft.edit(on ? { switchboard: true, reason: "information", serviceId: null } : { switchboard: false });
  return (
    <label className="check-row switchboard-mark">
      <input
        type="checkbox"
        checked={switchboard}
        disabled={disabled}
        onChange={(event) => mark(event.target.checked)}
      />
      <span>{t.work.switchboard.mark}</span>
    </label>
  );
}

export function SwitchboardAgency({ disabled }: { disabled: boolean }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const agencies = useAgencies().filter(({ switchboard }) => switchboard);
  return (
    <SelectField
      label={t.work.switchboard.agency}
      options={agencies.map(({ id, name }) => ({ value: id, label: name }))}
      value={snapshot.text.agencyId ?? ""}
      empty={t.work.switchboard.noAgency}
      disabled={disabled}
      onChange={(agencyId) => draft.edit({ agencyId: agencyId || null })}
    />
  );
}
