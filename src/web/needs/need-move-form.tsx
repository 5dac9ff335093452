import { useId, useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { NeedDetail, NeedState } from "../api/screen-types.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { TextArea } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";

/** The moves that are this person's, each with what it needs: a text, a reason, the other need, the change. */
export function NeedMoveForm({ need, onMoved }: { need: NeedDetail; onMoved: () => void }) {
  const { needs: t, common } = useScreenTexts();
  const name = useId();
  const [to, setTo] = useState<NeedState | null>(need.next.length === 1 ? need.next[0]! : null);
  const beginning = need.next.length === 1 && need.next[0] === "reported" ? need.text : "";
  const [words, setWords] = useKept(`need-move.${need.id}.${need.version}`, beginning);
  const [target, setTarget] = useState("");
  const [cardId, setCardId] = useState("");
  const move = useAction(async (state: NeedState) => {
    await screenApi.moveNeed(need.id, need.version, {
      to: state,
      ...(state === "reported" && words.trim() ? { text: words.trim() } : {}),
      ...((state === "refused" || state === "closed") && words.trim() ? { note: words.trim() } : {}),
      ...(state === "merged" && target ? { mergeIntoId: target } : {}),
      ...(state === "closed" && cardId ? { cardId } : {}),
    });
    setWords(beginning);
    onMoved();
  });
  const choose = (state: NeedState) => {
    setTo(state);
    setWords(state === "reported" ? need.text : "");
    move.clear();
  };
  const asks = to === "reported" || to === "refused" || to === "closed" ? t.asks[to] : null;
  return (
    <form
      className="screen-part"
      aria-label={t.next}
      onSubmit={(event) => {
        event.preventDefault();
        if (to) void move.run(to);
      }}
    >
      <fieldset className="pill-row">
        <legend className="field-label">{t.next}</legend>
        {need.next.map((state) => (
          <label key={state} className="pill">
            <input type="radio" name={name} checked={to === state} onChange={() => choose(state)} />
            <span>{t.moves[state]}</span>
          </label>
        ))}
      </fieldset>
      {asks && (
        <TextArea
          label={asks}
          rows={2}
          maxLength={to === "reported" ? 2_000 : 1_000}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      {to === "merged" && <MergeTarget need={need} chosen={target} onChange={setTarget} />}
      {to === "closed" && need.about === "missing" && <NewCard need={need} chosen={cardId} onChange={setCardId} />}
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={move.busy || to === null}>
          {common.confirm}
        </button>
      </div>
      <ProblemMessage problem={move.problem} />
    </form>
  );
}

type ChoiceProps = { need: NeedDetail; chosen: string; onChange: (id: string) => void };

function MergeTarget({ need, chosen, onChange }: ChoiceProps) {
  const { needs: t } = useScreenTexts();
  const { value } = useLoaded(`merge ${need.id}`, () =>
    screenApi.needs({ agency: need.agencyId, open: "true", limit: 100 }),
  );
  const others = (value?.items ?? []).filter(({ id, state }) => id !== need.id && state !== "draft");
  return (
    <SelectField
      label={t.asks.merged}
      empty="—"
      options={others.map(({ id, number, text }) => ({ value: id, label: `${number} · ${text.slice(0, 80)}` }))}
      value={chosen}
      onChange={onChange}
    />
  );
}

/** Knowledge that was missing is there when a card has it. */
function NewCard({ need, chosen, onChange }: ChoiceProps) {
  const { needs: t } = useScreenTexts();
  const { value } = useLoaded(`cards ${need.id}`, () =>
    screenApi.cardDrafts({ agency: need.agencyId, service: need.serviceId, state: "published", limit: 100 }),
  );
  return (
    <SelectField
      label={t.asks.card}
      empty="—"
      options={(value?.items ?? []).map(({ id, title, code }) => ({ value: id, label: `${code} · ${title}` }))}
      value={chosen}
      onChange={onChange}
    />
  );
}
