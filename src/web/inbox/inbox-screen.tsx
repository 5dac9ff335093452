import { useEffect, useState } from "react";
import { Problem } from "../api/api-problem.ts";
import type { CaseLine } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useDesk } from "../live/desk-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { type InboxFilter, InboxFilters } from "./inbox-filters.tsx";
import { InboxList } from "./inbox-list.tsx";
import { OfficeCase } from "./office-case.tsx";

type Inbox = { lines: CaseLine[]; nextCursor: string | null; problem: Problem | null; loading: boolean };
const emptyInbox: Inbox = { lines: [], nextCursor: null, problem: null, loading: true };

/** The office's cases by filter; the feed says when the list may be old, pages are added below. */
function useInbox(filter: InboxFilter) {
  const { listsStale, link } = useDesk().state;
  const [inbox, setInbox] = useState<Inbox>(emptyInbox);
  const { status, q } = filter;
  const read = (cursor: string | null, before: CaseLine[]) =>
    api.inbox({ status, q, cursor: cursor ?? undefined }).then(
      ({ items, nextCursor }) => setInbox({ lines: [...before, ...items], nextCursor, problem: null, loading: false }),
      (error) =>
        setInbox((now) => ({
          ...now,
          loading: false,
          problem: error instanceof Problem ? error : new Problem(0, { code: "internal" }),
        })),
    );
  // The feed's two values only say that the list may be old.
  useEffect(() => {
    const timer = setTimeout(() => void read(null, []), 150);
    return () => clearTimeout(timer);
  }, [status, q, listsStale, link]);
  return { inbox, more: () => void read(inbox.nextCursor, inbox.lines) };
}

/** Second level: the list on the left, one case with its history on the right. */
export function InboxScreen({ caseId }: { caseId: string | null }) {
  const t = useTexts();
  const [filter, setFilter] = useState<InboxFilter>({});
  const { inbox, more } = useInbox(filter);
  return (
    <div className={caseId ? "inbox-columns has-case" : "inbox-columns"}>
      <section className="desk-column inbox-left" aria-labelledby="inbox-title">
        <h1 id="inbox-title" className="h5">
          {t.cases.inbox.title}
        </h1>
        <InboxFilters filter={filter} onChange={setFilter} />
        <ProblemMessage problem={inbox.problem} />
        <InboxList lines={inbox.lines} loading={inbox.loading} shownId={caseId} />
        {inbox.nextCursor && (
          <button type="button" className="btn btn-outline-primary btn-sm" onClick={more}>
            {t.cases.inbox.more}
          </button>
        )}
      </section>
      <section className="desk-column inbox-right" aria-label={t.desk.caseColumn}>
        {caseId ? <OfficeCase key={caseId} caseId={caseId} /> : <p className="empty">{t.cases.inbox.choose}</p>}
      </section>
    </div>
  );
}
