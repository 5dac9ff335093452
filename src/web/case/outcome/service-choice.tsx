import type { Service } from "../../api/api-types.ts";
import { api } from "../../api/desk-api.ts";
import { Combobox } from "../../form/combobox.tsx";
import { useTexts } from "../../texts/texts.tsx";
import { ServiceWords } from "../service-field.tsx";

/** The rejects desk reassigns by choosing the right triple; its office follows from it (REQ 3.8). */
export function ServiceChoice({ chosen, onChoose }: { chosen: Service | null; onChoose: (service: Service) => void }) {
  const t = useTexts();
  return (
    <div className="field" data-missing={chosen ? undefined : ""}>
      {chosen && (
        <div className="chosen-service">
          <ServiceWords triple={chosen} />
        </div>
      )}
      <Combobox<Service>
        label={t.cases.field.serviceId}
        hint={t.cases.form.serviceHint}
        search={async (text, signal) => (await api.services(text, signal)).items}
        keyOf={(service) => service.id}
        render={(service) => <ServiceWords triple={service} />}
        onChoose={onChoose}
      />
    </div>
  );
}
