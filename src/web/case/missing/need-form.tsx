import { useState } from "react";
import { workApi } from "../../api/work-api.ts";
import { useKept } from "../../form/kept-text.ts";
import { ProblemMessage } from "../../form/problem-message.tsx";
import { TextArea } from "../../form/text-field.tsx";
import { useAction } from "../../form/use-action.ts";
import { Icon } from "../../shell/icon.tsx";
import { useTexts } from "../../texts/texts.tsx";

type About = { about: "card" | "missing" | "directory_entry"; caseId: string; [member: string]: string };

/** Offers to report an information need, linked to the case that showed it; nothing opens until asked (REQ 8). */
export function NeedForm({ words, about }: { words: string; about: About }) {
  const t = useTexts();
  const [text, setText] = useKept<string | null>(`missing.${about.caseId}.${about.about}`, null);
  const [sent, setSent] = useState(false);
  const send = useAction(async () => {
    await workApi.reportNeed({ ...about, text: (text ?? "").trim() });
    setText(null);
    setSent(true);
  });
  if (sent) {
    return (
      <p role="status" className="card-used">
        <Icon name="check" /> {t.work.missing.needSent}
      </p>
    );
  }
  if (text === null) {
    return (
      <button type="button" className="link-button" onClick={() => setText("")}>
        {words}
      </button>
    );
  }
  return (
    <div className="need-offer">
      <TextArea
        label={t.work.missing.needText}
        rows={2}
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="form-end">
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={send.busy || text.trim() === ""}
          onClick={() => void send.run()}
        >
          {t.work.missing.needSend}
        </button>
        <button type="button" className="btn btn-link btn-sm" onClick={() => setText(null)}>
          {t.common.cancel}
        </button>
      </div>
      <ProblemMessage problem={send.problem} />
    </div>
  );
}
