import { useState } from "react";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { useSendTexts } from "../texts/send-texts.ts";
import { AddressChoice } from "./address-choice.tsx";
import { type Address, type SentMessage, sendApi } from "./send-api.ts";

type ResendFormProps = { message: SentMessage; addresses: readonly string[]; onSent(): void };

/** The same mail again, as a rule to a corrected address, which goes into the record (REQ 6.4, 6.5). */
export function ResendForm({ message, addresses, onSent }: ResendFormProps) {
  const t = useSendTexts();
  const { dispatch } = useDesk();
  const last = message.list.at(-1)?.toAddress ?? "";
  const returned = message.state === "undelivered" || message.state === "failed";
  const known = !returned && addresses.includes(last);
  const [to, setTo] = useState<Address>({ source: known ? "citizen" : "declared", address: last });
  const [tried, setTried] = useState(false);
  const send = useAction(async () => {
    await sendApi.resend(message.id, { ...to, address: to.address.trim() });
    dispatch({ type: "lists_stale" });
    onSent();
  });
  const submit = () => {
    setTried(true);
    if (to.address.trim() !== "") void send.run();
  };
  return (
    <section className="send-resend" aria-labelledby={`resend-${message.id}`}>
      <h4 id={`resend-${message.id}`}>{t.resend.title(message.sendings + 1)}</h4>
      <p className="field-hint">{t.resend.hint}</p>
      <AddressChoice
        known={addresses}
        value={to}
        error={tried && to.address.trim() === "" ? t.address.missing : null}
        onChange={setTo}
      />
      <ProblemMessage problem={send.problem} />
      <button type="button" className="btn btn-primary btn-sm" disabled={send.busy} onClick={submit}>
        {t.resend.send}
      </button>
    </section>
  );
}
