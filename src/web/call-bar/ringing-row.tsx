import type { Offer } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { usePhone } from "../phone/phone-context.tsx";
import { Elapsed } from "../shell/clock-display.tsx";
import { Icon } from "../shell/icon.tsx";
import { useDeskKey } from "../shell/keyboard.tsx";
import { sayDuration, sayNumber } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";

/**
 * The call that rings. Nothing here takes the focus: it is answered on the phone, by F2 or by the button, which is
 * there only where the page can really answer (seat that answers by itself, or the phone in the page).
 */
export function RingingRow({ offer }: { offer: Offer }) {
  const t = useTexts();
  const phone = usePhone();
  const answer = useAction(async () => {
    if (phone) phone.answer(offer.callId);
    else await api.command(offer.callId, "answer");
  });
  const canAnswer = offer.autoAnswer || phone !== null;
  useDeskKey("answer", canAnswer ? () => void answer.run() : null);
  return (
    <div className="ringing-row">
      <div className="ringing-who">
        <span className="ringing-bell">
          <Icon name="phone" />
        </span>
        <p>
          <span className="ringing-title">{t.call.incoming}</span>
          <strong className="ringing-number">
            {offer.caller.e164 ? sayNumber(offer.caller.e164) : t.call.anonymous}
          </strong>
        </p>
      </div>
      <RingingFacts offer={offer} />
      <div className="ringing-answer">
        {canAnswer ? (
          <button type="button" className="answer-button" onClick={() => void answer.run()} aria-keyshortcuts="F2">
            <Icon name="phone" /> {t.call.answer} <kbd>F2</kbd>
          </button>
        ) : (
          <p className="answer-on-phone">
            <Icon name="phone" /> {t.call.answerOnPhone}
          </p>
        )}
        <ProblemMessage problem={answer.problem} />
      </div>
    </div>
  );
}

function RingingFacts({ offer }: { offer: Offer }) {
  const t = useTexts();
  const [first, ...others] = offer.citizens;
  const name = first ? [first.firstName, first.lastName].filter(Boolean).join(" ") || t.citizen.noName : null;
  return (
    <dl className="ringing-facts">
      <div className="fact-wide">
        <dt>{t.citizen.title}</dt>
        <dd>
          {name ?? offer.caller.name ?? t.citizen.unknown}
          {others.length > 0 && <span className="fact-more"> +{others.length}</span>}
        </dd>
      </div>
      <div>
        <dt>{t.call.waited}</dt>
        <dd className="timer">{sayDuration(offer.waitMs / 1_000)}</dd>
      </div>
      <div>
        <dt>{t.call.ringingFor}</dt>
        <dd>
          <Elapsed since={offer.offeredAt} />
        </dd>
      </div>
      <div>
        <dt>{t.common.language}</dt>
        <dd>{t.call.language[offer.language]}</dd>
      </div>
      {offer.choices.length > 0 && (
        <div className="fact-wide">
          <dt>{t.call.choices}</dt>
          <dd>{offer.choices.map(({ label, key }) => label || key).join(" › ")}</dd>
        </div>
      )}
    </dl>
  );
}
