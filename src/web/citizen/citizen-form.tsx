import { type SubmitEvent, useState } from "react";
import type { Citizen, CitizenContact } from "../api/api-types.ts";
import { api, type CitizenBody } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { sayNumber } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";

type CitizenFormProps = {
  citizen: Citizen | null;
  caller: string | null;
  onSaved: (citizen: Citizen) => void;
  onCancel: () => void;
};

/** New record or change of one. What is typed here is declared; the caller's number comes from the network. */
export function CitizenForm({ citizen, caller, onSaved, onCancel }: CitizenFormProps) {
  const t = useTexts();
  const declared = (kind: "phone" | "email") =>
    citizen?.contacts.find((contact) => contact.kind === kind && contact.source === "declared")?.value ?? "";
  const [phone, setPhone] = useState(() => declared("phone"));
  const save = useAction(async (body: CitizenBody) => {
    onSaved(citizen ? await api.patchCitizen(citizen.id, citizen.version, body) : await api.newCitizen(body));
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void save.run(readBody(new FormData(event.currentTarget), phone, citizen, caller));
  };
  const wrong = (field: string) => (save.problem?.fields.some((path) => path.includes(field)) ? save.problem.it : null);
  return (
    <form className="citizen-form" onSubmit={submit}>
      <div className="field-pair">
        <TextField
          label={t.citizen.firstName}
          name="firstName"
          defaultValue={citizen?.firstName ?? ""}
          maxLength={80}
        />
        <TextField label={t.citizen.lastName} name="lastName" defaultValue={citizen?.lastName ?? ""} maxLength={80} />
      </div>
      <TextField
        label={t.citizen.phone}
        inputMode="tel"
        value={phone}
        maxLength={30}
        error={wrong("phone")}
        onChange={(event) => setPhone(event.target.value)}
      />
      {caller && phone !== caller && (
        <button type="button" className="link-button" onClick={() => setPhone(caller)}>
          {t.citizen.useCaller} ({sayNumber(caller)})
        </button>
      )}
      <TextField
        label={t.citizen.email}
        name="email"
        inputMode="email"
        defaultValue={declared("email")}
        maxLength={254}
        error={wrong("email")}
      />
      <ProblemMessage problem={save.problem} />
      <div className="form-end">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {t.common.save}
        </button>
        <button type="button" className="btn btn-link btn-sm" onClick={onCancel}>
          {t.common.cancel}
        </button>
      </div>
    </form>
  );
}

function readBody(data: FormData, phone: string, citizen: Citizen | null, caller: string | null): CitizenBody {
  const text = (name: string): string | null => String(data.get(name) ?? "").trim() || null;
  const contacts: CitizenBody["contacts"] = [];
  const add = (kind: CitizenContact["kind"], value: string | null, source: CitizenContact["source"]) => {
    if (value) contacts.push({ kind, value, source });
  };
  add("phone", phone.trim() || null, "declared");
  add("email", text("email"), "declared");
  // What the network said, and addresses that this form does not show, stay as they are.
  const shown = new Set(["phone declared", "email declared"]);
  for (const { kind, value, source } of citizen?.contacts ?? []) {
    if (!shown.has(`${kind} ${source}`)) add(kind, value, source);
  }
  if (!citizen && caller && caller !== phone.trim()) add("phone", caller, "network");
  return { firstName: text("firstName"), lastName: text("lastName"), contacts };
}
