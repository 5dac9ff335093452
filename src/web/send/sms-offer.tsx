import { useId, useState } from "react";
import { isProblem } from "../api/api-problem.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { sendTyped } from "../case/draft/write-case.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useSendTexts } from "../texts/send-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { RefusalNote } from "./refusal-note.tsx";
import { type SendOptions, type SmsOption, sendApi } from "./send-api.ts";

type SmsOfferProps = {
  opened: OpenedCase;
  option: SmsOption;
  consent: SendOptions["sms"]["consent"];
  onSent(): void;
  /** Another consent text is in force by now. */
  onOldText(): void;
};

/** One of the card's two texts: to a number and with a consent that are asked anew each time (REQ 5.1, 5.2). */
export function SmsOffer({ option, ...offer }: SmsOfferProps) {
  const t = useSendTexts();
  const id = useId();
  return (
    <section className="send-part" aria-labelledby={id}>
      <h4 id={id}>{t.sms.text[option.text]}</h4>
      {option.refusal ? <RefusalNote refusal={option.refusal} /> : <SmsForm {...offer} option={option} />}
    </section>
  );
}

type SmsFormProps = Omit<SmsOfferProps, "option"> & { option: Extract<SmsOption, { refusal: null }> };

function SmsForm({ opened, option, consent, onSent, onOldText }: SmsFormProps) {
  const t = useSendTexts();
  const [number, setNumber, settle] = useKept(`sms.${opened.snapshot.view.id}.${option.text}`, "");
  // The citizen agreed to what was read out: when another version comes into force meanwhile, they are asked again.
  const [agreedTo, setAgreedTo] = useState<string | null>(null);
  const agreed = agreedTo === consent.version;
  const [tried, setTried] = useState(false);
  const send = useAction(async () => {
    await sendTyped(opened.draft);
    await sendApi.sms(opened.snapshot.view.id, option.text, number.trim(), consent.version).catch((error) => {
      if (isProblem(error, "consent_missing")) onOldText();
      throw error;
    });
    // Number and consent belong to one sending each.
    settle("");
    setAgreedTo(null);
    setTried(false);
    onSent();
  });
  const submit = () => {
    setTried(true);
    if (number.trim() !== "" && agreed) void send.run();
  };
  return (
    <>
      <blockquote className="send-body">{option.body}</blockquote>
      <p className="field-hint">{t.sms.length(option.segments, option.limit, option.units, option.encoding)}</p>
      <TextField
        label={t.sms.number}
        hint={t.sms.numberHint}
        type="tel"
        autoComplete="off"
        maxLength={40}
        value={number}
        error={tried && number.trim() === "" ? t.sms.numberMissing : null}
        onChange={(event) => setNumber(event.target.value)}
      />
      <div className="send-consent">
        <ConsentWords consent={consent} />
        <CheckField
          label={t.sms.consent}
          checked={agreed}
          onChange={(on) => setAgreedTo(on ? consent.version : null)}
        />
        {tried && !agreed && (
          <p className="field-error" role="alert">
            {t.sms.consentMissing}
          </p>
        )}
      </div>
      <ProblemMessage problem={send.problem} />
      <button type="button" className="btn btn-primary btn-sm" disabled={send.busy} onClick={submit}>
        {t.sms.send}
      </button>
    </>
  );
}

/** Read out in the citizen's language, which is not always the one of the page. */
function ConsentWords({ consent }: Pick<SmsOfferProps, "consent">) {
  const t = useSendTexts();
  const { language } = useSpeech();
  const other = language === "it" ? "en" : "it";
  return (
    <>
      <p>
        <strong>{t.sms.consentTitle}:</strong> «{consent[language]}»
      </p>
      <details>
        <summary>{t.sms.consentOther}</summary>
        <p lang={other}>«{consent[other]}»</p>
      </details>
    </>
  );
}
