import { type SubmitEvent, useEffect, useId, useState } from "react";
import { NOTICE_CONTENTS, type NoticeContent } from "../../cases/case.ts";
import type { CaseLine, LegalReason } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { workApi } from "../api/work-api.ts";
import type { ChildBody, ChildReason } from "../api/work-types.ts";
import { BlockedList } from "../case/blocked-list.tsx";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { sendTyped } from "../case/draft/write-case.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useTexts } from "../texts/texts.tsx";

/** Which children the parent may have now, each blocked one with its rule. */
function useChildChoices(parentId: string): LegalReason[] | null {
  const [children, setChildren] = useState<LegalReason[] | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    // Away for a moment: the server refuses what is not legal anyway.
    const keep = () => undefined;
    api.legalMoves(parentId, abort.signal).then((legal) => setChildren(legal.children), keep);
    return () => abort.abort();
  }, [parentId]);
  return children;
}

/** What the caller says, by the name of its field. */
type Said = Record<string, string>;
type Wish = { reason: ChildReason | null; content: NoticeContent | null; said: Said };
const nothing: Wish = { reason: null, content: null, said: {} };

type ChildPanelProps = { parent: CaseLine; onDone: () => void };

/**
 * Hangs the draft on the desk under an earlier case: reminder, update notice or case status (REQ 2). Identity is
 * checked here, by the server; the form in the middle then completes it like any other draft.
 */
export function ChildPanel({ parent, onDone }: ChildPanelProps) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const choices = useChildChoices(parent.id);
  const [wish, setWish] = useKept(`child.${snapshot.view.id}.${parent.id}`, nothing);
  const { reason, content, said } = wish;
  const write = (name: string, text: string) => setWish({ ...wish, said: { ...said, [name]: text } });
  const leave = () => {
    setWish(nothing);
    onDone();
  };
  const hang = useAction(async (body: ChildBody) => {
    await sendTyped(draft);
    draft.adopt(await workApi.hangChild(parent.id, body));
    await draft.refresh();
    leave();
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (reason) void hang.run(childBody(wish, reason, snapshot.view.id));
  };
  const ready = reason !== null && (reason !== "update_notice" || content !== null);
  return (
    <form className="child-panel" onSubmit={submit} aria-label={t.work.children.title(parent.number)}>
      <ReasonChoice choices={choices} reason={reason} onChoose={(chosen) => setWish({ ...wish, reason: chosen })} />
      {reason === "update_notice" && (
        <ContentChoice content={content} onChoose={(chosen) => setWish({ ...wish, content: chosen })} />
      )}
      {reason !== null && reason !== "reminder" && <IdentityFields said={said} onWrite={write} />}
      {reason === "update_notice" && content === "citizen_data" && <NewDataFields said={said} onWrite={write} />}
      <ProblemMessage problem={hang.problem} />
      <div className="form-end">
        <button type="submit" className="btn btn-primary btn-sm" disabled={!ready || hang.busy}>
          {t.work.children.hang}
        </button>
        <button type="button" className="btn btn-link btn-sm" onClick={leave}>
          {t.common.cancel}
        </button>
      </div>
    </form>
  );
}

type ReasonChoiceProps = {
  choices: LegalReason[] | null;
  reason: ChildReason | null;
  onChoose: (reason: ChildReason) => void;
};

function ReasonChoice({ choices, reason, onChoose }: ReasonChoiceProps) {
  const t = useTexts();
  const name = useId();
  if (!choices) return <p className="empty-line">{t.common.loading}</p>;
  const offered = choices.filter(({ refusal }) => refusal === null);
  const blocked = choices.flatMap(({ reason: wanted, refusal }) =>
    refusal ? [{ key: wanted, name: t.cases.reason[wanted], refusal }] : [],
  );
  return (
    <fieldset className="pill-row">
      <legend className="field-label">{t.work.children.reason}</legend>
      {offered.map(({ reason: wanted }) => (
        <label key={wanted} className="pill">
          <input
            type="radio"
            name={name}
            checked={reason === wanted}
            onChange={() => onChoose(wanted as ChildReason)}
          />
          <span>{t.cases.reason[wanted]}</span>
        </label>
      ))}
      <BlockedList title={t.cases.form.blockedReasons(blocked.length)} blocked={blocked} />
    </fieldset>
  );
}

