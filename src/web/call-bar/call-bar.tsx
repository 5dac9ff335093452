import { mayUse } from "../../people/permissions.ts";
import { useDesk } from "../live/desk-context.tsx";
import { usePhone } from "../phone/phone-context.tsx";
import { usePerson } from "../session/session-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CallControls } from "./call-controls.tsx";
import { RingingRow } from "./ringing-row.tsx";
import { StateChooser } from "./state-chooser.tsx";
import { WrapUpStrip } from "./wrap-up-strip.tsx";

/** Always on top, never a modal: own state, the call, what can be done with it. Only for people who take calls. */
export function CallBar() {
  const t = useTexts();
  const { operator, offer, call } = useDesk().state;
  const person = usePerson();
  const parts = usePhone()?.parts;
  if (!operator || !mayUse(person, "operator.work")) return null;
  const wrapUp = operator.state === "wrap_up" && operator.wrapUpUntil !== null;
  return (
    <section className={`call-bar call-bar-${offer ? "ringing" : operator.state}`} aria-label={t.call.bar}>
      <div className="call-bar-row">
        <StateChooser operator={offer ? { ...operator, state: "ringing" } : operator} />
        {wrapUp ? (
          <WrapUpStrip operator={operator} until={operator.wrapUpUntil ?? ""} />
        ) : call && call.state === "talking" ? (
          <CallControls call={call} />
        ) : (
          !offer && <IdleWords state={operator.state} />
        )}
        {parts && <parts.PhoneCorner />}
      </div>
      {parts && <parts.PhoneNotices />}
      {offer && <RingingRow offer={offer} />}
      <EndedOfferNotice />
    </section>
  );
}

function IdleWords({ state }: { state: string }) {
  const t = useTexts();
  // Rings without an offer: this person has clicked to call.
  if (state === "ringing") return <p className="call-idle">{t.call.liftPhone}</p>;
  return <p className="call-idle">{state === "available" ? t.call.waitingForCalls : t.call.idle}</p>;
}

/** Why the ringing row went away, until it is closed or the next call comes. */
function EndedOfferNotice() {
  const t = useTexts();
  const { state, dispatch } = useDesk();
  if (!state.endedOffer) return null;
  return (
    <div className="ended-offer">
      <p>{t.offerEnded[state.endedOffer.reason]}</p>
      <button type="button" className="link-button" onClick={() => dispatch({ type: "dismiss_ended_offer" })}>
        {t.common.close}
      </button>
    </div>
  );
}
