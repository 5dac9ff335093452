import type { KeyboardEvent } from "react";
import type { CardSearch, FoundCard } from "../api/work-types.ts";
import { useTexts } from "../texts/texts.tsx";

type CardResultsProps = { found: CardSearch; onRead: (id: string) => void };

/** What the search found, best first; arrows move between the cards. */
export function CardResults({ found, onRead }: CardResultsProps) {
  const t = useTexts();
  const { items, match } = found;
  const few = match === "part" ? t.work.cards.part : t.common.results(items.length);
  return (
    <>
      <p role="status" className={items.length ? "result-count" : "empty"}>
        {items.length ? few : t.side.none}
      </p>
      <ul className="card-list" onKeyDown={moveFocus}>
        {items.map((card) => (
          <li key={card.id}>
            <button type="button" onClick={() => onRead(card.id)}>
              <CardLine card={card} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function CardLine({ card }: { card: FoundCard }) {
  const t = useTexts();
  return (
    <>
      <strong>
        {card.title} {card.expired && <em className="card-expired">{t.work.cards.expired}</em>}
      </strong>
      <small>
        {card.agencyName} › {card.serviceName}
      </small>
      {card.excerpt && <span>{card.excerpt}</span>}
    </>
  );
}

/** Down and up between the results. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("li > button")];
  const next = buttons[buttons.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  next.focus();
  event.preventDefault();
}
