import { useEffect, useRef, useState } from "react";
import { Problem } from "../api/api-problem.ts";
import { workApi } from "../api/work-api.ts";
import type { CardText } from "../api/work-types.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { writeCase } from "../case/draft/write-case.ts";
import { DeclareButton, mayDeclare } from "../case/missing/declare-missing.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { Icon } from "../shell/icon.tsx";
import { useSpeech, useTexts } from "../texts/texts.tsx";

const parts = ["who", "where", "when", "how"] as const;

type CardReaderProps = { cardId: string; opened: OpenedCase | null; onBack: () => void };

/** Reads a card; with a case open its version is kept on the case (REQ 10). */
function useCard(cardId: string, caseId: string | null) {
  const [card, setCard] = useState<CardText | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let here = true;
    const read = caseId ? workApi.readCard(caseId, cardId) : workApi.card(cardId);
    read.then(
      (text) => here && setCard(text),
      (error) => here && setProblem(error instanceof Problem ? error : new Problem(0, {})),
    );
    return () => {
      here = false;
    };
  }, [cardId, caseId]);
  return { card, problem };
}

/** One card in full; choosing it sets the triple of the case (REQ 2, 10), copying it fills the answer. */
export function CardReader({ cardId, opened, onBack }: CardReaderProps) {
  const t = useTexts();
  const { card, problem } = useCard(cardId, opened?.snapshot.view.id ?? null);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  const mayAnswer = opened?.snapshot.view.editable.includes("answer") ?? false;
  const copy = (text: string) => {
    const answer = opened?.draft.snapshot().text.answer.trim();
    opened?.draft.edit({ answer: answer ? `${answer}\n${text}` : text });
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
            {card.agencyName} › {card.serviceName} · {t.side.code} {card.code}, {t.side.version} {card.version}
          </p>
          <Validity card={card} />
          {opened && <CardChoice card={card} opened={opened} />}
          <CardParts card={card} onCopy={mayAnswer ? copy : null} />
          <CardAnswers card={card} onCopy={mayAnswer ? copy : null} />
          <CardDocuments card={card} />
        </>
      )}
    </article>
  );
}

function Validity({ card }: { card: CardText }) {
  const t = useTexts();
  if (!card.validUntil) return null;
  return (
    <p className="card-source">
      {t.side.validUntil} {card.validUntil.split("-").reverse().join("/")}{" "}
      {card.expired && <em className="card-expired">{t.work.cards.expired}</em>}
    </p>
  );
}

function CardChoice({ card, opened }: { card: CardText; opened: OpenedCase }) {
  const t = useTexts();
  const { draft, snapshot } = opened;
  const [used, setUsed] = useState(false);
  const use = useAction(async () => {
    await writeCase(draft, (id, version) => workApi.chooseCard(id, version, card.id));
    setUsed(true);
  });
  const may = snapshot.view.editable.includes("serviceId") && !snapshot.text.switchboard;
  const missing = { kind: "card_does_not_answer", cardId: card.id, cardVersion: card.version } as const;
  return (
    <>
      <div className="card-choice">
        {may && !used && (
          <button type="button" className="btn btn-primary btn-sm" disabled={use.busy} onClick={() => void use.run()}>
            <Icon name="check" /> {t.work.cards.use}
          </button>
        )}
        {mayDeclare(opened) && <DeclareButton opened={opened} missing={missing} />}
      </div>
      <p role="status" className="card-used">
        {used && (
          <>
            <Icon name="check" /> {t.work.cards.used}
          </>
        )}
      </p>
      <ProblemMessage problem={use.problem} />
    </>
  );
}

type CopyProps = { card: CardText; onCopy: ((text: string) => void) | null };

function CardParts({ card, onCopy }: CopyProps) {
  const t = useTexts();
  return (
    <dl className="card-parts">
      {parts.map((part) => {
        const text = card[part];
        return text ? <CardPart key={part} name={t.side[part]} text={text} onCopy={onCopy} /> : null;
      })}
    </dl>
  );
}

/** The card's own answers, said instead of the general ones (REQ 2). */
function CardAnswers({ card, onCopy }: CopyProps) {
  const { texts: t, language } = useSpeech();
  const answers = card.answers.filter((answer) => answer.language === language);
  if (answers.length === 0) return null;
  return (
    <dl className="card-parts">
      {answers.map(({ reason, text }) => {
        const name = t.cases.reason[reason as keyof typeof t.cases.reason] ?? reason;
        return <CardPart key={reason} name={`${t.work.cards.answers}: ${name}`} text={text} onCopy={onCopy} />;
      })}
    </dl>
  );
}

function CardPart({ name, text, onCopy }: { name: string; text: string; onCopy: ((text: string) => void) | null }) {
  const t = useTexts();
  return (
    <div>
      <dt>
        {name}
        {onCopy && (
          <button type="button" className="link-button" onClick={() => onCopy(text)}>
            {t.side.toAnswer}
            <span className="visually-hidden">: {name}</span>
          </button>
        )}
      </dt>
      <dd>{text}</dd>
    </div>
  );
}

function CardDocuments({ card }: { card: CardText }) {
  const t = useTexts();
  if (card.documents.length === 0) return null;
  return (
    <section aria-labelledby="card-documents">
      <h4 id="card-documents">{t.work.cards.documents}</h4>
      <ul>
        {card.documents.map(({ id, name, sizeBytes }) => (
          <li key={id}>
            <a href={`/api/v1/card-documents/${id}`} download={name}>
              {name}
            </a>{" "}
            <small>({Math.ceil(sizeBytes / 1024)} kB)</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
