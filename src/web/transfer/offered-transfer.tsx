import { useEffect } from "react";
import { useDesk } from "../live/desk-context.tsx";
import { usePerson } from "../session/session-context.tsx";
import { goTo, usePlace } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { sayNumber } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";
import { isLive } from "./transfer-step.ts";

/**
 * Second level: while the phone rings, who calls about which case, and the case itself on screen (REQ 3.4). A case that
 * is open already is not pushed aside: a button brings the new one.
 */
export function OfferedTransfer() {
  const t = useTexts();
  const person = usePerson();
  const { transfer } = useDesk().state;
  const { screen, rest } = usePlace();
  const mine = isLive(transfer) && transfer.target.personId === person.id ? transfer : null;
  const caseId = mine?.caseId ?? null;
  const free = rest.length === 0 && screen === "casi";
  useEffect(() => {
    if (caseId && free) goTo("casi", caseId);
  }, [caseId, free]);
  if (!mine) return null;
  const { caller, operator, state } = mine;
  const { offered } = t.work;
  const words =
    state === "joined"
      ? offered.joined
      : state === "conference"
        ? offered.conference
        : state === "consulting"
          ? offered.talking(operator.name)
          : offered.ringing(operator.name);
  return (
    <section className="offered-transfer" aria-label={offered.title}>
      <p>
        <Icon name="phone" /> <strong>{caller.e164 ? sayNumber(caller.e164) : t.call.anonymous}</strong> {caller.name}
      </p>
      <p role="status">{words}</p>
      {rest[0] !== mine.caseId && (
        <button type="button" className="btn btn-light btn-sm" onClick={() => goTo("casi", mine.caseId)}>
          {offered.openCase} {mine.caseNumber}
        </button>
      )}
    </section>
  );
}
