import { screenApi } from "../api/screen-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TwoColumns } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { hashOf } from "../shell/hash-router.ts";
import { sayNumber } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { OfficeAbsences } from "./office-absences.tsx";
import { OfficeHours } from "./office-hours.tsx";

/** Second-level offices: who works there, when, and who is away (REQ 3.3). */
export function OfficesScreen({ officeId }: { officeId: string | null }) {
  const { offices: t } = useScreenTexts();
  const shared = useTexts();
  const person = usePerson();
  const agency = person.roles.find(({ role }) => role === "agency_referent")?.agencyId;
  const { value, problem } = useLoaded("offices", () => screenApi.offices(), "organisation");
  const offices = (value ?? []).filter(({ agencyId }) => !agency || agencyId === agency);
  return (
    <TwoColumns
      title={t.title}
      chosen={officeId !== null}
      rightLabel={t.one}
      left={
        <>
          <ProblemMessage problem={problem} />
          {!value && !problem && <p className="empty-line">{shared.common.loading}</p>}
          <ul className="inbox-list">
            {offices.map((office) => (
              <li key={office.id}>
                <a href={hashOf("uffici", office.id)} aria-current={office.id === officeId ? "true" : undefined}>
                  <span className="inbox-line-top">
                    <strong>{office.name}</strong>
                  </span>
                  <span className="inbox-line-end">
                    <small>{office.agencyName}</small>
                    <small>{t.counts(office.people, office.services)}</small>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      }
      right={officeId ? <OneOffice key={officeId} officeId={officeId} /> : <p className="empty">{t.choose}</p>}
    />
  );
}

function OneOffice({ officeId }: { officeId: string }) {
  const { offices: t } = useScreenTexts();
  const shared = useTexts();
  const { value: office, problem, again } = useLoaded(officeId, () => screenApi.office(officeId), "organisation");
  if (!office) {
    return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{shared.common.loading}</p>;
  }
  return (
    <>
      <div className="screen-head">
        <h2>{office.name}</h2>
        <span>{[office.phone && sayNumber(office.phone), office.email].filter(Boolean).join(" · ")}</span>
      </div>
      <section className="screen-part" aria-labelledby="office-people">
        <h3 id="office-people">{t.people}</h3>
        {office.members.length === 0 && <p className="empty-line">{t.nobody}</p>}
        <ul className="plain-list">
          {office.members.map(({ id, displayName, login }) => (
            <li key={id}>
              {displayName} <small>{login}</small>
            </li>
          ))}
        </ul>
      </section>
      <OfficeAbsences office={office} onChanged={() => void again()} />
      <OfficeHours office={office} onSaved={() => void again()} />
    </>
  );
}
