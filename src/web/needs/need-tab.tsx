import "../style/booking.css";
import { useContext, useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import { workApi } from "../api/work-api.ts";
import { CaseContext, type OpenedCase } from "../case/draft/use-case.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { TextArea } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { ListBody, SavedNote } from "../list/two-columns.tsx";
import { useList, useLoaded } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

/** What the knowledge lacks, reported from the case that showed it, and what became of one's reports (REQ 8). */
export function NeedTab() {
  const { booking: t } = useScreenTexts();
  const opened = useContext(CaseContext);
  const [turn, setTurn] = useState(0);
  return (
    <div className="need-tab">
      {opened ? (
        <ReportForm key={opened.snapshot.view.id} opened={opened} onSent={() => setTurn(turn + 1)} />
      ) : (
        <p className="empty">{t.noCase}</p>
      )}
      <MyNeeds turn={turn} />
    </div>
  );
}

function ReportForm({ opened, onSent }: { opened: OpenedCase; onSent: () => void }) {
  const { needs: t } = useScreenTexts();
  const { view } = opened.snapshot;
  const { value } = useLoaded(`${view.id} ${view.version}`, () => workApi.cardsOfCase(view.id));
  const [about, setAbout] = useState("missing");
  const [text, setText] = useKept(`need.${view.id}`, "");
  const [sent, setSent] = useState<number | null>(null);
  const cards = value?.items ?? [];
  const place = view.service?.name ?? view.agencyName;
  const send = useAction(async () => {
    const target =
      about === "missing"
        ? { about, ...(view.serviceId ? { serviceId: view.serviceId } : { agencyId: view.agencyId }) }
        : { about: "card", cardId: about };
    const { number } = await workApi.reportNeed({ ...target, text: text.trim(), caseId: view.id });
    setText("");
    setSent(number ?? null);
    onSent();
  });
  const choices = [
    ...(place ? [{ value: "missing", label: t.missingFor(place) }] : []),
    ...cards.map(({ cardId, title }) => ({ value: cardId, label: t.cardWrong(title) })),
  ];
  const chosen = choices.some(({ value: known }) => known === about) ? about : "";
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen && text.trim()) void send.run();
      }}
    >
      <h3>{t.report}</h3>
      {choices.length === 0 ? (
        <p className="empty-line">{t.chooseService}</p>
      ) : (
        <>
          <SelectField label={t.reportAbout} empty="—" options={choices} value={chosen} onChange={setAbout} />
          <TextArea
            label={t.asks.reported}
            rows={3}
            maxLength={2_000}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setSent(null);
            }}
          />
          <div className="button-row">
            <button
              type="submit"
              className="btn btn-primary btn-sm"
              disabled={send.busy || !chosen || text.trim() === ""}
            >
              {t.send}
            </button>
          </div>
        </>
      )}
      <SavedNote words={sent === null ? null : t.sent(sent)} />
      <ProblemMessage problem={send.problem} />
    </form>
  );
}

function MyNeeds({ turn }: { turn: number }) {
  const { needs: t } = useScreenTexts();
  const { language } = useSpeech();
  const list = useList(`mine ${turn}`, () => screenApi.needs({ mine: "true", limit: 20 }), undefined, "needs");
  return (
    <section className="screen-part" aria-labelledby="my-needs">
      <h3 id="my-needs">{t.mine}</h3>
      <ListBody list={{ ...list, more: null }} empty={t.noneMine}>
        <ul className="plain-list">
          {list.items.map((need) => (
            <li key={need.id}>
              <strong>{need.number}</strong>
              <span className={`state-tag need-${need.state}`}>{t.states[need.state]}</span>
              <small>{sayWhen(need.reportedAt, language)}</small>
              <span>{need.refuseReason ?? need.changeNote ?? need.text}</span>
            </li>
          ))}
        </ul>
      </ListBody>
    </section>
  );
}
