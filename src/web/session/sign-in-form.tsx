import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { isProblem, type Problem } from "../api/api-problem.ts";
import { api, type SignIn } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { Icon } from "../shell/icon.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CodeField } from "./pending-account.tsx";
import { useSession } from "./session-context.tsx";

const seatKey = "055055.seat";
const phoneKey = "055055.phone-kind";

/** Sign in; `again` when a session ended under an open page: only the password is asked, the desk stays behind it. */
export function SignInForm({ again = null }: { again?: string | null }) {
  const t = useTexts();
  const { signIn } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [codeAsked, setCodeAsked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Nothing else can be reached then: the word that is missing is the password.
  useEffect(() => {
    if (again !== null) form.current?.querySelector<HTMLInputElement>("[name=password]")?.focus();
  }, [again]);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signIn(readForm(new FormData(event.currentTarget)));
    } catch (error) {
      setBusy(false);
      if (isProblem(error)) setProblem(error);
      if (isProblem(error, "second_factor_needed")) setCodeAsked(true);
      form.current?.querySelector<HTMLInputElement>("[name=password]")?.focus();
    }
  };
  return (
    <form ref={form} className="sign-in" onSubmit={(event) => void submit(event)} aria-labelledby="sign-in-title">
      <p className="sign-in-brand">
        <Icon name="phone" />
        <span>{t.brand.name}</span>
      </p>
      <h1 id="sign-in-title" className="h4">
        {t.signIn.title}
      </h1>
      {again !== null && <p className="notice notice-info">{t.signIn.again}</p>}
      <TextField label={t.signIn.login} name="login" autoComplete="username" defaultValue={again ?? ""} required />
      <TextField label={t.signIn.password} name="password" type="password" autoComplete="current-password" required />
      {codeAsked && <CodeField />}
      <SeatFields />
      <ProblemMessage problem={problem} />
      <button type="submit" className="btn btn-primary sign-in-button" aria-disabled={busy} disabled={busy}>
        {busy ? t.signIn.busy : t.signIn.submit}
      </button>
      {again === null && <OtherIdentity />}
    </form>
  );
}

/** The identity provider, when the program has one; and what it refused, which comes back in the address. */
function OtherIdentity() {
  const t = useTexts();
  const [offered, setOffered] = useState(false);
  const refused = new URLSearchParams(location.search).get("accesso");
  useEffect(() => {
    // Without an answer the password is the way in.
    api.signInOptions().then(
      ({ oidc }) => setOffered(oidc),
      () => setOffered(false),
    );
  }, []);
  const texts: Record<string, string> = t.signIn.oidcProblem;
  return (
    <>
      {refused && (
        <p role="alert" className="notice notice-danger">
          {texts[refused] ?? t.signIn.oidcProblem.other}
        </p>
      )}
      {offered && (
        <a className="btn btn-outline-primary sign-in-button" href="/api/v1/session/oidc">
          {t.signIn.oidc}
        </a>
      )}
    </>
  );
}

/** Where one sits, and which of the seat's two phones rings: only the chosen one does. */
function SeatFields() {
  const t = useTexts();
  const kept = localStorage.getItem(phoneKey);
  return (
    <div className="sign-in-seat">
      <TextField
        label={t.signIn.seat}
        name="seat"
        inputMode="numeric"
        pattern="[0-9]{3,5}"
        defaultValue={localStorage.getItem(seatKey) ?? ""}
        hint={t.signIn.seatHint}
        optional
      />
      <fieldset className="sign-in-phone">
        <legend className="field-label">{t.signIn.phone}</legend>
        {(["sip", "web"] as const).map((kind) => (
          <label key={kind} className="check-row">
            <input type="radio" name="phone" value={kind} defaultChecked={kind === (kept === "web" ? "web" : "sip")} />
            <span>{t.signIn.phoneKind[kind]}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}

function readForm(data: FormData): SignIn {
  const seat = String(data.get("seat") ?? "").trim();
  localStorage.setItem(seatKey, seat);
  const who = { login: String(data.get("login")).trim(), password: String(data.get("password")) };
  const phone = data.get("phone") === "web" ? "web" : "sip";
  localStorage.setItem(phoneKey, phone);
  // Without a number the last seat is meant, and the choice of its phone holds too.
  const code = String(data.get("code") ?? "").trim();
  return { ...who, ...(code ? { code } : {}), ...(seat ? { seat } : {}), phone };
}
