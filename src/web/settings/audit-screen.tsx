import "../style/settings.css";
import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import { type AuditLine, settingsApi } from "../api/settings-api.ts";
import { PeriodFields } from "../form/period-fields.tsx";
import { optionsOf, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { TableScroll } from "../list/table-scroll.tsx";
import { ListBody, OneColumn } from "../list/two-columns.tsx";
import { useList, useLoaded } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";

const nothing = { personId: "", action: "", subjectKind: "", from: "", to: "" };

/** Who read and did what (REQ 12). Reading it leaves a line itself, so it is asked for by a button, not by a clock. */
export function AuditScreen() {
  const { audit: t } = useSettingsTexts();
  const [asked, setAsked] = useState(nothing);
  return (
    <OneColumn title={t.title}>
      <p className="field-hint">{t.hint}</p>
      <AuditFilter onAsk={setAsked} />
      <AuditList key={JSON.stringify(asked)} asked={asked} />
      <NewestLink />
    </OneColumn>
  );
}

function AuditFilter({ onAsk }: { onAsk: (filter: typeof nothing) => void }) {
  const { audit: t } = useSettingsTexts();
  const { common } = useScreenTexts();
  const shared = useTexts();
  const [filter, setFilter] = useState(nothing);
  const [q, setQ] = useState("");
  const people = useList(`audit people ${q}`, () => screenApi.people({ q, limit: 100 }));
  const change = (part: Partial<typeof filter>) => setFilter({ ...filter, ...part });
  const ask = () => onAsk({ ...filter, from: moment(filter.from), to: moment(filter.to) });
  return (
    <search>
      <form
        className="filter-row"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <TextField label={t.findPerson} value={q} onChange={(event) => setQ(event.target.value)} />
        <SelectField
          label={t.person}
          empty={common.all}
          options={people.items.map(({ id, displayName, login }) => ({
            value: id,
            label: `${displayName} (${login})`,
          }))}
          value={filter.personId}
          onChange={(personId) => change({ personId })}
        />
        <SelectField
          label={t.action}
          empty={common.all}
          options={optionsOf(t.actionGroups)}
          value={filter.action}
          onChange={(action) => change({ action })}
        />
        <SelectField
          label={t.subject}
          empty={common.all}
          options={optionsOf(t.subjects)}
          value={filter.subjectKind}
          onChange={(subjectKind) => change({ subjectKind })}
        />
        <PeriodFields from={filter.from} to={filter.to} onChange={change} />
        <div className="button-row">
          <button type="submit" className="btn btn-primary btn-sm">
            {shared.common.search}
          </button>
        </div>
      </form>
    </search>
  );
}

function moment(local: string): string {
  return local ? new Date(local).toISOString() : "";
}

function AuditList({ asked }: { asked: typeof nothing }) {
  const { audit: t } = useSettingsTexts();
  // Not a list of the feed: each asking is an act that is written down.
  const [pages, setPages] = useState<{ items: AuditLine[]; nextCursor: string | null }[]>([]);
  const first = useLoaded("audit", () => settingsApi.audit({ ...asked, limit: 50 }));
  const all = first.value ? [first.value, ...pages] : [];
  const last = all.at(-1)?.nextCursor ?? null;
  const more = useAction(async () => {
    const next = await settingsApi.audit({ ...asked, limit: 50, cursor: last });
    setPages((now) => [...now, next]);
  });
  const list = {
    items: all.flatMap(({ items }) => items),
    problem: first.problem ?? more.problem,
    loading: first.value === null && first.problem === null,
    more: last ? () => void more.run() : null,
    again: () => void first.again(),
  };
  return (
    <ListBody list={list} empty={t.none}>
      <AuditTable lines={list.items} />
    </ListBody>
  );
}

function AuditTable({ lines }: { lines: AuditLine[] }) {
  const { audit: t } = useSettingsTexts();
  const { language, texts } = useSpeech();
  const actions: Record<string, string> = t.actions;
  const subjects: Record<string, string> = t.subjects;
  const subjectOf = ({ subjectKind, caseNumber }: AuditLine): string => {
    if (caseNumber !== null) return texts.desk.caseNumber(caseNumber);
    return subjectKind === null ? "—" : (subjects[subjectKind] ?? subjectKind);
  };
  return (
    <TableScroll label={t.title}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.at}</th>
            <th scope="col">{t.person}</th>
            <th scope="col">{t.action}</th>
            <th scope="col">{t.subject}</th>
            <th scope="col">{t.data}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td className="number">{sayWhen(line.at, language)}</td>
              <th scope="row">{line.personName ?? line.actor}</th>
              <td>{actions[line.action] ?? line.action}</td>
              <td>{subjectOf(line)}</td>
              <td className="audit-data">{dataOf(line)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

/** What the line carries, as it is: the log is evidence. */
function dataOf({ data, subjectId }: AuditLine): string {
  const parts = Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`);
  return [...(subjectId ? [subjectId] : []), ...parts].join(" · ") || "—";
}

/** Written down elsewhere, this shows later that nothing of the log was cut off. */
function NewestLink() {
  const { audit: t } = useSettingsTexts();
  const { value } = useLoaded("audit link", () => settingsApi.auditLink());
  if (!value?.hash) return null;
  return (
    <section className="screen-part" aria-labelledby="audit-link">
      <h2 id="audit-link">{t.link}</h2>
      <p className="field-hint">{t.linkHint}</p>
      <p>
        <code className="once-secret">{`${value.seq}:${value.hash}`}</code>
      </p>
    </section>
  );
}
