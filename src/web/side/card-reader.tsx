import { useEffect, useRef, useState } from "react";
import { Problem } from "../api/api-problem.ts";
import type { Card } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import type { CaseDraft } from "../case/draft/case-draft.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { Icon } from "../shell/icon.tsx";
import { useTexts } from "../texts/texts.tsx";

const parts = ["who", "where", "when", "how"] as const;

/** One card in full; choosing it sets the triple of the case (REQ 2, 10), copying it fills the answer. */
export function CardReader({ cardId, draft, onBack }: { cardId: string; draft: CaseDraft | null; onBack: () => void }) {
  const t = useTexts();
  const [card, setCard] = useState<Card | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [used, setUsed] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    let here = true;
    back.current?.focus();
    api.card(cardId).then(
      (read) => here && setCard(read),
      (error) => here && setProblem(error instanceof Problem ? error : new Problem(0, {})),
    );
    return () => {
      here = false;
    };
  }, [cardId]);
  const use = (read: Card) => {
    draft?.edit({ serviceId: read.serviceId });
    setUsed(true);
  };
  const copy = (text: string) => {
    const answer = draft?.snapshot().text.answer.trim();
    draft?.edit({ answer: answer ? `${answer}\n${text}` : text });
  };
  return (
    <article className="card-reader">
      <button ref={back} type="button" className="link-button" onClick={onBack}>
        <Icon name="back" /> {t.side.back}
      </button>
      <ProblemMessage problem={problem} />
      {card && (
        <>
          <h3>{card.title}</h3>
          <p className="card-source">
            {card.agencyName} › {card.serviceName} · {t.side.code} {card.code}
          </p>
          {draft && !used && (
            <button type="button" className="btn btn-primary btn-sm" onClick={() => use(card)}>
              <Icon name="check" /> {t.side.useCard}
            </button>
          )}
          <p role="status" className="card-used">
            {used && (
              <>
                <Icon name="check" /> {t.side.used}
              </>
            )}
          </p>
          <CardParts card={card} onCopy={draft ? copy : null} />
        </>
      )}
    </article>
  );
}

function CardParts({ card, onCopy }: { card: Card; onCopy: ((text: string) => void) | null }) {
  const t = useTexts();
  return (
    <dl className="card-parts">
      {parts.map((part) => {
        const text = card[part];
        if (!text) return null;
        return (
          <div key={part}>
            <dt>
              {t.side[part]}
              {onCopy && (
                <button type="button" className="link-button" onClick={() => onCopy(text)}>
                  {t.side.toAnswer}
                  <span className="visually-hidden">: {t.side[part]}</span>
                </button>
              )}
            </dt>
            <dd>{text}</dd>
          </div>
        );
      })}
    </dl>
  );
}
