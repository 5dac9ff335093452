import { useId } from "react";
import type { CaseStatus } from "../../cases/case.ts";
import { TextField } from "../form/text-field.tsx";
import { useTexts } from "../texts/texts.tsx";

export type InboxFilter = { status?: CaseStatus; q?: string };

/** What an office or the rejects desk can have in its hands (REQ 12). */
const statuses: readonly CaseStatus[] = [
  "assigned",
  "transferred",
  "suspended",
  "resolved_l2",
  "assigned_resolved",
  "rejected",
];

type InboxFiltersProps = { filter: InboxFilter; onChange: (filter: InboxFilter) => void };

export function InboxFilters({ filter, onChange }: InboxFiltersProps) {
  const t = useTexts();
  const id = useId();
  return (
    <search className="inbox-filters">
      <TextField
        label={t.cases.inbox.filterText}
        value={filter.q ?? ""}
        onChange={(event) => onChange({ ...filter, q: event.target.value })}
      />
      <div className="field">
        <label htmlFor={id} className="field-label">
          {t.cases.inbox.filterStatus}
        </label>
        <select
          id={id}
          className="form-select"
          value={filter.status ?? ""}
          onChange={(event) => {
            const { status: _before, ...others } = filter;
            const status = statuses.find((known) => known === event.target.value);
            onChange(status ? { ...others, status } : others);
          }}
        >
          <option value="">{t.cases.inbox.all}</option>
          {statuses.map((status) => (
            <option key={status} value={status}>
              {t.cases.status[status]}
            </option>
          ))}
        </select>
      </div>
    </search>
  );
}
