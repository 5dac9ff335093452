import type { CaseStatus } from "../../cases/case.ts";
import { optionsOf, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

/** Empty members are not sent. */
export type InboxFilter = { status?: string; reason?: string; taken?: string; q?: string; officeId?: string };

/** What an office can have in its hands (REQ 12). */
const statuses: readonly CaseStatus[] = ["assigned", "transferred", "suspended", "resolved_l2", "assigned_resolved"];

type InboxFiltersProps = {
  filter: InboxFilter;
  withStatus: boolean;
  /** Whoever works for one office only has nothing to choose. */
  offices: readonly { id: string; name: string }[];
  onChange: (filter: InboxFilter) => void;
};

export function InboxFilters({ filter, withStatus, offices, onChange }: InboxFiltersProps) {
  const t = useTexts();
  const { inbox, status, reason } = t.cases;
  const { office } = useScreenTexts().inbox;
  return (
    <search className="inbox-filters">
      <TextField
        label={inbox.filterText}
        value={filter.q ?? ""}
        onChange={(event) => onChange({ ...filter, q: event.target.value })}
      />
      {withStatus && (
        <SelectField
          label={inbox.filterStatus}
          empty={inbox.all}
          options={statuses.map((value) => ({ value, label: status[value] }))}
          value={filter.status ?? ""}
          onChange={(value) => onChange({ ...filter, status: value })}
        />
      )}
      <SelectField
        label={t.cases.field.reason}
        empty={inbox.all}
        options={optionsOf(reason)}
        value={filter.reason ?? ""}
        onChange={(value) => onChange({ ...filter, reason: value })}
      />
      <SelectField
        label={inbox.takenBy}
        empty={inbox.all}
        options={optionsOf(inbox.taken)}
        value={filter.taken ?? ""}
        onChange={(value) => onChange({ ...filter, taken: value })}
      />
      {offices.length > 1 && (
        <SelectField
          label={office}
          empty={inbox.all}
          options={offices.map(({ id, name }) => ({ value: id, label: name }))}
          value={filter.officeId ?? ""}
          onChange={(value) => onChange({ ...filter, officeId: value })}
        />
      )}
    </search>
  );
}
