import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { CardDetail } from "../api/screen-types.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextArea, TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { CardAnswers } from "./card-answers.tsx";
import { CardDocuments } from "./card-documents.tsx";
import { type CardText, cardTextOf, changesOf } from "./card-text.ts";
import { CardVersions } from "./card-versions.tsx";
import { SmsField } from "./sms-field.tsx";

export function CardEditor({ cardId, onSaved }: { cardId: string; onSaved: () => void }) {
  const t = useTexts();
  // Outlives the form, which begins anew with each version.
  const [done, setDone] = useState<{ version: number; words: string } | null>(null);
  const { value, problem, set, again } = useLoaded(cardId, () => screenApi.cardLatest(cardId));
  if (!value) return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{t.common.loading}</p>;
  const saved = (card: CardDetail, words: string) => {
    set(card);
    setDone({ version: card.latestVersion, words });
    onSaved();
  };
  return (
    <>
      <CardForm
        key={value.latestVersion}
        card={value}
        done={done?.version === value.latestVersion ? done.words : null}
        onSaved={saved}
      />
      <CardDocuments card={value} onChanged={() => void again()} />
      <CardVersions card={value} />
    </>
  );
}

type CardFormProps = { card: CardDetail; done: string | null; onSaved: (card: CardDetail, words: string) => void };

/** The newest version as a draft; what operators read stays until it is published. */
function CardForm({ card, done, onSaved }: CardFormProps) {
  const { knowledge: t, common } = useScreenTexts();
  const [text, setText] = useKept(`card.${card.id}.${card.latestVersion}`, cardTextOf(card));
  const changes = changesOf(card, text);
  const dirty = Object.keys(changes).length > 0;
  const save = useAction(async () => {
    const saved = await screenApi.patchCard(card.id, card.latestVersion, { ...changes, note: text.note });
    setText(cardTextOf(card));
    onSaved(saved, common.saved);
  });
  const move = useAction(async (to: "publish" | "withdraw") => {
    const send = to === "publish" ? screenApi.publishCard : screenApi.withdrawCard;
    onSaved(await send(card.id, card.latestVersion), to === "publish" ? t.published : t.withdrawn);
  });
  const change = (part: Partial<CardText>) => setText({ ...text, ...part });
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (dirty) void save.run();
      }}
    >
      <CardHead card={card} />
      <CardFields card={card} text={text} problem={save.problem} onChange={change} />
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy || !dirty || !card.editable}>
          {t.save}
        </button>
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={move.busy || dirty || card.state === "published" || !card.editable}
          onClick={() => void move.run("publish")}
        >
          {t.publish}
        </button>
        {card.publishedVersion !== null && (
          <button
            type="button"
            className="btn btn-outline-danger btn-sm"
            disabled={move.busy || !card.editable}
            onClick={() => void move.run("withdraw")}
          >
            {t.withdraw}
          </button>
        )}
        {dirty && <span className="field-hint">{t.unsavedFirst}</span>}
      </div>
      <SavedNote words={dirty ? null : done} />
      <ProblemMessage problem={save.problem ?? move.problem} />
    </form>
  );
}

function CardHead({ card }: { card: CardDetail }) {
  const { knowledge: t } = useScreenTexts();
  return (
    <div className="screen-head">
      <div>
        <h2>{card.title}</h2>
        <p className="empty-line">
          {card.code} · {card.agencyName} › {card.departmentName} › {card.serviceName}
        </p>
      </div>
      <span className={`state-tag card-${card.state}`}>{t.states[card.state]}</span>
    </div>
  );
}

type CardFieldsProps = {
  card: CardDetail;
  text: CardText;
  problem: { fields: string[]; it: string | null } | null;
  onChange: (part: Partial<CardText>) => void;
};

const plainFields = ["who", "where", "when", "how"] as const;

function CardFields({ card, text, problem, onChange }: CardFieldsProps) {
  const { knowledge: t } = useScreenTexts();
  const faulty = (field: string) => (problem?.fields.includes(field) ? problem.it : null);
  return (
    <>
      <div className="field-row">
        <TextField
          label={t.fields.title}
          maxLength={200}
          value={text.title}
          error={faulty("title")}
          onChange={(event) => onChange({ title: event.target.value })}
        />
        <TextField
          label={t.fields.validUntil}
          type="date"
          value={text.validUntil}
          onChange={(event) => onChange({ validUntil: event.target.value })}
        />
      </div>
      <TextField
        label={t.fields.keywords}
        maxLength={1_000}
        value={text.keywords}
        onChange={(event) => onChange({ keywords: event.target.value })}
      />
      <div className="field-row is-start is-wide">
        {plainFields.map((field) => (
          <TextArea
            key={field}
            label={t.fields[field]}
            rows={3}
            maxLength={field === "how" ? 20_000 : 8_000}
            value={text[field]}
            error={faulty(field)}
            onChange={(event) => onChange({ [field]: event.target.value })}
          />
        ))}
      </div>
      <div className="field-row is-start is-wide">
        <SmsField
          label={t.fields.smsText}
          limit={card.sms.limit}
          value={text.smsText}
          error={faulty("smsText")}
          onChange={(smsText) => onChange({ smsText })}
        />
        <SmsField
          label={t.fields.workDoneText}
          limit={card.sms.limit}
          value={text.workDoneText}
          error={faulty("workDoneText")}
          onChange={(workDoneText) => onChange({ workDoneText })}
        />
      </div>
      <CardAnswers answers={text.answers} onChange={(answers) => onChange({ answers })} />
      <TextField
        label={t.fields.note}
        maxLength={500}
        value={text.note}
        onChange={(event) => onChange({ note: event.target.value })}
      />
    </>
  );
}
