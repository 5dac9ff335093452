import "../style/screens.css";
import "../style/hours.css";
import "../style/structure.css";
import "../style/supervision.css";
import type { ReactNode } from "react";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { List } from "./use-list.ts";

type TwoColumnsProps = { title: string; left: ReactNode; right: ReactNode; chosen: boolean; rightLabel: string };

/** A list on the left, what was chosen on the right; on narrow screens what was chosen comes first. */
export function TwoColumns({ title, left, right, chosen, rightLabel }: TwoColumnsProps) {
  return (
    <div className={chosen ? "inbox-columns has-case" : "inbox-columns"}>
      <section className="desk-column inbox-left" aria-labelledby="list-title">
        <h1 id="list-title" className="h5">
          {title}
        </h1>
        {left}
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by keyboard */}
      <section className="desk-column inbox-right screen-body" aria-label={rightLabel} tabIndex={0}>
        {right}
      </section>
    </div>
  );
}

/** A screen of one part that scrolls inside. */
export function OneColumn({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="one-column">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by keyboard */}
      <section className="desk-column screen-body" aria-labelledby="screen-title" tabIndex={0}>
        <h1 id="screen-title" className="h5">
          {title}
        </h1>
        {children}
      </section>
    </div>
  );
}

type ListBodyProps<T> = { list: List<T>; empty: string; children: ReactNode };

/** Waiting, problem, nothing, or the lines with a button for more. */
export function ListBody<T>({ list, empty, children }: ListBodyProps<T>) {
  const t = useTexts();
  return (
    <>
      <ProblemMessage problem={list.problem} />
      {list.problem && (
        <button type="button" className="btn btn-outline-primary btn-sm" onClick={list.again}>
          {t.common.retry}
        </button>
      )}
      {list.loading && <p className="empty-line">{t.common.loading}</p>}
      {!list.loading && !list.problem && list.items.length === 0 && <p className="empty">{empty}</p>}
      {list.items.length > 0 && children}
      {list.more && (
        <button type="button" className="btn btn-outline-primary btn-sm" onClick={list.more}>
          {t.cases.inbox.more}
        </button>
      )}
    </>
  );
}

/** Something was saved: said to everybody, and gone with the next change. */
export function SavedNote({ words }: { words: string | null }) {
  return (
    <div role="status" className="saved-slot">
      {words && <p className="notice notice-done">{words}</p>}
    </div>
  );
}
