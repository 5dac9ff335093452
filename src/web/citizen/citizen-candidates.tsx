import type { Citizen, CitizenCandidate, FoundCitizen, Offer } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { Combobox } from "../form/combobox.tsx";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { Icon } from "../shell/icon.tsx";
import { sayNumber } from "../texts/said-dates.ts";
import { type Texts, useTexts } from "../texts/texts.tsx";
import { CaseLines } from "./case-lines.tsx";
import { CitizenForm } from "./citizen-form.tsx";

export function fullName(citizen: { firstName: string | null; lastName: string | null }, t: Texts): string {
  return [citizen.firstName, citizen.lastName].filter(Boolean).join(" ") || t.citizen.noName;
}

type CitizenCandidatesProps = { pop: Offer | null; caller: string | null; onLink: (citizen: Citizen) => void };

/** Nobody linked yet: the people with this number, a search, or a new record. Never chosen by the page itself. */
export function CitizenCandidates({ pop, caller, onLink }: CitizenCandidatesProps) {
  const t = useTexts();
  const [adding, setAdding] = useKept(`citizen-new.${useOpenedCase().snapshot.view.id}`, false);
  const link = useAction(async (id: string) => onLink(await api.citizen(id)));
  const citizens = pop?.citizens ?? [];
  const words = caller !== null ? t.citizen.unknown : pop ? t.citizen.anonymous : null;
  return (
    <section aria-labelledby="candidates-title" className="candidates">
      <h3 id="candidates-title">
        {citizens.length > 1 ? t.citizen.several : citizens.length === 1 ? t.citizen.one : t.citizen.title}
      </h3>
      {citizens.length === 0 && words && <p className="empty-line">{words}</p>}
      <ul className="candidate-list">
        {citizens.map((candidate) => (
          <Candidate
            key={candidate.id}
            candidate={candidate}
            busy={link.busy}
            onChoose={() => void link.run(candidate.id)}
          />
        ))}
      </ul>
      <ProblemMessage problem={link.problem} />
      {adding ? (
        <CitizenForm
          citizen={null}
          caller={caller}
          onSaved={(citizen) => {
            setAdding(false);
            onLink(citizen);
          }}
          onCancel={() => setAdding(false)}
        />
      ) : (
        <>
          <Combobox<FoundCitizen>
            label={t.citizen.searchLabel}
            hideLabel={citizens.length > 0}
            hint={t.citizen.searchLabel}
            search={async (text, signal) => (await api.citizens(text, signal)).items}
            keyOf={({ id }) => id}
            render={(found) => <FoundWords found={found} />}
            onChoose={({ id }) => void link.run(id)}
          />
          <button type="button" className="link-button" onClick={() => setAdding(true)}>
            <Icon name="plus" /> {t.citizen.newRecord}
          </button>
        </>
      )}
    </section>
  );
}

type CandidateProps = { candidate: CitizenCandidate; busy: boolean; onChoose: () => void };

function Candidate({ candidate, busy, onChoose }: CandidateProps) {
  const t = useTexts();
  const name = fullName(candidate, t);
  return (
    <li className="candidate">
      <div className="candidate-top">
        <strong>{name}</strong>
        <button type="button" className="btn btn-outline-primary btn-sm" onClick={onChoose} disabled={busy}>
          {t.citizen.choose}
          <span className="visually-hidden">: {name}</span>
        </button>
      </div>
      {candidate.openCases.length > 0 && (
        <>
          <p className="candidate-open">{t.citizen.openCount(candidate.openCases.length)}</p>
          <CaseLines lines={candidate.openCases} empty="" />
        </>
      )}
    </li>
  );
}

function FoundWords({ found }: { found: FoundCitizen }) {
  const t = useTexts();
  const contacts = found.contacts.map(({ kind, value }) => (kind === "phone" ? sayNumber(value) : value));
  return (
    <span className="service-words">
      <strong>{fullName(found, t)}</strong>
      <small>{contacts.join(" · ")}</small>
    </span>
  );
}
