import "../style/account.css";
import { type SubmitEvent, useRef, useState } from "react";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { OneColumn } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { PasswordFields, passwordsOf } from "./password-fields.tsx";
import { CodeField, EnrolmentKey } from "./pending-account.tsx";
import { useSession } from "./session-context.tsx";

/** One's own account: password, authenticator app, where one is signed in. */
export function AccountScreen() {
  const t = useTexts();
  const [passwords, setPasswords] = useState(0);
  return (
    <OneColumn title={t.account.title}>
      <PasswordPart onChanged={() => setPasswords(passwords + 1)} />
      <FactorPart />
      {/* Another password ends the other sessions: the list is asked for anew. */}
      <SessionsPart key={passwords} />
    </OneColumn>
  );
}

function PasswordPart({ onChanged }: { onChanged: () => void }) {
  const t = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const [done, setDone] = useState(false);
  const change = useAction(async (data: FormData) => {
    await api.changePassword(passwordsOf(data));
    form.current?.reset();
    onChanged();
  });
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setDone(false);
    setDone(await change.run(new FormData(event.currentTarget)));
  };
  return (
    <section className="screen-part" aria-labelledby="account-password">
      <h2 id="account-password">{t.account.passwordPart}</h2>
      <p className="field-hint">{t.account.passwordHint}</p>
      <form ref={form} className="account-form" onSubmit={(event) => void submit(event)}>
        <PasswordFields />
        <ProblemMessage problem={change.problem} />
        <Done text={done ? t.account.changed : null} />
        <button type="submit" className="btn btn-primary" disabled={change.busy}>
          {t.account.change}
        </button>
      </form>
    </section>
  );
}

function FactorPart() {
  const t = useTexts();
  const { value, problem, again } = useLoaded("second-factor", () => api.secondFactor());
  const [enrolment, setEnrolment] = useState<{ secret: string; uri: string } | null>(null);
  const begin = useAction(async () => setEnrolment(await api.beginSecondFactor()));
  return (
    <section className="screen-part" aria-labelledby="account-factor">
      <h2 id="account-factor">{t.account.factorPart}</h2>
      <p>{value && (value.enrolled ? t.account.factorOn : t.account.factorOff)}</p>
      <ProblemMessage problem={problem ?? begin.problem} />
      {value && !value.enrolled && !enrolment && (
        <button
          type="button"
          className="btn btn-outline-primary account-button"
          disabled={begin.busy}
          onClick={() => void begin.run()}
        >
          {t.account.factorTitle}
        </button>
      )}
      {enrolment && !value?.enrolled && <Enrolment enrolment={enrolment} onDone={again} />}
    </section>
  );
}

type EnrolmentProps = { enrolment: { secret: string; uri: string }; onDone: () => Promise<unknown> };

function Enrolment({ enrolment, onDone }: EnrolmentProps) {
  const t = useTexts();
  const confirm = useAction(async (data: FormData) => {
    await api.confirmSecondFactor(String(data.get("code")).trim());
    await onDone();
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void confirm.run(new FormData(event.currentTarget));
  };
  return (
    <form className="account-form" onSubmit={submit}>
      <EnrolmentKey enrolment={enrolment} />
      <CodeField />
      <ProblemMessage problem={confirm.problem} />
      <button type="submit" className="btn btn-primary" disabled={confirm.busy}>
        {t.account.confirm}
      </button>
    </form>
  );
}

function SessionsPart() {
  const { texts: t, language } = useSpeech();
  const { value, problem } = useLoaded("sessions", () => api.sessions());
  const { signOutEverywhere } = useSession();
  const end = useAction(signOutEverywhere);
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Rome" });
  return (
    <section className="screen-part" aria-labelledby="account-sessions">
      <h2 id="account-sessions">{t.account.sessionsPart}</h2>
      <p className="field-hint">{t.account.sessionsHint}</p>
      <ProblemMessage problem={problem ?? end.problem} />
      <ul>
        {value?.items.map((one) => (
          <li key={one.signedInAt}>
            {t.account.session(when.format(new Date(one.signedInAt)), when.format(new Date(one.lastUsedAt)))}
            {one.current && <strong> {t.account.thisSession}</strong>}
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="btn btn-outline-primary account-button"
        disabled={end.busy}
        onClick={() => void end.run()}
      >
        {t.account.leaveEverywhere}
      </button>
    </section>
  );
}

/** Said aloud once it is done. */
function Done({ text }: { text: string | null }) {
  return <div role="status">{text && <p className="notice notice-info">{text}</p>}</div>;
}
