import { useId } from "react";
import type { ContactReason } from "../../cases/case.ts";
import { useTexts } from "../texts/texts.tsx";
import { BlockedList } from "./blocked-list.tsx";
import { useOpenedCase } from "./draft/use-case.ts";

/** In the order of how often people ring for it, not of the source's list. */
const shownOrder: readonly ContactReason[] = [
  "information",
  "issue_report",
  "grievance",
  "complaint",
  "booking",
  "reminder",
  "case_status",
  "update_notice",
];

/** Contact reason: only what is legal for the service is offered; the rest stands below with its reason (REQ 2). */
export function ReasonField({ disabled }: { disabled: boolean }) {
  const t = useTexts();
  const name = useId();
  const { draft, snapshot, legal } = useOpenedCase();
  const { reason, serviceId } = snapshot.text;
  const refusalOf = (wanted: ContactReason) => legal?.reasons.find((entry) => entry.reason === wanted)?.refusal ?? null;
  // Without a service nothing is known yet: all are offered, the service then says which stay.
  const known = serviceId !== null && legal !== null;
  const free = (wanted: ContactReason) => !disabled && (!known || refusalOf(wanted) === null);
  const offered = shownOrder.filter((wanted) => wanted === reason || free(wanted));
  const blocked = shownOrder.flatMap((wanted) => {
    const refusal = known && !disabled ? refusalOf(wanted) : null;
    return refusal ? [{ key: wanted, name: t.cases.reason[wanted], refusal }] : [];
  });
  return (
    <fieldset className="pill-row reason-field" disabled={disabled}>
      <legend className="field-label">{t.cases.form.reasonLegend}</legend>
      {offered.map((wanted) => (
        <label key={wanted} className="pill">
          <input type="radio" name={name} checked={reason === wanted} onChange={() => draft.edit({ reason: wanted })} />
          <span>{t.cases.reason[wanted]}</span>
        </label>
      ))}
      <BlockedList title={t.cases.form.blockedReasons(blocked.length)} blocked={blocked} />
    </fieldset>
  );
}
