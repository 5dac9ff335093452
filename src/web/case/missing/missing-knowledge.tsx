import { useContext, useId, useState } from "react";
import type { CardInCase, MissingKnowledge } from "../../api/work-types.ts";
import { useKept } from "../../form/kept-text.ts";
import { ProblemMessage } from "../../form/problem-message.tsx";
import { TextField } from "../../form/text-field.tsx";
import { useAction } from "../../form/use-action.ts";
import { Icon } from "../../shell/icon.tsx";
import { useCardsOfCase } from "../../side/use-cards-of-case.ts";
import { useTexts } from "../../texts/texts.tsx";
import { DeskWorkContext } from "../desk-work.ts";
import { useOpenedCase } from "../draft/use-case.ts";
import { declareMissing, mayDeclare } from "./declare-missing.tsx";
import { NeedForm } from "./need-form.tsx";

/** What the cards lack: declared before Non risolvibile, then offered as an information need (REQ 3.1, 8). */
export function MissingKnowledgeBlock() {
  const opened = useOpenedCase();
  const { missingKnowledge } = opened.snapshot.view;
  if (missingKnowledge) return <Declared missing={missingKnowledge} />;
  return mayDeclare(opened) ? <Declaration /> : null;
}

type Written = { kind: MissingKnowledge["kind"] | null; search: string };

function Declaration() {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const work = useContext(DeskWorkContext);
  const name = useId();
  const [written, setWritten, settle] = useKept<Written>(`missing.${snapshot.view.id}`, {
    kind: null,
    search: work?.searched ?? "",
  });
  const { kind, search } = written;
  const cards = useCardsOfCase(kind === "card_does_not_answer" ? snapshot.view.id : null);
  const [chosen, setChosen] = useState<string | null>(null);
  const card = cards.find(({ cardId }) => cardId === chosen) ?? cards.find((one) => one.chosen) ?? cards[0];
  const missing = missingOf(kind, search, card);
  const declare = useAction(async () => {
    await declareMissing(draft, missing);
    settle(written);
  });
  const choose = (next: MissingKnowledge["kind"]) => setWritten({ kind: next, search: work?.searched || search });
  return (
    <fieldset className="missing-knowledge">
      <legend className="field-label">{t.work.missing.legend}</legend>
      <p className="field-hint">{t.work.missing.hint}</p>
      <div className="pill-row">
        {(["no_card", "card_does_not_answer"] as const).map((one) => (
          <label key={one} className="pill">
            <input type="radio" name={name} checked={kind === one} onChange={() => choose(one)} />
            <span>{one === "no_card" ? t.work.missing.noCard : t.work.missing.doesNotAnswer}</span>
          </label>
        ))}
      </div>
      {kind === "no_card" && (
        <TextField
          label={t.work.missing.searched}
          value={search}
          maxLength={400}
          onChange={(event) => setWritten({ ...written, search: event.target.value })}
        />
      )}
      {kind === "card_does_not_answer" && <CardPick cards={cards} card={card} onChoose={setChosen} />}
      {kind && (
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={missing === null || declare.busy}
          onClick={() => void declare.run()}
        >
          {t.work.missing.declare}
        </button>
      )}
      <ProblemMessage problem={declare.problem} />
    </fieldset>
  );
}

function missingOf(
  kind: MissingKnowledge["kind"] | null,
  search: string,
  card: CardInCase | undefined,
): MissingKnowledge | null {
  if (kind === "no_card") return search.trim() ? { kind, search: search.trim() } : null;
  if (kind === null || !card) return null;
  return { kind, cardId: card.cardId, cardVersion: card.version };
}

type CardPickProps = { cards: CardInCase[]; card: CardInCase | undefined; onChoose: (cardId: string) => void };

function CardPick({ cards, card, onChoose }: CardPickProps) {
  const t = useTexts();
  const id = useId();
  if (cards.length === 0) return <p className="field-hint">{t.work.missing.noneRead}</p>;
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {t.work.missing.whichCard}
      </label>
      <select id={id} className="form-select" value={card?.cardId} onChange={(event) => onChoose(event.target.value)}>
        {cards.map(({ cardId, version, title, code }) => (
          <option key={`${cardId} ${version}`} value={cardId}>
            {title} ({code}, {t.side.version} {version})
          </option>
        ))}
      </select>
    </div>
  );
}

function Declared({ missing }: { missing: MissingKnowledge }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const withdraw = useAction(() => declareMissing(draft, null));
  return (
    <div className="missing-knowledge is-declared">
      <p>
        <Icon name="check" />{" "}
        {missing.kind === "no_card" ? t.work.missing.declaredNoCard(missing.search) : t.work.missing.declaredCard}
      </p>
      {snapshot.view.editable.includes("missingKnowledge") && (
        <button type="button" className="link-button" disabled={withdraw.busy} onClick={() => void withdraw.run()}>
          {t.work.missing.withdraw}
        </button>
      )}
      <ProblemMessage problem={withdraw.problem} />
      <NeedOffer missing={missing} />
    </div>
  );
}

/** The offer of an information need about what was declared (REQ 3.1, 8). */
function NeedOffer({ missing }: { missing: MissingKnowledge }) {
  const t = useTexts();
  const { view } = useOpenedCase().snapshot;
  if (missing.kind === "card_does_not_answer") {
    const about = { about: "card", cardId: missing.cardId, caseId: view.id } as const;
    return <NeedForm words={t.work.missing.offerNeed} about={about} />;
  }
  const service: Record<string, string> = view.serviceId ? { serviceId: view.serviceId } : {};
  return <NeedForm words={t.work.missing.offerNeed} about={{ ...service, about: "missing", caseId: view.id }} />;
}
