import "../style/send.css";
import { useContext, useState } from "react";
import { mayUse } from "../../people/permissions.ts";
import { CaseContext, type OpenedCase } from "../case/draft/use-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { usePerson } from "../session/session-context.tsx";
import { useSendTexts } from "../texts/send-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { EmailOffer } from "./email-offer.tsx";
import { NoticeBox } from "./notice-box.tsx";
import { SentList } from "./sent-list.tsx";
import { SmsOffer } from "./sms-offer.tsx";
import { useSendings } from "./use-sendings.ts";

/** "Invia": what may be sent on the open case and what was; without a case the box of unmatched notices (REQ 5, 6). */
export function SendTab() {
  const opened = useContext(CaseContext);
  const t = useSendTexts();
  if (opened) return <SendPanel key={opened.snapshot.view.id} opened={opened} />;
  return (
    <>
      <p className="empty">{t.noCase}</p>
      <NoticeBox />
    </>
  );
}

/** Also the office's: second level has the SMS and what was sent, no e-mail (REQ 5.2, 6.1). */
export function SendPanel({ opened }: { opened: OpenedCase }) {
  const t = useSendTexts();
  const texts = useTexts();
  const person = usePerson();
  const { options, sent, problem, again } = useSendings(opened);
  const [said, setSaid] = useState("");
  const mayMail = mayUse(person, "message.email");
  // Its one e-mail is in the list, with what is left to do about it.
  const mailed = sent?.some(({ kind }) => kind === "email") ?? false;
  const told = (words: string) => () => {
    setSaid(words);
    void again();
  };
  return (
    <div className="send-tab">
      <ProblemMessage problem={problem} />
      <p role="status" className={said ? "notice notice-done" : "visually-hidden"}>
        {said}
      </p>
      {!options && !problem && <p className="empty-line">{texts.common.loading}</p>}
      {sent && sent.length > 0 && (
        <SentList
          sent={sent}
          addresses={options?.email.addresses ?? []}
          mayResend={mayMail}
          onSent={told(t.resend.queued)}
        />
      )}
      {options && mayMail && !mailed && (
        <EmailOffer opened={opened} option={options.email} onSent={told(t.email.queued)} />
      )}
      {options && mayUse(person, "message.sms") && (
        <section className="send-part" aria-labelledby="send-sms">
          <h3 id="send-sms">{t.sms.title}</h3>
          {options.sms.texts.map((option) => (
            <SmsOffer
              key={option.text}
              opened={opened}
              option={option}
              consent={options.sms.consent}
              onSent={told(t.sms.queued)}
              onOldText={() => void again()}
            />
          ))}
        </section>
      )}
    </div>
  );
}
