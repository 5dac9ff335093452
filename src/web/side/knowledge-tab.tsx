import { type KeyboardEvent, type RefObject, useContext, useEffect, useRef, useState } from "react";
import { isProblem, type Problem } from "../api/api-problem.ts";
import { workApi } from "../api/work-api.ts";
import type { CardSearch } from "../api/work-types.ts";
import { DeskWorkContext } from "../case/desk-work.ts";
import { CaseContext, type OpenedCase } from "../case/draft/use-case.ts";
import { DeclareButton, mayDeclare } from "../case/missing/declare-missing.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useDeskKey } from "../shell/keyboard.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CardReader } from "./card-reader.tsx";
import { CardResults } from "./card-results.tsx";
import { useAgencies } from "./use-agencies.ts";
import { useCardsOfCase } from "./use-cards-of-case.ts";

type Found = { search: CardSearch | null; problem: Problem | null };
const nothing: Found = { search: null, problem: null };
const pauseMs = 180;

function useCards(text: string, agency: string | null): Found {
  const [found, setFound] = useState<Found>(nothing);
  useEffect(() => {
    if (text.trim().length < 2) return setFound(nothing);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      workApi.searchCards(text.trim(), agency, abort.signal).then(
        (search) => setFound({ search, problem: null }),
        (problem) => isProblem(problem) && setFound({ search: null, problem }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, agency]);
  return found;
}

/** Knowledge search, the first step of every request (§4.1): `/` from anywhere, results as somebody types. */
export function KnowledgeTab({ onWanted }: { onWanted: () => void }) {
  const opened = useContext(CaseContext);
  const work = useContext(DeskWorkContext);
  const [idleText, setIdleText] = useState("");
  const [agency, setAgency] = useState<string | null>(null);
  const [reading, setReading] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const text = work?.searched ?? idleText;
  const found = useCards(text, agency);
  useDeskKey("search", () => {
    onWanted();
    setReading(null);
    setTimeout(() => field.current?.focus());
  });
  if (reading) return <CardReader cardId={reading} opened={opened} onBack={() => setReading(null)} />;
  return (
    <div className="knowledge">
      <SearchFields
        field={field}
        text={text}
        agency={agency}
        onText={work?.setSearched ?? setIdleText}
        onAgency={setAgency}
      />
      <ProblemMessage problem={found.problem} />
      {found.search ? (
        <>
          <CardResults found={found.search} onRead={setReading} />
          {opened && mayDeclare(opened) && ["nothing", "part"].includes(found.search.match) && (
            <DeclareButton opened={opened} missing={{ kind: "no_card", search: text.trim() }} />
          )}
        </>
      ) : (
        <ReadBefore opened={opened} onRead={setReading} />
      )}
    </div>
  );
}

type SearchFieldsProps = {
  field: RefObject<HTMLInputElement | null>;
  text: string;
  agency: string | null;
  onText: (text: string) => void;
  onAgency: (id: string | null) => void;
};

function SearchFields({ field, text, agency, onText, onAgency }: SearchFieldsProps) {
  const t = useTexts();
  const agencies = useAgencies();
  const toResults = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    document.querySelector<HTMLElement>(".knowledge .card-list button")?.focus();
    event.preventDefault();
  };
  return (
    <div className="knowledge-fields">
      <label className="visually-hidden" htmlFor="knowledge-search">
        {t.side.searchLabel}
      </label>
      <div className="search-box">
        <input
          ref={field}
          id="knowledge-search"
          type="text"
          className="form-control"
          autoComplete="off"
          maxLength={200}
          placeholder={t.side.searchHint}
          value={text}
          aria-keyshortcuts="/"
          onChange={(event) => onText(event.target.value)}
          onKeyDown={toResults}
        />
        <kbd>/</kbd>
      </div>
      {agencies.length > 1 && (
        <select
          className="form-select"
          aria-label={t.work.cards.agency}
          value={agency ?? ""}
          onChange={(event) => onAgency(event.target.value || null)}
        >
          <option value="">{t.work.cards.allAgencies}</option>
          {agencies.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

/** Before anything is searched: the cards that were read in this case, with the one that was chosen (REQ 10). */
function ReadBefore({ opened, onRead }: { opened: OpenedCase | null; onRead: (id: string) => void }) {
  const t = useTexts();
  const cards = useCardsOfCase(opened?.snapshot.view.id ?? null);
  if (cards.length === 0) return <p className="empty">{t.side.empty}</p>;
  return (
    <section aria-labelledby="read-before" className="read-before">
      <h3 id="read-before">{t.work.cards.readHere}</h3>
      <ul className="card-list">
        {cards.map((card) => (
          <li key={`${card.cardId} ${card.version}`}>
            <button type="button" onClick={() => onRead(card.cardId)}>
              <strong>{card.title}</strong>
              <small>
                {t.side.code} {card.code} · {t.side.version} {card.version}
                {card.chosen && ` · ${t.work.cards.chosen}`}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
