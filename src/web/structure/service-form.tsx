import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { ServiceSettings } from "../api/screen-types.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

type ServiceFormProps = { service: ServiceSettings; onSaved: (service: ServiceSettings) => void };
type Draft = Pick<
  ServiceSettings,
  "name" | "profile" | "acceptsInformation" | "acceptsComplaints" | "hasAgenda" | "contactBackReasons"
> & { minFailedAttempts: string };

/** Reasons of the quadruple that second level resolves: only these can be told in a contact back (REQ 2, 4). */
const quadrupleReasons = ["information", "complaint"] as const;

function draftOf(service: ServiceSettings): Draft {
  const { name, profile, acceptsInformation, acceptsComplaints, hasAgenda, contactBackReasons } = service;
  const switches = { acceptsInformation, acceptsComplaints, hasAgenda, contactBackReasons };
  return { name, profile, ...switches, minFailedAttempts: String(service.minFailedAttempts) };
}

/** Profile and switches of a service, and the contact back of each of its quadruples (REQ 0, 3.2, 4.2). */
export function ServiceForm({ service, onSaved }: ServiceFormProps) {
  const { services: t, common } = useScreenTexts();
  const shared = useTexts();
  const [draft, setDraft, settle] = useKept(`service.${service.id}.${service.version}`, draftOf(service));
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    const body = { ...draft, name: draft.name.trim(), minFailedAttempts: Number(draft.minFailedAttempts) };
    const saved = await screenApi.patchService(service.id, service.version, body);
    settle(draftOf(saved));
    onSaved(saved);
    setDone(true);
  });
  const change = (part: Partial<Draft>) => {
    setDone(false);
    setDraft({ ...draft, ...part });
  };
  // A base service has none of what only second level gives (source 3.2).
  const toProfile = (profile: string) =>
    change(
      profile === "base"
        ? { profile, acceptsInformation: false, acceptsComplaints: false, hasAgenda: false, contactBackReasons: [] }
        : { profile: "advanced" },
    );
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <div>
        <h2>{service.name}</h2>
        <p className="empty-line">
          {service.agencyName} › {service.departmentName} · {t.office}: {service.officeName}
        </p>
      </div>
      <div className="field-row">
        <TextField
          label={t.name}
          required
          maxLength={200}
          value={draft.name}
          error={faultOf(save.problem, "name")}
          onChange={(event) => change({ name: event.target.value })}
        />
        <SelectField
          label={t.profile}
          options={[
            { value: "base", label: shared.cases.profile.base },
            { value: "advanced", label: shared.cases.profile.advanced },
          ]}
          value={draft.profile}
          onChange={toProfile}
        />
      </div>
      <ServiceSwitches draft={draft} onChange={change} />
      <div className="field-row">
        <TextField
          label={t.minFailedAttempts}
          type="number"
          min={1}
          max={10}
          hint={t.minFailedHint}
          value={draft.minFailedAttempts}
          error={faultOf(save.problem, "minFailedAttempts")}
          onChange={(event) => change({ minFailedAttempts: event.target.value })}
        />
      </div>
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {shared.common.save}
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}

function ServiceSwitches({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const { services: t } = useScreenTexts();
  const { cases } = useTexts();
  const base = draft.profile === "base";
  const contactBack = (reason: string, on: boolean) =>
    onChange({
      contactBackReasons: on
        ? [...draft.contactBackReasons, reason]
        : draft.contactBackReasons.filter((one) => one !== reason),
    });
  return (
    <>
      {base && <p className="notice">{t.baseHint}</p>}
      <fieldset className="check-list">
        <legend className="field-label">{t.accepts}</legend>
        {(["acceptsInformation", "acceptsComplaints", "hasAgenda"] as const).map((field) => (
          <CheckField
            key={field}
            label={t.switches[field]}
            checked={draft[field]}
            disabled={base}
            onChange={(on) => onChange({ [field]: on })}
          />
        ))}
      </fieldset>
      <fieldset className="check-list">
        <legend className="field-label">{t.contactBack}</legend>
        {quadrupleReasons.map((reason) => (
          <CheckField
            key={reason}
            label={cases.reason[reason]}
            checked={draft.contactBackReasons.includes(reason)}
            disabled={base}
            onChange={(on) => contactBack(reason, on)}
          />
        ))}
      </fieldset>
    </>
  );
}
