import { useEffect, useState } from "react";
import { isProblem, type Problem } from "../api/api-problem.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useSendTexts } from "../texts/send-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { type EmailChoice, type EmailPreview, sendApi } from "./send-api.ts";

const pauseMs = 200;

type Shown = { preview: EmailPreview | null; problem: Problem | null };

/** The mail as it would leave, written by the program that sends it. */
function usePreview({ snapshot }: OpenedCase, { templateId, parts, documents }: EmailChoice): Shown {
  const [shown, setShown] = useState<Shown>({ preview: null, problem: null });
  const { id, version } = snapshot.view;
  const asked = JSON.stringify({ templateId, parts, documents });
  // The words also depend on what is stored: the citizen's name, the service.
  const moment = `${id} ${version}`;
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const [caseId = ""] = moment.split(" ");
      sendApi.preview(caseId, JSON.parse(asked), abort.signal).then(
        (preview) => setShown({ preview, problem: null }),
        (problem) => isProblem(problem) && setShown({ preview: null, problem }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked, moment]);
  return shown;
}

export function EmailPreviewBox({ opened, choice }: { opened: OpenedCase; choice: EmailChoice }) {
  const t = useSendTexts();
  const texts = useTexts();
  const { preview, problem } = usePreview(opened, choice);
  return (
    <section className="send-preview" aria-labelledby="send-preview" aria-busy={preview === null}>
      <h4 id="send-preview">{t.email.preview}</h4>
      <ProblemMessage problem={problem} />
      {!preview && !problem && <p className="empty-line">{texts.common.loading}</p>}
      {preview && (
        <>
          <p className="send-subject">{preview.subject}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, by keyboard too */}
          <section className="send-body" tabIndex={0} aria-label={preview.subject}>
            {preview.body}
          </section>
          {preview.documents.length > 0 && (
            <p className="field-hint">
              {t.email.attached}: {preview.documents.map(({ name }) => name).join(", ")}
            </p>
          )}
        </>
      )}
    </section>
  );
}
