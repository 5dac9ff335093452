import { useState } from "react";
import { screenApi, type UnitKind } from "../api/screen-api.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { goTo } from "../shell/hash-router.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import type { Tree } from "./tree-screen.tsx";

type UnitFormProps = { kind: string; id: string; within: string | null; tree: Tree; onSaved: () => void };
type Unit = { id: string; name: string; version: number; [member: string]: unknown };
type FieldName = "name" | "shortName" | "switchboard" | "phone" | "email" | "disabled";

/** Which members of each kind of unit a person writes. */
const fieldsOf: Record<UnitKind, readonly FieldName[]> = {
  agencies: ["name", "shortName", "switchboard", "disabled"],
  departments: ["name", "disabled"],
  offices: ["name", "phone", "email", "disabled"],
  services: ["name"],
};
const isKind = (kind: string): kind is UnitKind => Object.hasOwn(fieldsOf, kind);

/** One agency, department or office, new or known; a new service with its office (the rest in its own form). */
export function UnitForm({ kind, id, within, tree, onSaved }: UnitFormProps) {
  const { tree: t } = useScreenTexts();
  if (!isKind(kind)) return <p className="empty">{t.choose}</p>;
  const unit = (tree[kind] as Unit[]).find((one) => one.id === id) ?? null;
  if (!unit && id !== "nuova") return <p className="empty">{t.gone}</p>;
  return <UnitFields key={id} kind={kind} unit={unit} within={within} tree={tree} onSaved={onSaved} />;
}

type UnitFieldsProps = Omit<UnitFormProps, "kind" | "id"> & { kind: UnitKind; unit: Unit | null };

function UnitFields({ kind, unit, within, tree, onSaved }: UnitFieldsProps) {
  const { tree: t, common } = useScreenTexts();
  const shared = useTexts();
  const place = unit ? `unit.${unit.id}.${unit.version}` : `unit.${kind}.${within}`;
  const [draft, setDraft, settle] = useKept(place, draftOf(kind, unit));
  // The version that the fields were read at: the tree behind them follows what others save.
  const [version, setVersion] = useState(unit?.version ?? 0);
  const [done, setDone] = useState(false);
  const department = kind === "services" ? tree.departments.find(({ id }) => id === within) : undefined;
  const save = useAction(async () => {
    if (unit) {
      setVersion((await screenApi.patchUnit(kind, unit.id, version, draft)).version);
      settle(draft);
    } else {
      const { disabled: _new, ...body } = draft;
      const { id } = await screenApi.newUnit(kind, { ...body, ...placeOf(kind, within, department?.agencyId) });
      settle(draft);
      goTo("organizzazione", kind, id);
    }
    setDone(true);
    onSaved();
  });
  const change = (name: string, value: unknown) => {
    setDone(false);
    setDraft({ ...draft, [name]: value });
  };
  const offices = tree.offices.filter(({ agencyId }) => agencyId === department?.agencyId);
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h2>{unit?.name ?? t.newUnit[kind]}</h2>
      {fieldsOf[kind].map((name) =>
        name === "switchboard" || name === "disabled" ? (
          (unit || name !== "disabled") && (
            <CheckField
              key={name}
              label={t.fields[name]}
              checked={draft[name] === true}
              onChange={(on) => change(name, on)}
            />
          )
        ) : (
          <TextField
            key={name}
            label={t.fields[name]}
            required={name === "name" || name === "shortName"}
            maxLength={name === "shortName" ? 60 : 200}
            value={String(draft[name] ?? "")}
            error={faultOf(save.problem, name)}
            onChange={(event) => change(name, event.target.value || (name === "name" ? "" : null))}
          />
        ),
      )}
      {kind === "services" && (
        <SelectField
          label={t.officeOfService}
          empty="—"
          options={offices.map(({ id, name }) => ({ value: id, label: name }))}
          value={String(draft.officeId ?? "")}
          error={faultOf(save.problem, "officeId")}
          onChange={(officeId) => change("officeId", officeId)}
        />
      )}
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {shared.common.save}
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}

function draftOf(kind: UnitKind, unit: Unit | null): Record<string, unknown> {
  const known = fieldsOf[kind].map((name) => [name, unit?.[name] ?? emptyOf(name)]);
  return { ...Object.fromEntries(known), ...(kind === "services" && !unit ? { profile: "base" } : {}) };
}

function emptyOf(name: FieldName): unknown {
  if (name === "switchboard" || name === "disabled") return false;
  return name === "phone" || name === "email" ? null : "";
}

function placeOf(kind: UnitKind, within: string | null, agencyOfDepartment: string | undefined) {
  if (kind === "agencies" || !within) return {};
  return kind === "services" ? { departmentId: within, agencyId: agencyOfDepartment } : { agencyId: within };
}
