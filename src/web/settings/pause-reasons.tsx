import { useState } from "react";
import { type PauseReason, settingsApi } from "../api/settings-api.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useTexts } from "../texts/texts.tsx";

/** Why an operator may pause (REQ 1.5): words in both languages, on or off, and a further one. */
export function PauseReasons() {
  const { settings: t } = useSettingsTexts();
  const shared = useTexts();
  const { value, problem, again } = useLoaded("pause reasons of settings", () => settingsApi.pauseReasons());
  return (
    <section className="screen-part" aria-labelledby="settings-pauses">
      <h2 id="settings-pauses">{t.pauses}</h2>
      <p className="field-hint">{t.pausesHint}</p>
      {!value && !problem && <p className="empty-line">{shared.common.loading}</p>}
      <ProblemMessage problem={problem} />
      {value?.items.map((reason) => (
        <ReasonForm key={`${reason.code} ${reason.version}`} reason={reason} onSaved={() => void again()} />
      ))}
      <NewReason onMade={() => void again()} />
    </section>
  );
}

function ReasonForm({ reason, onSaved }: { reason: PauseReason; onSaved: () => void }) {
  const { settings: t } = useSettingsTexts();
  const shared = useTexts();
  const { labelIt, labelEn } = reason;
  const [draft, setDraft, settle] = useKept(`pause.${reason.code}.${reason.version}`, { labelIt, labelEn });
  const change = useAction(async (body: Record<string, string | boolean>) => {
    await settingsApi.patchPauseReason(reason.code, reason.version, body);
    if (body.labelIt !== undefined) settle(draft);
    onSaved();
  });
  const same = draft.labelIt.trim() === labelIt && draft.labelEn.trim() === labelEn;
  return (
    <form
      className="reason-form"
      aria-label={reason.labelIt}
      onSubmit={(event) => {
        event.preventDefault();
        void change.run({ labelIt: draft.labelIt.trim(), labelEn: draft.labelEn.trim() });
      }}
    >
      <ReasonWords words={draft} problem={change.problem} onChange={setDraft} />
      <div className="button-row">
        <button type="submit" className="btn btn-outline-primary btn-sm" disabled={change.busy || same}>
          {shared.common.save}
          <span className="visually-hidden"> {reason.labelIt}</span>
        </button>
        <button
          type="button"
          className={`btn btn-sm ${reason.disabled ? "btn-outline-primary" : "btn-outline-danger"}`}
          disabled={change.busy}
          onClick={() => void change.run({ disabled: !reason.disabled })}
        >
          {reason.disabled ? t.pauseOn : t.pauseOff}
          <span className="visually-hidden"> {reason.labelIt}</span>
        </button>
      </div>
      <ProblemMessage problem={change.problem} />
    </form>
  );
}

type Words = { labelIt: string; labelEn: string };
type ReasonWordsProps = {
  words: Words;
  problem: Parameters<typeof faultOf>[0];
  onChange: (words: Words) => void;
};

function ReasonWords({ words, problem, onChange }: ReasonWordsProps) {
  const { settings: t } = useSettingsTexts();
  return (
    <>
      <TextField
        label={t.pauseIt}
        required
        maxLength={60}
        value={words.labelIt}
        error={faultOf(problem, "labelIt")}
        onChange={(event) => onChange({ ...words, labelIt: event.target.value })}
      />
      <TextField
        label={t.pauseEn}
        required
        maxLength={60}
        value={words.labelEn}
        error={faultOf(problem, "labelEn")}
        onChange={(event) => onChange({ ...words, labelEn: event.target.value })}
      />
    </>
  );
}

const noWords = { labelIt: "", labelEn: "" };

function NewReason({ onMade }: { onMade: () => void }) {
  const { settings: t } = useSettingsTexts();
  const { common } = useScreenTexts();
  const [draft, setDraft, settle] = useKept("pause.new", noWords);
  const [done, setDone] = useState(false);
  const make = useAction(async () => {
    const [labelIt, labelEn] = [draft.labelIt.trim(), draft.labelEn.trim()];
    await settingsApi.newPauseReason({ code: codeOf(labelEn), labelIt, labelEn });
    settle(noWords);
    setDone(true);
    onMade();
  });
  return (
    <form
      className="reason-form"
      aria-label={t.newPause}
      onSubmit={(event) => {
        event.preventDefault();
        setDone(false);
        void make.run();
      }}
    >
      <ReasonWords words={draft} problem={make.problem} onChange={setDraft} />
      <div className="button-row">
        <button
          type="submit"
          className="btn btn-primary btn-sm"
          disabled={make.busy || !draft.labelIt || !codeOf(draft.labelEn)}
        >
          {t.newPause}
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={make.problem} />
    </form>
  );
}

/** What the log of states keeps: never shown, so nobody has to think of one. */
function codeOf(words: string): string {
  return words
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
}
