import { type RefObject, useContext, useEffect, useId, useRef, useState } from "react";
import type { LegalMove } from "../../api/api-types.ts";
import { api } from "../../api/desk-api.ts";
import { ProblemMessage } from "../../form/problem-message.tsx";
import { useAction } from "../../form/use-action.ts";
import { Icon } from "../../shell/icon.tsx";
import { useDeskKey } from "../../shell/keyboard.tsx";
import { type Texts, useTexts } from "../../texts/texts.tsx";
import { BlockedList } from "../blocked-list.tsx";
import { DeskWorkContext } from "../desk-work.ts";
import { useOpenedCase } from "../draft/use-case.ts";
import { choicesMissing, type MoveChoices, MoveQuestions, moveBody } from "./move-questions.tsx";

const keyOf = (move: LegalMove): string => `${move.to}/${move.attribute ?? ""}`;

export function moveName(move: Pick<LegalMove, "to" | "attribute">, t: Texts): string {
  const attribute = move.attribute ? ` · ${t.cases.attribute[move.attribute]}` : "";
  return t.cases.status[move.to] + attribute;
}

/** How the case ends: legal moves to choose from, then one button that saves everything and moves it (F9). */
export function OutcomePanel({ onClosed }: { onClosed: () => void }) {
  const t = useTexts();
  const { draft, snapshot, legal } = useOpenedCase();
  const [chosen, setChosen] = useState<string | null>(null);
  const [choices, setChoices] = useState<MoveChoices>({});
  const [error, setError] = useState<string | null>(null);
  const panel = useRef<HTMLElement>(null);
  const offered = (legal?.moves ?? []).filter(({ refusal }) => refusal === null);
  const move = offered.find((entry) => keyOf(entry) === chosen) ?? null;
  const finish = useAction(async () => {
    if (!move || !(await draft.flush())) return;
    const { id, version } = draft.snapshot().view;
    draft.adopt(await api.move(id, version, moveBody(move, choices)));
    onClosed();
  });
  const submit = () => {
    const missing = move ? choicesMissing(move, choices, t) : t.cases.form.chooseOutcome;
    setError(missing);
    if (missing) return focusFirst(panel.current);
    void finish.run();
  };
  useDeskKey("close", snapshot.view.closedAt === null ? submit : null);
  useProposal(panel, offered, (wanted, cause) => {
    setChosen(wanted);
    setChoices(cause ? { cause } : {});
    setError(null);
  });
  // A choice that stopped being legal is taken back, not sent.
  useEffect(() => {
    if (chosen && legal && !move) setChosen(null);
  }, [chosen, legal, move]);
  if (snapshot.view.closedAt !== null) return <p className="notice notice-done">{t.cases.form.closed}</p>;
  return (
    <section ref={panel} className="outcome" aria-labelledby="outcome-title">
      <OutcomeChoices
        offered={offered}
        chosen={chosen}
        error={error}
        onChoose={(key) => {
          setChosen(key);
          setChoices({});
          setError(null);
        }}
      />
      {move && <MoveQuestions move={move} choices={choices} onChange={setChoices} />}
      <div className="outcome-end">
        <button
          type="button"
          className="btn btn-primary"
          onClick={submit}
          disabled={finish.busy}
          aria-keyshortcuts="F9"
        >
          <Icon name="check" /> {t.wrapUp.saveAndClose} <kbd>F9</kbd>
        </button>
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
      <ProblemMessage problem={finish.problem} />
    </section>
  );
}

/** Another column proposed an outcome: taken as soon as it is legal, then the person only has to confirm it. */
function useProposal(
  panel: RefObject<HTMLElement | null>,
  offered: LegalMove[],
  take: (key: string, cause: string | null) => void,
): void {
  const work = useContext(DeskWorkContext);
  const proposal = work?.proposal ?? null;
  const move = proposal && offered.find(({ to, attribute }) => to === proposal.to && attribute === proposal.attribute);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    if (!work || !proposal || !move) return;
    latest.current(keyOf(move), proposal.cause);
    work.propose(null);
    panel.current?.querySelector<HTMLElement>(".outcome-end button")?.focus();
  }, [work, proposal, move, panel]);
}

type OutcomeChoicesProps = {
  offered: LegalMove[];
  chosen: string | null;
  error: string | null;
  onChoose: (key: string) => void;
};

function OutcomeChoices({ offered, chosen, error, onChoose }: OutcomeChoicesProps) {
  const t = useTexts();
  const name = useId();
  const { snapshot, legal } = useOpenedCase();
  const blocked = (legal?.moves ?? []).flatMap((move) =>
    move.refusal && worthTelling(move) ? [{ key: keyOf(move), name: moveName(move, t), refusal: move.refusal }] : [],
  );
  return (
    <fieldset className="pill-row outcome-choices" aria-invalid={error ? true : undefined}>
      <legend id="outcome-title" className="field-label">
        {t.cases.form.outcome}
      </legend>
      {snapshot.text.reason === null && <p className="field-hint">{t.cases.form.outcomeEmpty}</p>}
      {offered.map((move) => (
        <label key={keyOf(move)} className="pill pill-outcome">
          <input type="radio" name={name} checked={chosen === keyOf(move)} onChange={() => onChoose(keyOf(move))} />
          <span>{moveName(move, t)}</span>
        </label>
      ))}
      <BlockedList title={t.cases.form.blockedMoves(blocked.length)} blocked={blocked} />
    </fieldset>
  );
}

/** Moves that belong to another role, reason or moment altogether are no news for who is writing this case. */
const otherWorlds: ReadonlySet<string> = new Set([
  "role_not_allowed",
  "role_never_moves",
  "specialist_only_notes",
  "operator_never_not_communicated",
  "second_level_resolves",
  "first_level_only_communicated",
  "state_impossible",
  "attribute_missing",
  "attribute_not_allowed",
  "already_there",
  "no_return_to_draft",
  "move_not_allowed",
  "not_emailed",
  "communicated_only_by_resend",
  "reason_missing",
  "switchboard_ends_at_first_level",
]);

function worthTelling(move: LegalMove): boolean {
  return move.refusal !== null && !otherWorlds.has(move.refusal.code);
}

function focusFirst(panel: HTMLElement | null): void {
  const field = panel?.querySelector<HTMLElement>("[data-missing] select, [data-missing] input, input[type=radio]");
  field?.focus();
}
