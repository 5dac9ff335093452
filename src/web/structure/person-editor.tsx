import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { PersonCard } from "../api/screen-types.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { IdentityForm } from "./identity-form.tsx";
import { RoleFields, type Scope, scopeBody } from "./role-fields.tsx";

type PersonEditorProps = { personId: string; onSaved: () => void };

/** One person: name and address, roles and scope, and what ends their access. */
export function PersonEditor({ personId, onSaved }: PersonEditorProps) {
  const t = useTexts();
  const { value, problem, set } = useLoaded(personId, () => screenApi.person(personId));
  if (!value) return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{t.common.loading}</p>;
  const saved = (person: PersonCard) => {
    set(person);
    onSaved();
  };
  return (
    <>
      <NameForm person={value} onSaved={saved} />
      <ScopeForm key={value.version} person={value} onSaved={saved} />
      <Access person={value} />
      <IdentityForm personId={value.id} />
    </>
  );
}

type PartProps = { person: PersonCard; onSaved: (person: PersonCard) => void };

const nameOf = ({ displayName, email, disabled }: PersonCard) => ({ displayName, email: email ?? "", disabled });

function NameForm({ person, onSaved }: PartProps) {
  const { people: t, common } = useScreenTexts();
  const shared = useTexts();
  const [draft, setDraft, settle] = useKept(`person.${person.id}.${person.version}`, nameOf(person));
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    const body = { ...draft, displayName: draft.displayName.trim(), email: draft.email.trim() || null };
    const saved = await screenApi.patchPerson(person.id, person.version, body);
    settle(nameOf(saved));
    onSaved(saved);
    setDone(true);
  });
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        setDone(false);
        void save.run();
      }}
    >
      <div className="screen-head">
        <h2>{person.displayName}</h2>
        <span>{person.login}</span>
      </div>
      <div className="field-row is-start">
        <TextField
          label={t.name}
          required
          maxLength={120}
          value={draft.displayName}
          error={faultOf(save.problem, "displayName")}
          onChange={(event) => setDraft({ ...draft, displayName: event.target.value })}
        />
        <TextField
          label={t.email}
          type="email"
          maxLength={254}
          value={draft.email}
          error={faultOf(save.problem, "email")}
          onChange={(event) => setDraft({ ...draft, email: event.target.value })}
        />
      </div>
      <CheckField
        label={t.disabled}
        checked={draft.disabled}
        onChange={(disabled) => setDraft({ ...draft, disabled })}
      />
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

function ScopeForm({ person, onSaved }: PartProps) {
  const { people: t } = useScreenTexts();
  const beginning: Scope = { roles: person.roles, officeIds: person.officeIds };
  const [scope, setScope, settle] = useKept(`person.scope.${person.id}.${person.version}`, beginning);
  const save = useAction(async () => {
    const saved = await screenApi.putRoles(person.id, person.version, scopeBody(scope, person.serviceIds));
    settle(scope);
    onSaved(saved);
  });
  return (
    <form
      className="screen-part"
      aria-labelledby="person-roles"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h3 id="person-roles">{t.rolesTitle}</h3>
      <p className="field-hint">{t.rolesHint}</p>
      <RoleFields scope={scope} onChange={setScope} />
      <div className="button-row">
        <button type="submit" className="btn btn-outline-primary btn-sm" disabled={save.busy}>
          {t.saveRoles}
        </button>
      </div>
      <ProblemMessage problem={save.problem} />
    </form>
  );
}

function Access({ person }: { person: PersonCard }) {
  const { people: t } = useScreenTexts();
  const [password, setPassword] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const act = useAction(async (what: "password" | "sessions" | "factor") => {
    setDone(null);
    if (what === "password") setPassword((await screenApi.resetPassword(person.id)).password);
    if (what === "sessions") await screenApi.endSessions(person.id);
    if (what === "factor") await screenApi.resetSecondFactor(person.id);
    if (what !== "password") setDone(what === "sessions" ? t.sessionsEnded : t.factorRemoved);
  });
  return (
    <section className="screen-part" aria-labelledby="person-access">
      <h3 id="person-access">{t.access}</h3>
      <p className="empty-line">
        {t.sessions(person.sessions)} · {person.secondFactor ? t.withFactor : t.withoutFactor}
      </p>
      <div className="button-row">
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={act.busy}
          onClick={() => void act.run("password")}
        >
          {t.resetPassword}
        </button>
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={act.busy}
          onClick={() => void act.run("sessions")}
        >
          {t.endSessions}
        </button>
        {person.secondFactor && (
          <button
            type="button"
            className="btn btn-outline-danger btn-sm"
            disabled={act.busy}
            onClick={() => void act.run("factor")}
          >
            {t.removeFactor}
          </button>
        )}
      </div>
      <OncePassword password={password} />
      <SavedNote words={done} />
      <ProblemMessage problem={act.problem} />
    </section>
  );
}

/** A password that nobody can read again. */
export function OncePassword({ password }: { password: string | null }) {
  const { people: t } = useScreenTexts();
  return (
    <div role="status">
      {password && (
        <p className="notice notice-done">
          {t.password} <code>{password}</code>
        </p>
      )}
    </div>
  );
}
