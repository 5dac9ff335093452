import { Suspense, useEffect, useLayoutEffect, useRef } from "react";
import { mayUse } from "../people/permissions.ts";
import { CallBar } from "./call-bar/call-bar.tsx";
import { ProblemMessage } from "./form/problem-message.tsx";
import { DeskProvider, useDesk } from "./live/desk-context.tsx";
import { PhoneProvider, usePhone } from "./phone/phone-context.tsx";
import { screensOf } from "./screens.tsx";
import { PendingAccount } from "./session/pending-account.tsx";
import { usePerson, useSession } from "./session/session-context.tsx";
import { SignInForm } from "./session/sign-in-form.tsx";
import { ConnectionBanner } from "./shell/connection-banner.tsx";
import { FailureBoundary } from "./shell/failure-boundary.tsx";
import { goTo, usePlace } from "./shell/hash-router.ts";
import { KeyboardProvider } from "./shell/keyboard.tsx";
import { LiveRegions } from "./shell/live-regions.tsx";
import { LanguageSwitch, PageHeader } from "./shell/page-header.tsx";
import { usePersonalLanguage, useTexts } from "./texts/texts.tsx";
import { OfferedTransfer } from "./transfer/offered-transfer.tsx";

/** The whole page: nobody → sign in; somebody → the desk, with sign-in on top when the session ends under it. */
export function PageRoot() {
  const t = useTexts();
  const { state } = useSession();
  if (state.stage === "unknown") {
    return (
      <main>
        <p className="page-wait">{t.common.loading}</p>
        <ProblemMessage problem={state.problem ?? null} />
      </main>
    );
  }
  if (!("me" in state)) {
    return (
      <main className="sign-in-page">
        <SignInForm />
        <LanguageSwitch />
      </main>
    );
  }
  const pending = state.stage === "in" ? (state.me.person.pending ?? []) : [];
  if (pending.length > 0) {
    return (
      <main className="sign-in-page">
        <PendingAccount pending={pending} />
        <LanguageSwitch />
      </main>
    );
  }
  return (
    // Another person who signs in on the same page finds a clean one.
    <KeyboardProvider key={state.me.person.id}>
      <DeskProvider>
        <PhoneProvider>
          <SignedInPage />
        </PhoneProvider>
      </DeskProvider>
    </KeyboardProvider>
  );
}

function SignedInPage() {
  const t = useTexts();
  const person = usePerson();
  usePersonalLanguage(person.language);
  const { state } = useSession();
  const { screen: wanted, rest } = usePlace();
  const screens = screensOf(person);
  const screen = screens.find(({ name }) => name === wanted) ?? screens[0];
  const name = screen?.name ?? "";
  const title = screen?.label(t) ?? t.brand.line;
  useEffect(() => {
    if (name && wanted !== name) goTo(name);
  }, [name, wanted]);
  useEffect(() => {
    document.title = `${title} · 055055`;
  }, [title]);
  const again = state.stage === "again";
  useFocusBack(again);
  return (
    <>
      <div className="page-frame" inert={again}>
        <button type="button" className="skip-link" onClick={() => document.getElementById("main")?.focus()}>
          {t.common.skip}
        </button>
        {!screen?.bare && (
          <>
            <PageHeader screens={screens} current={name} />
            <FailureBoundary>
              <CallBar />
              <OfferedTransfer />
              <OfficePhone />
            </FailureBoundary>
          </>
        )}
        <ConnectionBanner />
        <main id="main" tabIndex={-1}>
          {/* A screen that fell over must not keep the next one from showing. */}
          <FailureBoundary key={name}>
            <Suspense fallback={<p className="page-wait">{t.common.loading}</p>}>
              {screen ? screen.render(rest) : <p className="empty">{t.signIn.noScreen}</p>}
            </Suspense>
          </FailureBoundary>
        </main>
      </div>
      <LiveRegions />
      {again && (
        <div className="sign-in-again">
          <SignInForm again={person.login} />
        </div>
      )}
      {!again && <ReplacedNotice />}
    </>
  );
}

/** Who signs in again goes on where the session ended under the hands. */
function useFocusBack(away: boolean): void {
  const left = useRef<Element | null>(null);
  // Before the browser draws the page as inert, which takes the focus away.
  useLayoutEffect(() => {
    if (away) left.current = document.activeElement;
    else if (left.current instanceof HTMLElement && left.current.isConnected) left.current.focus();
  }, [away]);
}

/** The phone in the page of who has no call bar. */
function OfficePhone() {
  const parts = usePhone()?.parts;
  const person = usePerson();
  return parts && !mayUse(person, "operator.work") ? <parts.PhoneStrip /> : null;
}

/** One desk a person: the page that lost its stream to a newer one says so and can take it back. */
function ReplacedNotice() {
  const t = useTexts();
  const { state, reopen } = useDesk();
  if (state.link !== "replaced") return null;
  return (
    <div className="sign-in-again" role="alertdialog" aria-labelledby="replaced-title">
      <div className="sign-in">
        <h2 id="replaced-title" className="h4">
          {t.signIn.replaced}
        </h2>
        <p>{t.signIn.replacedText}</p>
        <button type="button" className="btn btn-primary" onClick={reopen}>
          {t.signIn.takeBack}
        </button>
      </div>
    </div>
  );
}