type ContentChoiceProps = { content: NoticeContent | null; onChoose: (content: NoticeContent) => void };

function ContentChoice({ content, onChoose }: ContentChoiceProps) {
  const t = useTexts();
  const name = useId();
  return (
    <fieldset className="pill-row">
      <legend className="field-label">{t.work.children.content}</legend>
      {NOTICE_CONTENTS.map((one) => (
        <label key={one} className="pill">
          <input type="radio" name={name} checked={content === one} onChange={() => onChoose(one)} />
          <span>{t.work.children.contents[one]}</span>
        </label>
      ))}
      {content && <p className="field-hint">{t.work.children.contentHint[content]}</p>}
    </fieldset>
  );
}

type SaidProps = { said: Said; onWrite: (name: string, text: string) => void };

/** Name, text and what follows a key of one field. */
function saidFields(said: Said, onWrite: SaidProps["onWrite"]) {
  return (name: string) => ({
    name,
    value: said[name] ?? "",
    onChange: (event: { target: { value: string } }) => onWrite(name, event.target.value),
  });
}

/** As the caller says them: the page does not show what the record has, or the check would prove nothing. */
function IdentityFields({ said, onWrite }: SaidProps) {
  const t = useTexts();
  const field = saidFields(said, onWrite);
  return (
    <fieldset className="child-fields">
      <legend className="field-label">{t.work.children.identity}</legend>
      <p className="field-hint">{t.work.children.identityHint}</p>
      <div className="field-pair">
        <TextField label={t.citizen.firstName} {...field("firstName")} maxLength={80} required />
        <TextField label={t.citizen.lastName} {...field("lastName")} maxLength={80} required />
        <TextField label={t.citizen.phone} {...field("phone")} inputMode="tel" maxLength={40} />
        <TextField
          label={t.work.children.caseNumber}
          {...field("caseNumber")}
          inputMode="numeric"
          pattern="[0-9]{1,15}"
        />
      </div>
      <TextField label={t.citizen.email} {...field("email")} inputMode="email" maxLength={254} />
    </fieldset>
  );
}

function NewDataFields({ said, onWrite }: SaidProps) {
  const t = useTexts();
  const field = saidFields(said, onWrite);
  return (
    <fieldset className="child-fields">
      <legend className="field-label">{t.work.children.newData}</legend>
      <div className="field-pair">
        <TextField label={t.citizen.firstName} {...field("newFirstName")} maxLength={80} />
        <TextField label={t.citizen.lastName} {...field("newLastName")} maxLength={80} />
      </div>
      <TextField label={t.citizen.phone} {...field("newPhone")} inputMode="tel" maxLength={40} />
      <TextField label={t.citizen.email} {...field("newEmail")} inputMode="email" maxLength={254} />
    </fieldset>
  );
}

function childBody({ said, content }: Wish, reason: ChildReason, draftId: string): ChildBody {
  const text = (name: string): string => (said[name] ?? "").trim();
  const given = (name: string, field: string) => (text(name) ? { [field]: text(name) } : {});
  const body: ChildBody = { reason, draftId, complete: false };
  if (reason === "reminder") return body;
  body.identity = {
    firstName: text("firstName"),
    lastName: text("lastName"),
    ...given("phone", "phone"),
    ...given("email", "email"),
    ...(text("caseNumber") ? { caseNumber: Number(text("caseNumber")) } : {}),
  };
  if (reason !== "update_notice" || !content) return body;
  body.content = content;
  if (content !== "citizen_data") return body;
  const contacts = (["phone", "email"] as const).flatMap((kind) => {
    const value = text(kind === "phone" ? "newPhone" : "newEmail");
    return value ? [{ kind, value }] : [];
  });
  body.citizenData = {
    ...given("newFirstName", "firstName"),
    ...given("newLastName", "lastName"),
    ...(contacts.length ? { contacts } : {}),
  };
  return body;
}
