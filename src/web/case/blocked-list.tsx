import type { Refusal } from "../api/api-types.ts";
import { useSpeech } from "../texts/texts.tsx";

export type Blocked = { key: string; name: string; refusal: Refusal };

/** What can not be chosen now, with the rule that blocks it and what to do instead: closed until somebody asks. */
export function BlockedList({ title, blocked, open = false }: { title: string; blocked: Blocked[]; open?: boolean }) {
  const { texts: t, language } = useSpeech();
  if (blocked.length === 0) return null;
  return (
    <details className="blocked-list" open={open}>
      <summary>{title}</summary>
      <ul>
        {blocked.map(({ key, name, refusal }) => (
          <li key={key}>
            <strong>{name}</strong>
            <span>
              {language === "it" ? refusal.it : refusal.en}{" "}
              <span className="rule">({t.problem.rule(refusal.rule)})</span>
            </span>
            <span className="instead">{language === "it" ? refusal.insteadIt : refusal.insteadEn}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
