import { Icon } from "../shell/icon.tsx";
import { type Texts, useTexts } from "../texts/texts.tsx";
import type { CaseField, CaseText, Conflict } from "./draft/case-text.ts";
import { useOpenedCase } from "./draft/use-case.ts";

/** 412: somebody else changed the same field. Both texts side by side; the person decides, nothing is lost. */
export function MergeView() {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  return (
    <section className="merge-view" aria-labelledby="merge-title">
      <h3 id="merge-title">
        <Icon name="swap" /> {t.cases.merge.title}
      </h3>
      <p>{t.cases.merge.text}</p>
      <ul>
        {snapshot.conflicts.map((conflict) => (
          <ConflictRow
            key={conflict.field}
            conflict={conflict}
            onResolve={(value) => draft.resolve(conflict.field, value)}
          />
        ))}
      </ul>
    </section>
  );
}

type ConflictRowProps = { conflict: Conflict; onResolve: (value: CaseText[CaseField]) => void };

function ConflictRow({ conflict: { field, mine, theirs }, onResolve }: ConflictRowProps) {
  const t = useTexts();
  const bothTexts = field === "request" || field === "answer" || field === "note";
  return (
    <li>
      <h4>{t.cases.field[field]}</h4>
      <div className="merge-sides">
        <div>
          <p className="field-label">{t.cases.merge.mine}</p>
          <p className="merge-text">{valueWords(field, mine, t)}</p>
          <button type="button" className="btn btn-outline-primary btn-sm" onClick={() => onResolve(mine)}>
            {t.cases.merge.keepMine}
          </button>
        </div>
        <div>
          <p className="field-label">{t.cases.merge.theirs}</p>
          <p className="merge-text">{valueWords(field, theirs, t)}</p>
          <button type="button" className="btn btn-outline-primary btn-sm" onClick={() => onResolve(theirs)}>
            {t.cases.merge.keepTheirs}
          </button>
        </div>
      </div>
      {bothTexts && (
        <button type="button" className="link-button" onClick={() => onResolve(`${theirs}\n${mine}`)}>
          {t.cases.merge.keepBoth}
        </button>
      )}
    </li>
  );
}

function valueWords(field: CaseField, value: CaseText[CaseField], t: Texts): string {
  if (value === null || value === "") return t.cases.merge.empty;
  if (field === "reason") return t.cases.reason[value as keyof Texts["cases"]["reason"]];
  if (Array.isArray(value)) return value.map((kind) => t.cases.informationKind[kind]).join(", ") || t.cases.merge.empty;
  if (typeof value === "boolean") return value ? t.cases.merge.yes : t.cases.merge.no;
  return value;
}
