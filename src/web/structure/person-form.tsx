import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { hashOf } from "../shell/hash-router.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { OncePassword } from "./person-editor.tsx";
import { RoleFields, type Scope, scopeBody } from "./role-fields.tsx";

type Draft = { login: string; displayName: string; scope: Scope };
const nobody: Draft = {
  login: "",
  displayName: "",
  scope: { roles: [{ role: "operator", agencyId: null }], officeIds: [] },
};

/** A new person gets a first password, shown once. */
export function NewPersonForm({ onSaved }: { onSaved: () => void }) {
  const { people: t } = useScreenTexts();
  const [draft, setDraft, settle] = useKept("person.new", nobody);
  const [made, setMade] = useState<{ id: string; name: string; password: string } | null>(null);
  const save = useAction(async () => {
    const body = { login: draft.login.trim(), displayName: draft.displayName.trim(), ...scopeBody(draft.scope, []) };
    const { person, password } = await screenApi.newPerson(body);
    settle(nobody);
    setMade({ id: person.id, name: person.displayName, password });
    onSaved();
  });
  if (made) {
    return (
      <div className="screen-form">
        <h2>{made.name}</h2>
        <OncePassword password={made.password} />
        <a href={hashOf("persone", made.id)}>{t.open}</a>
      </div>
    );
  }
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h2>{t.newPerson}</h2>
      <div className="field-row is-start">
        <TextField
          label={t.login}
          required
          maxLength={60}
          autoComplete="off"
          value={draft.login}
          error={faultOf(save.problem, "login")}
          onChange={(event) => setDraft({ ...draft, login: event.target.value })}
        />
        <TextField
          label={t.name}
          required
          maxLength={120}
          value={draft.displayName}
          error={faultOf(save.problem, "displayName")}
          onChange={(event) => setDraft({ ...draft, displayName: event.target.value })}
        />
      </div>
      <RoleFields scope={draft.scope} onChange={(scope) => setDraft({ ...draft, scope })} />
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {t.create}
        </button>
      </div>
      <ProblemMessage problem={save.problem} />
    </form>
  );
}
