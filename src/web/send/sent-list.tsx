import { useState } from "react";
import { sayNumber, sayWhen } from "../texts/said-dates.ts";
import { type SendTexts, useSendTexts } from "../texts/send-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { ResendForm } from "./resend-form.tsx";
import type { SentMessage, SentTry } from "./send-api.ts";

type SentListProps = { sent: readonly SentMessage[]; addresses: readonly string[]; mayResend: boolean; onSent(): void };

/** What was sent on the case, each sending with what became of it; an e-mail may go again (REQ 5.4, 6.3-6.6). */
export function SentList({ sent, addresses, mayResend, onSent }: SentListProps) {
  const t = useSendTexts();
  return (
    <section className="send-part" aria-labelledby="sent-list">
      <h3 id="sent-list">{t.sent.title}</h3>
      {sent.length === 0 && <p className="empty-line">{t.sent.none}</p>}
      <ul className="sent-list">
        {sent.map((message) => (
          <SentLine
            key={message.id}
            message={message}
            addresses={addresses}
            mayResend={mayResend && message.kind === "email"}
            onSent={onSent}
          />
        ))}
      </ul>
    </section>
  );
}

const tone: Record<SentMessage["state"], string> = {
  queued: "draft",
  sending: "draft",
  sent: "office",
  delivered: "done",
  undelivered: "back",
  failed: "back",
  unknown: "paused",
};

export function stateWords({ state }: Pick<SentTry, "state">, kind: SentMessage["kind"], t: SendTexts): string {
  return state === "sent" ? t.sent.state.sent[kind] : t.sent.state[state];
}

type SentLineProps = { message: SentMessage } & Omit<SentListProps, "sent">;

function SentLine({ message, addresses, mayResend, onSent }: SentLineProps) {
  const t = useSendTexts();
  const { kind, state } = message;
  return (
    <li>
      <div className="sent-top">
        <strong>
          {t.sent.kind[kind]}
          {message.textKind && ` · ${t.sms.text[message.textKind]}`}
        </strong>
        <span className={`status-chip status-${tone[state]}`}>{stateWords(message, kind, t)}</span>
      </div>
      {message.subject && <p>{message.subject}</p>}
      <ol className="sent-tries">
        {message.list.map((one) => (
          <TryLine key={one.id} one={one} kind={kind} />
        ))}
      </ol>
      {kind === "email" && state === "sent" && <p className="field-hint">{t.sent.accepted}</p>}
      {kind === "email" && state === "unknown" && <p className="field-hint">{t.sent.unknown}</p>}
      {mayResend && <Resend key={message.sendings} message={message} addresses={addresses} onSent={onSent} />}
    </li>
  );
}

function TryLine({ one, kind }: { one: SentTry; kind: SentMessage["kind"] }) {
  const t = useSendTexts();
  const { language } = useSpeech();
  const why = (language === "it" && one.errorIt) || one.errorDetail;
  return (
    <li>
      <span>
        {kind === "email" && `${t.sent.attempt(one.try)}: `}
        <span className="send-address">{kind === "sms" ? sayNumber(one.toAddress) : one.toAddress}</span>{" "}
        <small>({t.sent.source[one.addressSource]})</small> · {stateWords(one, kind, t)}
      </span>
      <small>{t.sent.by(one.personName, sayWhen(one.createdAt, language))}</small>
      {why && (
        <small className="sent-why">
          {why}
          {one.errorCode && ` [${one.errorCode}]`}
        </small>
      )}
    </li>
  );
}

/** Open by itself where the mail came back; three sendings are all there are (REQ 6.5). */
function Resend({ message, addresses, onSent }: Omit<SentLineProps, "mayResend">) {
  const t = useSendTexts();
  const returned = message.state === "undelivered" || message.state === "failed";
  const [open, setOpen] = useState(returned);
  if (message.resendRefused) {
    return (
      <p className="send-refusal">
        <button type="button" className="btn btn-outline-primary btn-sm" disabled>
          {t.resend.open}
        </button>{" "}
        {t.resend.exhausted}
      </p>
    );
  }
  if (!open && !returned) {
    return (
      <button type="button" className="link-button" onClick={() => setOpen(true)}>
        {t.resend.open}
      </button>
    );
  }
  return <ResendForm message={message} addresses={addresses} onSent={onSent} />;
}
