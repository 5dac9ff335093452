import { useState } from "react";
import type { Problem } from "../api/api-problem.ts";
import { screenApi } from "../api/screen-api.ts";
import type { Agenda } from "../api/screen-types.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField, SelectField } from "../form/select-field.tsx";
import { TextArea, TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { ExceptionDays } from "../hours/exception-days.tsx";
import { WeekHours } from "../hours/week-hours.tsx";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { type AgendaDraft, agendaBody, agendaDraftOf, agendaNumbers, newAgenda } from "./agenda-draft.ts";

type AgendaFormProps = { agenda: Agenda | null; agency: string | undefined; onSaved: (agenda: Agenda) => void };

/** When the places of a service can be booked: week, exceptions, quotas (REQ 9). */
export function AgendaForm({ agenda, agency, onSaved }: AgendaFormProps) {
  const { agenda: t, common } = useScreenTexts();
  const shared = useTexts();
  const place = agenda ? `agenda.${agenda.id}.${agenda.version}` : "agenda.new";
  const [draft, setDraft, settle] = useKept<AgendaDraft>(place, agenda ? agendaDraftOf(agenda) : newAgenda);
  const [serviceId, setServiceId] = useState("");
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    const body = agendaBody(draft, agenda === null);
    const saved = agenda
      ? await screenApi.patchAgenda(agenda.id, agenda.version, body)
      : await screenApi.newAgenda({ ...body, serviceId });
    settle(agendaDraftOf(saved));
    onSaved(saved);
    setDone(true);
  });
  const change = (part: Partial<AgendaDraft>) => {
    setDone(false);
    setDraft({ ...draft, ...part });
  };
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <div className="screen-head">
        <h2>{agenda ? agenda.name : t.newAgenda}</h2>
        {agenda && <span>{agenda.serviceName}</span>}
      </div>
      {!agenda && <ServiceOfAgenda agency={agency} chosen={serviceId} onChange={setServiceId} />}
      <AgendaFields draft={draft} problem={save.problem} onChange={change} />
      {agenda && (
        <CheckField label={t.disabled} checked={draft.disabled} onChange={(disabled) => change({ disabled })} />
      )}
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy || (!agenda && !serviceId)}>
          {shared.common.save}
        </button>
        {!agenda && !serviceId && <span className="field-hint">{t.serviceFirst}</span>}
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}

type ServiceOfAgendaProps = { agency: string | undefined; chosen: string; onChange: (id: string) => void };

/** Only services that take bookings. */
function ServiceOfAgenda({ agency, chosen, onChange }: ServiceOfAgendaProps) {
  const { agenda: t } = useScreenTexts();
  const { value, problem } = useLoaded(`services ${agency}`, () => screenApi.allServices(agency));
  const services = (value ?? []).filter(({ hasAgenda }) => hasAgenda);
  return (
    <>
      <SelectField
        label={t.service}
        empty="—"
        options={services.map(({ id, name, departmentName }) => ({ value: id, label: `${departmentName} › ${name}` }))}
        value={chosen}
        onChange={onChange}
      />
      {value && services.length === 0 && <p className="field-hint">{t.noService}</p>}
      <ProblemMessage problem={problem} />
    </>
  );
}

type AgendaFieldsProps = {
  draft: AgendaDraft;
  problem: Problem | null;
  onChange: (part: Partial<AgendaDraft>) => void;
};

function AgendaFields({ draft, problem, onChange }: AgendaFieldsProps) {
  const { agenda: t, hours } = useScreenTexts();
  return (
    <>
      <div className="field-row">
        <TextField
          label={t.name}
          required
          maxLength={200}
          value={draft.name}
          error={faultOf(problem, "name")}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <TextField
          label={t.place}
          maxLength={300}
          value={draft.place}
          error={faultOf(problem, "place")}
          onChange={(event) => onChange({ place: event.target.value })}
        />
      </div>
      <TextArea
        label={t.bring}
        rows={1}
        maxLength={1_000}
        value={draft.bring}
        error={faultOf(problem, "bring")}
        onChange={(event) => onChange({ bring: event.target.value })}
      />
      <div className="field-row is-start">
        {agendaNumbers.map((field) => (
          <TextField
            key={field}
            label={t.numbers[field]}
            type="number"
            min={0}
            value={draft[field]}
            hint={field === "dayQuota" || field === "weekQuota" ? t.noQuota : undefined}
            error={faultOf(problem, field)}
            onChange={(event) => onChange({ [field]: event.target.value })}
          />
        ))}
      </div>
      <WeekHours
        hours={draft.hours}
        withPlaces
        error={faultOf(problem, "hours")}
        onChange={(lines) => onChange({ hours: lines })}
      />
      <div className="field-row">
        <CheckField
          label={hours.italianHolidays}
          checked={draft.italianHolidays}
          onChange={(italianHolidays) => onChange({ italianHolidays })}
        />
        <TextField
          label={hours.localHolidays}
          value={draft.localHolidays}
          error={faultOf(problem, "localHolidays")}
          onChange={(event) => onChange({ localHolidays: event.target.value })}
        />
      </div>
      <ExceptionDays
        exceptions={draft.exceptions}
        withPlaces
        error={faultOf(problem, "exceptions")}
        onChange={(exceptions) => onChange({ exceptions })}
      />
    </>
  );
}
