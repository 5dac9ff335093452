import "../style/settings.css";
import { useState } from "react";
import { type ConsentVersion, settingsApi } from "../api/settings-api.ts";
import { ListBody, SavedNote, TwoColumns } from "../list/two-columns.tsx";
import { type List, useList } from "../list/use-list.ts";
import { goTo, hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { consentState } from "./consent-draft.ts";
import { ConsentForm } from "./consent-form.tsx";

/** A planned version comes into force by itself. */
const everyMs = 30_000;

type ConsentScreenProps = { part: string | null; version: string | null };

/** The versions of what operators read out before an SMS (REQ 5.2), and a new one: none is ever changed. */
export function ConsentScreen({ part, version }: ConsentScreenProps) {
  const { consents: t } = useSettingsTexts();
  const list = useList("consent texts", () => settingsApi.consentTexts(), everyMs);
  const [made, setMade] = useState<string | null>(null);
  const onMade = (name: string) => {
    setMade(name);
    list.again();
    goTo("consensi", "versione", name);
  };
  return (
    <TwoColumns
      title={t.title}
      chosen={part !== null}
      rightLabel={t.one}
      left={
        <>
          <p className="field-hint">{t.hint}</p>
          <div>
            <a className="btn btn-primary btn-sm" href={hashOf("consensi", "nuova")}>
              <Icon name="plus" /> {t.newOne}
            </a>
          </div>
          <ListBody list={list} empty={t.none}>
            <ul className="inbox-list">
              {list.items.map((one) => (
                <Line key={one.version} consent={one} shown={part === "versione" && one.version === version} />
              ))}
            </ul>
          </ListBody>
        </>
      }
      right={
        part === "nuova" ? (
          <NewVersion list={list} onMade={onMade} />
        ) : (
          <RightSide list={list} version={version} made={made} />
        )
      }
    />
  );
}

function Line({ consent, shown }: { consent: ConsentVersion; shown: boolean }) {
  const { consents: t } = useSettingsTexts();
  const { language } = useSpeech();
  return (
    <li>
      <a href={hashOf("consensi", "versione", consent.version)} aria-current={shown ? "true" : undefined}>
        <span className="inbox-line-top">
          <strong>{consent.version}</strong>
          <StateTag consent={consent} />
        </span>
        <span className="inbox-line-end">
          <small>{t.from(sayWhen(consent.validFrom, language))}</small>
          <small>{consent.madeBy ?? t.byProgram}</small>
        </span>
      </a>
    </li>
  );
}

function StateTag({ consent }: { consent: ConsentVersion }) {
  const { consents: t } = useSettingsTexts();
  const state = consentState(consent);
  return <span className={state === "current" ? "state-tag state-available" : "state-tag"}>{t.states[state]}</span>;
}

/** The form begins with the words in force: it waits for them. */
function NewVersion({ list, onMade }: { list: List<ConsentVersion>; onMade: (version: string) => void }) {
  const shared = useTexts();
  if (list.items.length > 0) return <ConsentForm versions={list.items} onMade={onMade} />;
  return list.loading ? <p className="empty">{shared.common.loading}</p> : null;
}

type RightSideProps = { list: List<ConsentVersion>; version: string | null; made: string | null };

function RightSide({ list, version, made }: RightSideProps) {
  const { consents: t } = useSettingsTexts();
  const { language } = useSpeech();
  const shown = list.items.find((one) => one.version === version);
  // What was just made comes with the list's next answer.
  const coming = list.loading || made === version;
  if (!shown) return <p className="empty">{version !== null && !coming ? t.gone : t.choose}</p>;
  return (
    <>
      <div className="screen-head">
        <h2>{t.version(shown.version)}</h2>
        <StateTag consent={shown} />
      </div>
      <SavedNote words={made === shown.version ? t.made(made) : null} />
      <dl className="case-facts consent-facts">
        <Fact name={t.validFrom} words={sayWhen(shown.validFrom, language)} />
        <Fact name={t.madeBy} words={shown.madeBy ?? t.byProgram} />
        <Fact name={t.consents} words={String(shown.consents)} />
      </dl>
      <Words title={t.textIt} lang="it" words={shown.textIt} />
      <Words title={t.textEn} lang="en" words={shown.textEn} />
      <p className="field-hint">{t.fixed}</p>
    </>
  );
}

function Fact({ name, words }: { name: string; words: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{words}</dd>
    </div>
  );
}

function Words({ title, lang, words }: { title: string; lang: string; words: string }) {
  return (
    <section className="consent-words">
      <h3>{title}</h3>
      <blockquote lang={lang}>{words}</blockquote>
    </section>
  );
}
