import { mayUse } from "../../people/permissions.ts";
import { screenApi } from "../api/screen-api.ts";
import type { NeedDetail } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { hashOf } from "../shell/hash-router.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { NeedMoveForm } from "./need-move-form.tsx";

type NeedWorkProps = { needId: string; onChanged: () => void };

/** One need: what is missing, what this person may do next, its way so far. */
export function NeedWork({ needId, onChanged }: NeedWorkProps) {
  const { needs: t } = useScreenTexts();
  const shared = useTexts();
  const { value: need, problem, again } = useLoaded(needId, () => screenApi.need(needId));
  if (!need) {
    return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{shared.common.loading}</p>;
  }
  const moved = () => {
    void again();
    onChanged();
  };
  return (
    <>
      <div className="screen-head">
        <h2>{t.numbered(need.number)}</h2>
        <span className={`state-tag need-${need.state}`}>{t.states[need.state]}</span>
      </div>
      <NeedFacts need={need} />
      {need.next.length > 0 ? (
        <NeedMoveForm key={need.version} need={need} onMoved={moved} />
      ) : (
        <p className="notice">{t.nothingToDo}</p>
      )}
      <NeedHistory need={need} />
    </>
  );
}

function NeedFacts({ need }: { need: NeedDetail }) {
  const { needs: t } = useScreenTexts();
  const { texts, language } = useSpeech();
  const person = usePerson();
  const facts: [string, string | null][] = [
    [t.text, need.text || null],
    [t.fields.where, [need.agencyName, need.serviceName].filter(Boolean).join(" › ")],
    [t.fields.reportedBy, `${need.reportedBy ?? "—"}, ${sayWhen(need.reportedAt, language)}`],
    [t.fields.case, need.caseNumber === null ? null : texts.desk.caseNumber(need.caseNumber)],
    [t.fields.refused, need.refuseReason],
    [t.fields.merged, need.mergedInto && t.numbered(need.mergedInto.number)],
    [t.fields.changed, need.changeNote],
  ];
  return (
    <dl className="case-facts need-facts">
      <div>
        <dt>{t.fields.about}</dt>
        <dd>
          {t.about[need.about]}
          {need.cardTitle && ": "}
          {need.cardId && mayUse(person, "card.edit") ? (
            <a href={hashOf("schede", need.cardId)}>{need.cardTitle}</a>
          ) : (
            need.cardTitle
          )}
        </dd>
      </div>
      {facts.map(
        ([name, words]) =>
          words && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{words}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function NeedHistory({ need }: { need: NeedDetail }) {
  const { needs: t } = useScreenTexts();
  const { language } = useSpeech();
  return (
    <section className="screen-part" aria-labelledby="need-history">
      <h2 id="need-history">{t.history}</h2>
      <ul className="plain-list">
        {need.history.map((line) => (
          <li key={line.seq}>
            <time dateTime={line.at}>{sayWhen(line.at, language)}</time>
            <span>{line.personName ?? line.actor}</span>
            <span className={`state-tag need-${line.toState}`}>{t.states[line.toState]}</span>
            <small>{line.note}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
