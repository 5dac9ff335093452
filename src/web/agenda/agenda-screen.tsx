import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { Agenda } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField } from "../form/select-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList, useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { goTo, hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { AgendaForm } from "./agenda-form.tsx";
import { ExpectedBookings } from "./expected-bookings.tsx";

/** Agendas of the referent's agency: list, then one with its week, exceptions, quotas and who comes. */
export function AgendaScreen({ agendaId }: { agendaId: string | null }) {
  const { agenda: t } = useScreenTexts();
  const person = usePerson();
  const agency = person.roles.find(({ role }) => role === "agency_referent")?.agencyId ?? undefined;
  const [disabled, setDisabled] = useState(false);
  const read = (cursor: string | null) => screenApi.agendas({ agency, disabled: disabled ? 1 : 0, cursor });
  const list = useList(`agendas ${disabled}`, read, undefined, "agendas");
  return (
    <TwoColumns
      title={t.title}
      chosen={agendaId !== null}
      rightLabel={t.one}
      left={
        <>
          <div className="button-row">
            <button type="button" className="btn btn-primary btn-sm" onClick={() => goTo("agende", "nuova")}>
              <Icon name="plus" /> {t.newAgenda}
            </button>
            <CheckField label={t.withDisabled} checked={disabled} onChange={setDisabled} />
          </div>
          <ListBody list={list} empty={t.none}>
            <AgendaLines agendas={list.items} shownId={agendaId} />
          </ListBody>
        </>
      }
      right={<RightSide key={agendaId} agendaId={agendaId} agency={agency} onSaved={list.again} />}
    />
  );
}

function AgendaLines({ agendas, shownId }: { agendas: Agenda[]; shownId: string | null }) {
  const { agenda: t } = useScreenTexts();
  return (
    <ul className="inbox-list">
      {agendas.map((agenda) => (
        <li key={agenda.id}>
          <a href={hashOf("agende", agenda.id)} aria-current={agenda.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{agenda.name}</strong>
              {agenda.disabled && <span className="state-tag">{t.off}</span>}
            </span>
            <span className="inbox-line-request">{agenda.serviceName}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

type RightSideProps = { agendaId: string | null; agency: string | undefined; onSaved: () => void };

function RightSide({ agendaId, agency, onSaved }: RightSideProps) {
  const { agenda: t } = useScreenTexts();
  if (agendaId === null) return <p className="empty">{t.choose}</p>;
  if (agendaId !== "nuova") return <OneAgenda agendaId={agendaId} agency={agency} onSaved={onSaved} />;
  const made = (agenda: Agenda) => {
    onSaved();
    goTo("agende", agenda.id);
  };
  return <AgendaForm agenda={null} agency={agency} onSaved={made} />;
}

function OneAgenda({ agendaId, agency, onSaved }: RightSideProps & { agendaId: string }) {
  const t = useTexts();
  const { value, problem, set } = useLoaded(agendaId, () => screenApi.agenda(agendaId));
  if (!value) return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{t.common.loading}</p>;
  const saved = (agenda: Agenda) => {
    set(agenda);
    onSaved();
  };
  return (
    <>
      <AgendaForm agenda={value} agency={agency} onSaved={saved} />
      <ExpectedBookings agenda={value} />
    </>
  );
}
