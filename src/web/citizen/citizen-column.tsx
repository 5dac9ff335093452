import { useCallback, useEffect, useState } from "react";
import type { CaseLine, Citizen, Offer } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { sayNumber } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";
import { CaseActions } from "./case-actions.tsx";
import { CaseByNumber } from "./case-by-number.tsx";
import { CaseLines } from "./case-lines.tsx";
import { CitizenCandidates } from "./citizen-candidates.tsx";
import { CitizenRecord } from "./citizen-record.tsx";
import { DialButton } from "./dial-button.tsx";

/** The record linked to the case, read again whenever the link changes. */
function useLinkedCitizen(citizenId: string | null) {
  const [citizen, setCitizen] = useState<Citizen | null>(null);
  const [cases, setCases] = useState<CaseLine[]>([]);
  const read = useCallback(() => {
    if (!citizenId) {
      setCitizen(null);
      setCases([]);
      return;
    }
    // Away for a moment: the column stays as it is, the case form does not depend on it.
    const keep = () => undefined;
    void api.citizen(citizenId).then(setCitizen, keep);
    void api.casesOfCitizen(citizenId).then(({ items }) => setCases(items), keep);
  }, [citizenId]);
  useEffect(read, [read]);
  return { citizen: citizen?.id === citizenId ? citizen : null, cases, setCitizen };
}

/** Who is calling and what there is already: candidates first, then their open cases, then recent ones. */
export function CitizenColumn({ pop }: { pop: Offer | null }) {
  const t = useTexts();
  const { snapshot, draft } = useOpenedCase();
  const { citizenId } = snapshot.text;
  const caller = pop
    ? pop.caller.e164
    : (snapshot.view.contacts.find(({ callerE164 }) => callerE164)?.callerE164 ?? null);
  const { citizen, cases, setCitizen } = useLinkedCitizen(citizenId);
  const others = cases.filter(({ id }) => id !== snapshot.view.id);
  const open = citizenId ? others.filter(({ closedAt }) => !closedAt) : [];
  const recent = citizenId ? others.filter(({ closedAt }) => closedAt) : (pop?.recentCases ?? []);
  const link = (linked: Citizen) => {
    setCitizen(linked);
    draft.edit({ citizenId: linked.id });
  };
  const actions = (line: CaseLine) => <CaseActions line={line} />;
  return (
    <>
      <CallerLine pop={pop} caller={caller} />
      {caller && <NumberConfirmed />}
      {citizenId ? (
        <CitizenRecord citizen={citizen} caller={caller} onSaved={setCitizen} />
      ) : (
        <CitizenCandidates pop={pop} caller={caller} onLink={link} />
      )}
      {citizenId && (
        <section aria-labelledby="open-cases-title" className="case-lines-block">
          <h3 id="open-cases-title">{t.citizen.openCases}</h3>
          <CaseLines lines={open} empty={t.citizen.noOpen} actions={actions} />
        </section>
      )}
      <section aria-labelledby="recent-cases-title" className="case-lines-block">
        <h3 id="recent-cases-title">{t.citizen.recentCases}</h3>
        <CaseLines lines={recent} empty={t.citizen.noRecent} actions={actions} />
      </section>
      <CaseByNumber />
    </>
  );
}

/** A caller's number counts as contact data only once the citizen has said that it is theirs (REQ 2). */
function NumberConfirmed() {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  return (
    <label className="check-row">
      <input
        type="checkbox"
        checked={snapshot.text.phoneConfirmed}
        disabled={!snapshot.view.editable.includes("phoneConfirmed")}
        onChange={(event) => draft.edit({ phoneConfirmed: event.target.checked })}
      />
      <span>{t.citizen.phoneConfirmed}</span>
    </label>
  );
}

function CallerLine({ pop, caller }: { pop: Offer | null; caller: string | null }) {
  const t = useTexts();
  if (!pop && !caller) return null;
  return (
    <div className="caller-line">
      <p className="caller-number">{caller ? sayNumber(caller) : t.call.anonymous}</p>
      {caller && <DialButton number={caller} />}
      {pop && (
        <p className="caller-facts">
          {[t.call.language[pop.language], ...pop.choices.map(({ label, key }) => label || key)].join(" › ")}
        </p>
      )}
    </div>
  );
}
