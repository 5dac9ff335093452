import { type KeyboardEvent, useId, useState } from "react";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import type { Screen } from "../screens.tsx";
import { usePerson, useSession } from "../session/session-context.tsx";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { hashOf } from "./hash-router.ts";
import { Icon } from "./icon.tsx";
import { KeyList } from "./key-list.tsx";

/** Brand, sections of the person's roles, language, keys, sign out: one thin row. */
export function PageHeader({ screens, current }: { screens: Screen[]; current: string }) {
  const { texts: t } = useSpeech();
  const person = usePerson();
  const { signOut } = useSession();
  const leave = useAction(signOut);
  return (
    <header className="page-header">
      <p className="brand">
        <Icon name="phone" />
        {t.brand.name}
      </p>
      <Sections screens={screens.filter(({ aside }) => !aside)} current={current} />
      <div className="header-end">
        <KeyList />
        <LanguageSwitch onChoose={(code) => void api.setLanguage(code).catch(keepOnlyHere)} />
        <a
          className="header-person"
          href={hashOf("account")}
          aria-label={`${t.account.title}: ${person.displayName}`}
          aria-current={current === "account" ? "page" : undefined}
        >
          <Icon name="user" />
          <span>{person.displayName}</span>
        </a>
        <button type="button" className="header-button" onClick={() => void leave.run()} disabled={leave.busy}>
          {t.nav.signOut}
        </button>
        <ProblemMessage problem={leave.problem} />
      </div>
    </header>
  );
}

/** More than this do not fit beside the brand: they stand closer, in two rows. */
const inOneRow = 7;

/** The sections of the person's roles; on a narrow screen a button opens them. */
function Sections({ screens, current }: { screens: Screen[]; current: string }) {
  const t = useTexts();
  const list = useId();
  const [open, setOpen] = useState(false);
  const here = screens.find(({ name }) => name === current);
  const close = (event: KeyboardEvent) => {
    if (event.key === "Escape") setOpen(false);
  };
  return (
    <nav aria-label={t.nav.main} className={screens.length > inOneRow ? "has-many" : undefined} onKeyDown={close}>
      <button
        type="button"
        className="nav-toggle"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        {here && <Icon name={here.icon} />}
        {here ? (
          <span>
            <span className="visually-hidden">{t.nav.main}: </span>
            {here.label(t)}
          </span>
        ) : (
          <span>{t.nav.main}</span>
        )}
        <Icon name="down" />
      </button>
      <ul id={list} className={open ? "is-open" : undefined}>
        {screens.map((screen) => (
          <li key={screen.name}>
            <a
              href={hashOf(screen.name)}
              aria-current={screen.name === current ? "page" : undefined}
              onClick={() => setOpen(false)}
            >
              <Icon name={screen.icon} />
              {screen.label(t)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The page has changed already; the wish is only not remembered for other machines. */
function keepOnlyHere(): void {}

export function LanguageSwitch({ onChoose }: { onChoose?: (language: "it" | "en") => void }) {
  const { texts: t, language, setLanguage } = useSpeech();
  return (
    <fieldset className="language-switch">
      <legend className="visually-hidden">{t.common.language}</legend>
      {(["it", "en"] as const).map((code) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language === code}
          aria-label={code === "it" ? "Italiano" : "English"}
          onClick={() => {
            setLanguage(code);
            onChoose?.(code);
          }}
        >
          {code.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}
