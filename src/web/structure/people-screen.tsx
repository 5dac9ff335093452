import { useState } from "react";
import { type Role, roles } from "../../people/roles.ts";
import { screenApi } from "../api/screen-api.ts";
import type { PersonCard } from "../api/screen-types.ts";
import { SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { goTo, hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { PersonEditor } from "./person-editor.tsx";
import { NewPersonForm } from "./person-form.tsx";

/** Who works here, with roles and scope (REQ 0, 12). */
export function PeopleScreen({ personId }: { personId: string | null }) {
  const { people: t, common } = useScreenTexts();
  const [filter, setFilter] = useState({ q: "", role: "" });
  const list = useList(
    JSON.stringify(filter),
    (cursor) => screenApi.people({ ...filter, cursor }),
    undefined,
    "people",
  );
  return (
    <TwoColumns
      title={t.title}
      chosen={personId !== null}
      rightLabel={t.one}
      left={
        <>
          <div>
            <button type="button" className="btn btn-primary btn-sm" onClick={() => goTo("persone", "nuova")}>
              <Icon name="plus" /> {t.newPerson}
            </button>
          </div>
          <search className="inbox-filters">
            <TextField
              label={t.search}
              value={filter.q}
              onChange={(event) => setFilter({ ...filter, q: event.target.value })}
            />
            <SelectField
              label={t.role}
              empty={common.all}
              options={roleOptions(t.roles)}
              value={filter.role}
              onChange={(role) => setFilter({ ...filter, role })}
            />
          </search>
          <ListBody list={list} empty={t.none}>
            <PersonLines people={list.items} shownId={personId} />
          </ListBody>
        </>
      }
      right={<RightSide key={personId} personId={personId} onSaved={list.again} />}
    />
  );
}

export function roleOptions(names: Record<Role, string>) {
  return roles.map((value) => ({ value, label: names[value] }));
}

function RightSide({ personId, onSaved }: { personId: string | null; onSaved: () => void }) {
  const { people: t } = useScreenTexts();
  if (personId === null) return <p className="empty">{t.choose}</p>;
  if (personId === "nuova") return <NewPersonForm onSaved={onSaved} />;
  return <PersonEditor personId={personId} onSaved={onSaved} />;
}

function PersonLines({ people, shownId }: { people: PersonCard[]; shownId: string | null }) {
  const { people: t } = useScreenTexts();
  return (
    <ul className="inbox-list">
      {people.map((person) => (
        <li key={person.id}>
          <a href={hashOf("persone", person.id)} aria-current={person.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{person.displayName}</strong>
              {person.disabled && <span className="state-tag state-failed">{t.off}</span>}
            </span>
            <span className="inbox-line-end">
              <span>{person.roles.map(({ role }) => t.roles[role]).join(", ") || "—"}</span>
              <small>{person.login}</small>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
