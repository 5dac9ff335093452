import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { OfficeDetail } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { OneColumn } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

type Row = { id: string; name: string; login: string; disabled: boolean; where: string[] };

/** Everybody whom the program tells of: people of the offices, and operators with their seats. */
async function readPeople(): Promise<Row[]> {
  const offices = await screenApi.offices();
  const details: OfficeDetail[] = [];
  // One after the other: a page must not ask for a hundred offices at once.
  for (const { id, people } of offices) if (people > 0) details.push(await screenApi.office(id));
  const rows = new Map<string, Row>();
  for (const office of details) {
    for (const { id, displayName, login, disabled } of office.members) {
      const row = rows.get(id) ?? { id, name: displayName, login, disabled, where: [] };
      rows.set(id, { ...row, where: [...row.where, office.name] });
    }
  }
  for (const { personId, displayName, seat } of (await screenApi.operators()).items) {
    rows.set(personId, { id: personId, name: displayName, login: "", disabled: false, where: [seat ?? "—"] });
  }
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name, "it"));
}

export function PeopleScreen() {
  const { people: t } = useScreenTexts();
  const shared = useTexts();
  const [q, setQ] = useState("");
  const { value, problem } = useLoaded("people", readPeople);
  const found = (value ?? []).filter(({ name, login }) => `${name} ${login}`.toLowerCase().includes(q.toLowerCase()));
  return (
    <OneColumn title={t.title}>
      <p className="empty-line">{t.hint}</p>
      <search>
        <TextField label={t.search} value={q} onChange={(event) => setQ(event.target.value)} />
      </search>
      <ProblemMessage problem={problem} />
      {!value && !problem && <p className="empty-line">{shared.common.loading}</p>}
      {value && found.length === 0 && <p className="empty">{shared.common.noResults}</p>}
      {found.length > 0 && <PeopleTable rows={found} />}
    </OneColumn>
  );
}

function PeopleTable({ rows }: { rows: Row[] }) {
  const { people: t } = useScreenTexts();
  return (
    <div className="table-scroll">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">{t.login}</th>
            <th scope="col">{t.where}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                {row.name} {row.disabled && <span className="state-tag">{t.off}</span>}
              </th>
              <td>{row.login || "—"}</td>
              <td>{row.where.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
