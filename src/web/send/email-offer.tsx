import { useState } from "react";
import type { EmailPart } from "../../messages/message.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { sendTyped } from "../case/draft/write-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField, SelectField } from "../form/select-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { useSendTexts } from "../texts/send-texts.ts";
import { AddressChoice } from "./address-choice.tsx";
import { EmailPreviewBox } from "./email-preview-box.tsx";
import { RefusalNote } from "./refusal-note.tsx";
import { type Address, type EmailOption, type SendableDocument, sendApi } from "./send-api.ts";

type EmailOfferProps = { opened: OpenedCase; option: EmailOption; onSent(): void };

/** The answer by e-mail, with which the case closes (REQ 6.1-6.3). */
export function EmailOffer({ opened, option, onSent }: EmailOfferProps) {
  const t = useSendTexts();
  return (
    <section className="send-part" aria-labelledby="send-email">
      <h3 id="send-email">{t.email.title}</h3>
      {option.refusal ? (
        <RefusalNote refusal={option.refusal} />
      ) : (
        <EmailForm opened={opened} option={option} onSent={onSent} />
      )}
    </section>
  );
}

/** What a person chose, cut to what is still offered; before any choice what the case's kinds ask for. */
function useChoice({ snapshot }: OpenedCase, option: EmailOption) {
  const [template, setTemplate] = useState<string | null>(null);
  const [chosen, setParts] = useState<EmailPart[] | null>(null);
  const [files, setFiles] = useState<string[]>([]);
  const kinds = snapshot.text.informationKinds;
  const asked = (part: EmailPart) =>
    part === "standard_answer" || kinds.includes(part === "how" ? "how" : "who_where_when");
  const parts = option.parts.filter((part) => (chosen ? chosen.includes(part) : asked(part)));
  const templateId = option.templates.find(({ id }) => id === template)?.id ?? option.templates[0]?.id ?? "";
  const documents = option.documents.filter(({ id }) => files.includes(id)).map(({ id }) => id);
  return {
    choice: { templateId, parts, documents },
    setTemplate,
    turnPart: (part: EmailPart) => setParts(turned(parts, part)),
    turnFile: (id: string) => setFiles(turned(documents, id)),
  };
}

function turned<T>(all: readonly T[], one: T): T[] {
  return all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
}

function EmailForm({ opened, option, onSent }: EmailOfferProps) {
  const t = useSendTexts();
  const { dispatch } = useDesk();
  const { choice, setTemplate, turnPart, turnFile } = useChoice(opened, option);
  const [wanted, setTo] = useState<Address | null>(null);
  const [tried, setTried] = useState(false);
  const first = option.addresses[0];
  const to = wanted ?? (first ? { source: "citizen", address: first } : { source: "declared", address: "" });
  const empty = choice.parts.length + choice.documents.length === 0;
  const bytes = option.documents.reduce(
    (sum, { id, sizeBytes }) => sum + (choice.documents.includes(id) ? sizeBytes : 0),
    0,
  );
  const tooLarge = bytes > option.maxAttachmentBytes;
  const send = useAction(async () => {
    await sendTyped(opened.draft);
    await sendApi.email(opened.snapshot.view.id, choice, { ...to, address: to.address.trim() });
    await opened.draft.refresh();
    dispatch({ type: "lists_stale" });
    onSent();
  });
  const submit = () => {
    setTried(true);
    if (to.address.trim() !== "" && !empty && !tooLarge) void send.run();
  };
  return (
    <>
      <SelectField
        label={t.email.template}
        options={option.templates.map(({ id, name }) => ({ value: id, label: name }))}
        value={choice.templateId}
        onChange={setTemplate}
      />
      {option.parts.length > 0 && (
        <fieldset className="pill-row">
          <legend className="field-label">{t.email.parts}</legend>
          {option.parts.map((part) => (
            <label key={part} className="pill">
              <input type="checkbox" checked={choice.parts.includes(part)} onChange={() => turnPart(part)} />
              <span>{t.email.part[part]}</span>
            </label>
          ))}
        </fieldset>
      )}
      {option.documents.length > 0 && (
        <fieldset className="send-choices">
          <legend className="field-label">{t.email.documents}</legend>
          {option.documents.map((file) => (
            <CheckField
              key={file.id}
              label={nameOf(file)}
              checked={choice.documents.includes(file.id)}
              onChange={() => turnFile(file.id)}
            />
          ))}
        </fieldset>
      )}
      {(empty || tooLarge) && (
        <p className={tried || tooLarge ? "field-error" : "field-hint"} role="status">
          {empty ? t.email.choose : t.email.tooLarge}
        </p>
      )}
      <AddressChoice
        known={option.addresses}
        value={to}
        error={tried && to.address.trim() === "" ? t.address.missing : null}
        onChange={setTo}
      />
      {!empty && !tooLarge && <EmailPreviewBox opened={opened} choice={choice} />}
      <ProblemMessage problem={send.problem} />
      <div className="send-end">
        <button type="button" className="btn btn-primary btn-sm" disabled={send.busy} onClick={submit}>
          {t.email.send}
        </button>
        <p className="field-hint">{t.email.hint}</p>
      </div>
    </>
  );
}

export function nameOf({ name, sizeBytes }: SendableDocument): string {
  const kilobytes = Math.max(1, Math.round(sizeBytes / 1_000));
  return `${name} (${kilobytes >= 1_000 ? `${(kilobytes / 1_000).toFixed(1)} MB` : `${kilobytes} kB`})`;
}
