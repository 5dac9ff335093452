import type { Citizen } from "../api/api-types.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { useKept } from "../form/kept-text.ts";
import { Icon } from "../shell/icon.tsx";
import { sayNumber } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";
import { fullName } from "./citizen-candidates.tsx";
import { CitizenForm } from "./citizen-form.tsx";
import { DialButton } from "./dial-button.tsx";

type CitizenRecordProps = { citizen: Citizen | null; caller: string | null; onSaved: (citizen: Citizen) => void };

/** The record linked to the case; what was declared is told apart from what the network said (REQ 2). */
export function CitizenRecord({ citizen, caller, onSaved }: CitizenRecordProps) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const [editing, setEditing] = useKept(`citizen-edit.${snapshot.view.id}`, false);
  if (!citizen) return <p className="empty-line">{t.common.loading}</p>;
  const saved = (next: Citizen) => {
    onSaved(next);
    setEditing(false);
    // Names and numbers decide what is legal: the case is asked again.
    void draft.refresh();
  };
  const closed = snapshot.view.closedAt !== null;
  return (
    <section className="citizen-record" aria-labelledby="citizen-name">
      <div className="candidate-top">
        <h3 id="citizen-name">
          <Icon name="user" /> {fullName(citizen, t)}
        </h3>
        {!closed && (
          <button type="button" className="link-button" onClick={() => draft.edit({ citizenId: null })}>
            {t.citizen.unlink}
          </button>
        )}
      </div>
      {editing ? (
        <CitizenForm citizen={citizen} caller={caller} onSaved={saved} onCancel={() => setEditing(false)} />
      ) : (
        <>
          <ul className="contact-list">
            {citizen.contacts.map((contact) => (
              <li key={`${contact.kind} ${contact.value}`}>
                <span>{contact.kind === "phone" ? sayNumber(contact.value) : contact.value}</span>
                <small className={`source source-${contact.source}`}>{t.citizen[contact.source]}</small>
                {contact.kind === "phone" && <DialButton number={contact.value} />}
              </li>
            ))}
          </ul>
          {!closed && (
            <button type="button" className="link-button" onClick={() => setEditing(true)}>
              {t.citizen.edit}
            </button>
          )}
        </>
      )}
    </section>
  );
}
