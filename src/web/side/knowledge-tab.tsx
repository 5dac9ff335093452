import { useContext, useEffect, useRef, useState } from "react";
import { isProblem } from "../api/api-problem.ts";
import type { Card } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { CaseContext } from "../case/draft/use-case.ts";
import { useDeskKey } from "../shell/keyboard.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CardReader } from "./card-reader.tsx";

type Found = { cards: Card[] } | "none_yet" | null;
const pauseMs = 180;

function useCards(text: string): Found {
  const [found, setFound] = useState<Found>(null);
  useEffect(() => {
    if (text.trim().length < 2) return setFound(null);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.cards(text.trim(), undefined, abort.signal).then(
        ({ items }) => setFound({ cards: items }),
        // Until the knowledge is there the door does not exist.
        (error) => isProblem(error) && setFound(error.status === 404 ? "none_yet" : { cards: [] }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return found;
}

/** Knowledge search, the first step of every request (§4.1): `/` from anywhere, results as somebody types. */
export function KnowledgeTab({ onWanted }: { onWanted: () => void }) {
  const t = useTexts();
  const opened = useContext(CaseContext);
  const [text, setText] = useState("");
  const [reading, setReading] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const found = useCards(text);
  useDeskKey("search", () => {
    onWanted();
    setReading(null);
    setTimeout(() => field.current?.focus());
  });
  if (reading) return <CardReader cardId={reading} draft={opened?.draft ?? null} onBack={() => setReading(null)} />;
  return (
    <div className="knowledge">
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
          placeholder={t.side.searchHint}
          value={text}
          aria-keyshortcuts="/"
          onChange={(event) => setText(event.target.value)}
        />
        <kbd>/</kbd>
      </div>
      <CardResults found={found} onRead={setReading} />
    </div>
  );
}

function CardResults({ found, onRead }: { found: Found; onRead: (id: string) => void }) {
  const t = useTexts();
  if (found === null) return <p className="empty">{t.side.empty}</p>;
  if (found === "none_yet") return <p className="empty">{t.side.notYet}</p>;
  return (
    <>
      <p role="status" className={found.cards.length ? "result-count" : "empty"}>
        {found.cards.length ? t.common.results(found.cards.length) : t.side.none}
      </p>
      <ul className="card-list">
        {found.cards.map((card) => (
          <li key={card.id}>
            <button type="button" onClick={() => onRead(card.id)}>
              <strong>{card.title}</strong>
              <small>
                {card.agencyName} › {card.serviceName}
              </small>
              {card.excerpt && <span>{card.excerpt}</span>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
