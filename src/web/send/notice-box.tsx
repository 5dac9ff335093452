import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useList } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useSendTexts } from "../texts/send-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { type OpenNotice, sendApi } from "./send-api.ts";

/** The manual box: returned notices that the program could not match, or would not (REQ 6.4). */
export function NoticeBox() {
  const t = useSendTexts();
  const { items, problem, loading, again } = useList("notices", () => sendApi.notices(), 30_000);
  return (
    <section className="send-part" aria-labelledby="notice-box">
      <h3 id="notice-box">{t.notices.title}</h3>
      <ProblemMessage problem={problem} />
      <p className="field-hint">{items.length > 0 ? t.notices.hint : !loading && t.notices.none}</p>
      <ul className="sent-list">
        {items.map((notice) => (
          <NoticeLine key={notice.id} notice={notice} onDone={again} />
        ))}
      </ul>
    </section>
  );
}

function NoticeLine({ notice, onDone }: { notice: OpenNotice; onDone: () => void }) {
  const t = useSendTexts();
  const { language } = useSpeech();
  const { guess } = notice;
  const handle = useAction(async (assign: boolean) => {
    if (assign && guess) await sendApi.assignNotice(notice.id, guess.messageId, guess.try);
    else await sendApi.dismissNotice(notice.id);
    onDone();
  });
  return (
    <li>
      <div className="sent-top">
        <strong>{notice.subject ?? "—"}</strong>
        <span className="status-chip status-paused">{t.notices.verdict[notice.verdict] ?? notice.verdict}</span>
      </div>
      <small>{sayWhen(notice.receivedAt, language)}</small>
      {notice.recipient && (
        <p>
          {t.notices.recipient}: <span className="send-address">{notice.recipient}</span>
        </p>
      )}
      {notice.diagnostic && <small className="sent-why">{notice.diagnostic}</small>}
      {notice.excerpt && (
        <details>
          <summary>{t.notices.words}</summary>
          <p className="send-body">{notice.excerpt}</p>
        </details>
      )}
      {guess && <p>{t.notices.guess(guess.caseNumber, guess.toAddress)}</p>}
      <div className="send-end">
        {guess && (
          <button
            type="button"
            className="btn btn-primary btn-sm"
            disabled={handle.busy}
            onClick={() => void handle.run(true)}
          >
            {t.notices.assign(guess.caseNumber)}
          </button>
        )}
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={handle.busy}
          onClick={() => void handle.run(false)}
        >
          {t.notices.dismiss}
        </button>
      </div>
      <ProblemMessage problem={handle.problem} />
    </li>
  );
}
