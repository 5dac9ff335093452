import { useEffect, useRef, useState } from "react";
import { consentWords } from "../../privacy/consent-text.ts";
import { type ConsentVersion, settingsApi } from "../api/settings-api.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextArea, TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { type ConsentDraft, type ConsentFaults, consentBody, consentFaults, newConsentDraft } from "./consent-draft.ts";

type ConsentFormProps = { versions: readonly ConsentVersion[]; onMade: (version: string) => void };

/** A further version: begins with the words in force, and is asked for twice because it stays for ever (REQ 5.2). */
export function ConsentForm({ versions, onMade }: ConsentFormProps) {
  const { consents: t } = useSettingsTexts();
  const beginning = newConsentDraft(versions);
  const [draft, setDraft, settle] = useKept<ConsentDraft>("consent-text", beginning);
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState(false);
  const faults = consentFaults(draft, versions);
  const make = useAction(async () => {
    const body = consentBody(draft);
    await settingsApi.newConsentText(body);
    settle(beginning);
    onMade(body.version);
  });
  const undo = () => {
    setTried(false);
    settle(beginning);
  };
  const change = (part: Partial<ConsentDraft>) => {
    setAsking(false);
    make.clear();
    setDraft({ ...draft, ...part });
  };
  return (
    <form
      className="screen-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        setAsking(Object.keys(faults).length === 0);
      }}
    >
      <h2>{t.newOne}</h2>
      <p className="field-hint">{t.fixed}</p>
      <ConsentFields draft={draft} faults={tried ? faults : {}} onChange={change} />
      {asking ? (
        <Confirmation draft={draft} busy={make.busy} onMake={() => void make.run()} onLeave={() => setAsking(false)} />
      ) : (
        <div className="button-row">
          <button type="submit" className="btn btn-primary btn-sm">
            {t.check}
          </button>
          {JSON.stringify(draft) !== JSON.stringify(beginning) && (
            <button type="button" className="btn btn-link btn-sm" onClick={undo}>
              {t.undo}
            </button>
          )}
        </div>
      )}
      <ProblemMessage problem={make.problem} />
    </form>
  );
}

type ConsentFieldsProps = {
  draft: ConsentDraft;
  faults: ConsentFaults;
  onChange: (part: Partial<ConsentDraft>) => void;
};

function ConsentFields({ draft, faults, onChange }: ConsentFieldsProps) {
  const { consents: t } = useSettingsTexts();
  const say = (field: keyof ConsentDraft) => (faults[field] ? t.faults[faults[field]] : null);
  return (
    <>
      {(["textIt", "textEn"] as const).map((field) => (
        <TextArea
          key={field}
          label={t[field]}
          lang={field === "textIt" ? "it" : "en"}
          required
          rows={3}
          maxLength={consentWords.max}
          value={draft[field]}
          error={say(field)}
          onChange={(event) => onChange({ [field]: event.target.value })}
        />
      ))}
      <div className="field-row is-start">
        <TextField
          label={t.name}
          hint={t.nameHint}
          required
          maxLength={20}
          value={draft.version}
          error={say("version")}
          onChange={(event) => onChange({ version: event.target.value })}
        />
        <TextField
          label={t.begins}
          hint={t.beginsHint}
          type="datetime-local"
          value={draft.validFrom}
          error={say("validFrom")}
          onChange={(event) => onChange({ validFrom: event.target.value })}
        />
      </div>
    </>
  );
}

type ConfirmationProps = { draft: ConsentDraft; busy: boolean; onMake: () => void; onLeave: () => void };

/** Takes the focus, since the button that was pressed is gone; no key that is still down answers it. */
function Confirmation({ draft, busy, onMake, onLeave }: ConfirmationProps) {
  const { consents: t } = useSettingsTexts();
  const { language } = useSpeech();
  const question = useRef<HTMLParagraphElement>(null);
  useEffect(() => question.current?.focus(), []);
  const { version, validFrom } = consentBody(draft);
  return (
    <>
      <p ref={question} tabIndex={-1} className="notice">
        <span>
          <strong>{t.sure(version)}</strong> {validFrom ? t.sureFrom(sayWhen(validFrom, language)) : t.sureNow}
        </span>
      </p>
      <div className="button-row">
        <button type="button" className="btn btn-primary btn-sm" disabled={busy} onClick={onMake}>
          {t.make}
        </button>
        <button type="button" className="btn btn-link btn-sm" onClick={onLeave}>
          {t.back}
        </button>
      </div>
    </>
  );
}
