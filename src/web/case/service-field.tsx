import { useState } from "react";
import type { Service } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { Combobox } from "../form/combobox.tsx";
import { useTexts } from "../texts/texts.tsx";
import { useOpenedCase } from "./draft/use-case.ts";

type Triple = Pick<Service, "id" | "name" | "agencyName" | "departmentName"> & { profile: Service["profile"] | null };

/** The triple agency / department / service as one choice: who knows the service knows the other two (REQ 0). */
export function ServiceField({ disabled }: { disabled: boolean }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const [picked, setPicked] = useState<Service | null>(null);
  const [changing, setChanging] = useState(false);
  const { serviceId } = snapshot.text;
  const stored = snapshot.view.service;
  const shown = [picked, stored].find((triple) => triple?.id === serviceId) ?? null;
  const choose = (service: Service) => {
    setPicked(service);
    setChanging(false);
    draft.edit({ serviceId: service.id });
  };
  if (shown && !changing) return <ChosenService triple={shown} onChange={disabled ? null : () => setChanging(true)} />;
  if (disabled) return null;
  return (
    <Combobox<Service>
      label={t.cases.field.serviceId}
      hint={t.cases.form.serviceHint}
      search={async (text, signal) => (await api.services(text, signal)).items}
      keyOf={(service) => service.id}
      render={(service) => <ServiceWords triple={service} />}
      onChoose={choose}
    />
  );
}

function ChosenService({ triple, onChange }: { triple: Triple; onChange: (() => void) | null }) {
  const t = useTexts();
  return (
    <div className="field">
      <p className="field-label">{t.cases.field.serviceId}</p>
      <div className="chosen-service">
        <ServiceWords triple={triple} />
        {onChange && (
          <button type="button" className="link-button" onClick={onChange}>
            {t.common.change}
            <span className="visually-hidden"> {t.cases.field.serviceId}</span>
          </button>
        )}
      </div>
    </div>
  );
}

export function ServiceWords({ triple }: { triple: Triple }) {
  const t = useTexts();
  return (
    <span className="service-words">
      <strong>{triple.name}</strong>
      <small>
        {triple.agencyName} › {triple.departmentName}
        {triple.profile && ` · ${t.cases.profile[triple.profile]}`}
      </small>
    </span>
  );
}
