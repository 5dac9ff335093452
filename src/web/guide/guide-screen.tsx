import "../style/guide.css";
import { useState } from "react";
import type { Role } from "../../people/roles.ts";
import { SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { TwoColumns } from "../list/two-columns.tsx";
import { screensOf } from "../screens.tsx";
import { usePerson } from "../session/session-context.tsx";
import { hashOf } from "../shell/hash-router.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { type GuidePage, pagesFor } from "./guide-pages.ts";
import { guideWordsEn, guideWordsIt } from "./guide-words.ts";

/** How the work is done, a page a subject: those of the person's roles first, found by any word in them. */
export function GuideScreen({ part }: { part: string | null }) {
  const { language } = useSpeech();
  const t = language === "it" ? guideWordsIt : guideWordsEn;
  const { people } = useScreenTexts();
  const person = usePerson();
  const mine = [...new Set(person.roles.map(({ role }) => role))];
  const [role, setRole] = useState<Role | "">(mine[0] ?? "");
  const [q, setQ] = useState("");
  const found = pagesFor(role || null, q, language);
  const shown = pagesFor(null, "", language).find(({ id }) => id === part) ?? null;
  return (
    <TwoColumns
      title={t.title}
      chosen={shown !== null}
      rightLabel={t.page}
      left={
        <>
          <search className="inbox-filters">
            <TextField label={t.search} value={q} onChange={(event) => setQ(event.target.value)} />
            <SelectField
              label={people.role}
              empty={t.everybody}
              options={Object.entries(people.roles).map(([value, label]) => ({ value, label }))}
              value={role}
              onChange={(value) => setRole(value as Role | "")}
            />
          </search>
          <p role="status" className="empty-line">
            {t.found(found.length)}
          </p>
          <ul className="inbox-list guide-list">
            {found.map((page) => (
              <li key={page.id}>
                <a href={hashOf("guida", page.id)} aria-current={page.id === shown?.id ? "true" : undefined}>
                  <strong>{page.title}</strong>
                  <span className="inbox-line-request">{page.about}</span>
                </a>
              </li>
            ))}
          </ul>
        </>
      }
      right={shown ? <Page page={shown} /> : <p className="empty">{t.choose}</p>}
    />
  );
}

function Page({ page }: { page: GuidePage }) {
  const { language } = useSpeech();
  const t = language === "it" ? guideWordsIt : guideWordsEn;
  const own = screensOf(usePerson());
  const opens = own.find(({ name }) => name === page.opens)?.name;
  return (
    <article className="guide-page" lang={page.language}>
      <h2>{page.title}</h2>
      <p className="guide-about">{page.about}</p>
      <ol className="guide-steps">
        {page.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {page.mind.length > 0 && (
        <>
          <h3>{t.mind}</h3>
          <ul className="guide-mind">
            {page.mind.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {opens && (
        <p>
          <a href={hashOf(opens)} className="btn btn-outline-primary btn-sm">
            {t.open}
          </a>
        </p>
      )}
    </article>
  );
}
