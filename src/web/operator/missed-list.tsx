import { useEffect, useState } from "react";
import { api, type MissedCall } from "../api/desk-api.ts";
import { useDesk } from "../live/desk-context.tsx";
import { sayNumber, sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";

/** Asked again whenever the own state changes (a missed call does) and after a reconnection. */
function useMissed(): MissedCall[] {
  const { listsStale, link } = useDesk().state;
  const [missed, setMissed] = useState<MissedCall[]>([]);
  // These two only say that the list may be old.
  useEffect(() => {
    let here = true;
    api.missedCalls().then(
      ({ items }) => here && setMissed(items),
      // The old list stays until the server is there again.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [listsStale, link]);
  return missed;
}

/** What rang here for nothing today, why, and whether somebody else answered the citizen. Nothing when there is none. */
export function MissedList() {
  const { texts: t, language } = useSpeech();
  const missed = useMissed();
  if (missed.length === 0) return null;
  return (
    <section aria-labelledby="missed-title" className="work-list">
      <h2 id="missed-title">
        {t.desk.missed} <span className="count">{missed.length}</span>
      </h2>
      <ul>
        {missed.map((call) => (
          <li key={call.offerId} className="missed-line">
            <strong>{call.caller ? sayNumber(call.caller) : t.call.anonymous}</strong>
            <span>{sayWhen(call.at, language)}</span>
            <small>
              {t.desk.missedReason[call.reason]} · {t.desk.missedBecame[call.becameOf]}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
