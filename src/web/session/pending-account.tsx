import { type SubmitEvent, useEffect, useState } from "react";
import { isProblem, type Problem } from "../api/api-problem.ts";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useTexts } from "../texts/texts.tsx";
import { PasswordFields, passwordsOf } from "./password-fields.tsx";
import { QrPicture } from "./qr-picture.tsx";
import { useSession } from "./session-context.tsx";

/** What must be done before one's roles count: an own password, and for administrators the second factor. */
export function PendingAccount({ pending }: { pending: readonly string[] }) {
  return pending.includes("change_password") ? <OwnPassword /> : <SecondFactor />;
}

/** One form: what fails is told, what succeeds asks the server anew who this is. */
function usePendingForm(send: (data: FormData) => Promise<unknown>) {
  const { renew } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await send(new FormData(event.currentTarget));
      await renew();
    } catch (error) {
      if (isProblem(error)) setProblem(error);
    }
    setBusy(false);
  };
  return { problem, setProblem, busy, onSubmit: (event: SubmitEvent<HTMLFormElement>) => void submit(event) };
}

function OwnPassword() {
  const t = useTexts();
  const { problem, busy, onSubmit } = usePendingForm((data) => api.changePassword(passwordsOf(data)));
  return (
    <form className="sign-in" onSubmit={onSubmit} aria-labelledby="pending-title">
      <h1 id="pending-title" className="h4">
        {t.account.passwordTitle}
      </h1>
      <p className="notice notice-info">{t.account.passwordWhy}</p>
      <PasswordFields />
      <ProblemMessage problem={problem} />
      <PendingButtons busy={busy} label={t.account.change} />
    </form>
  );
}

function SecondFactor() {
  const t = useTexts();
  const [enrolment, setEnrolment] = useState<{ secret: string; uri: string } | null>(null);
  const { problem, setProblem, busy, onSubmit } = usePendingForm((data) =>
    api.confirmSecondFactor(String(data.get("code")).trim()),
  );
  useEffect(() => {
    api.beginSecondFactor().then(setEnrolment, (error: unknown) => setProblem(isProblem(error) ? error : null));
  }, [setProblem]);
  return (
    <form className="sign-in" onSubmit={onSubmit} aria-labelledby="pending-title">
      <h1 id="pending-title" className="h4">
        {t.account.factorTitle}
      </h1>
      <p className="notice notice-info">{t.account.factorWhy}</p>
      {enrolment && (
        <>
          <EnrolmentKey enrolment={enrolment} />
          <CodeField />
        </>
      )}
      <ProblemMessage problem={problem} />
      <PendingButtons busy={busy} label={t.account.confirm} />
    </form>
  );
}

/** The key for the authenticator app, to be typed there or handed over by its address. */
export function EnrolmentKey({ enrolment }: { enrolment: { secret: string; uri: string } }) {
  const t = useTexts();
  return (
    <>
      <QrPicture text={enrolment.uri} label={t.account.qrLabel} />
      <p className="field-hint">{t.account.qrHint}</p>
      <TextField label={t.account.secret} name="secret" value={enrolment.secret} hint={t.account.secretHint} readOnly />
      <p>
        <a href={enrolment.uri}>{t.account.openApp}</a>
      </p>
    </>
  );
}

/** Six digits of the authenticator app; the sign-in asks for them too. */
export function CodeField() {
  const t = useTexts();
  return (
    <TextField
      label={t.account.code}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9]{6}"
      maxLength={6}
      required
    />
  );
}

function PendingButtons({ busy, label }: { busy: boolean; label: string }) {
  const t = useTexts();
  const { signOut } = useSession();
  return (
    <>
      <button type="submit" className="btn btn-primary sign-in-button" disabled={busy}>
        {label}
      </button>
      <button type="button" className="btn btn-outline-primary" onClick={() => void signOut()}>
        {t.account.leave}
      </button>
    </>
  );
}
