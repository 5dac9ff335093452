import type { Citizen, CitizenContact } from "../api/api-types.ts";
import { api, type CitizenBody } from "../api/desk-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { useKept } from "../form/kept-text.ts";
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

type Said = { firstName: string; lastName: string; phone: string; email: string };

function saidBefore(citizen: Citizen | null): Said {
  const declared = (kind: "phone" | "email") =>
    citizen?.contacts.find((contact) => contact.kind === kind && contact.source === "declared")?.value ?? "";
  const { firstName, lastName } = citizen ?? { firstName: null, lastName: null };
  return { firstName: firstName ?? "", lastName: lastName ?? "", phone: declared("phone"), email: declared("email") };
}

/** New record or change of one. What is typed here is declared; the caller's number comes from the network. */
export function CitizenForm({ citizen, caller, onSaved, onCancel }: CitizenFormProps) {
  const t = useTexts();
  const { view } = useOpenedCase().snapshot;
  const of = citizen ? `${citizen.id}.${citizen.version}` : "new";
  const [said, setSaid, settle] = useKept(`citizen.${view.id}.${of}`, saidBefore(citizen));
  const change = (part: Partial<Said>) => setSaid({ ...said, ...part });
  const save = useAction(async () => {
    const body = readBody(said, citizen, caller);
    const saved = citizen ? await api.patchCitizen(citizen.id, citizen.version, body) : await api.newCitizen(body);
    settle(said);
    onSaved(saved);
  });
  const cancel = () => {
    setSaid(saidBefore(citizen));
    onCancel();
  };
  const wrong = (field: string) => (save.problem?.fields.some((path) => path.includes(field)) ? save.problem.it : null);
  return (
    <form
      className="citizen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <div className="field-pair">
        <TextField
          label={t.citizen.firstName}
          value={said.firstName}
          maxLength={80}
          onChange={(event) => change({ firstName: event.target.value })}
        />
        <TextField
          label={t.citizen.lastName}
          value={said.lastName}
          maxLength={80}
          onChange={(event) => change({ lastName: event.target.value })}
        />
      </div>
      <TextField
        label={t.citizen.phone}
        inputMode="tel"
        value={said.phone}
        maxLength={30}
        error={wrong("phone")}
        onChange={(event) => change({ phone: event.target.value })}
      />
      {caller && said.phone !== caller && (
        <button type="button" className="link-button" onClick={() => change({ phone: caller })}>
          {t.citizen.useCaller} ({sayNumber(caller)})
        </button>
      )}
      <TextField
        label={t.citizen.email}
        inputMode="email"
        value={said.email}
        maxLength={254}
        error={wrong("email")}
        onChange={(event) => change({ email: event.target.value })}
      />
      <ProblemMessage problem={save.problem} />
      <div className="form-end">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {t.common.save}
        </button>
        <button type="button" className="btn btn-link btn-sm" onClick={cancel}>
          {t.common.cancel}
        </button>
      </div>
    </form>
  );
}

function readBody(said: Said, citizen: Citizen | null, caller: string | null): CitizenBody {
  const text = (name: keyof Said): string | null => said[name].trim() || null;
  const contacts: CitizenBody["contacts"] = [];
  const add = (kind: CitizenContact["kind"], value: string | null, source: CitizenContact["source"]) => {
    if (value) contacts.push({ kind, value, source });
  };
  add("phone", text("phone"), "declared");
  add("email", text("email"), "declared");
  // What the network said, and addresses that this form does not show, stay as they are.
  const shown = new Set(["phone declared", "email declared"]);
  for (const { kind, value, source } of citizen?.contacts ?? []) {
    if (!shown.has(`${kind} ${source}`)) add(kind, value, source);
  }
  if (!citizen && caller && caller !== text("phone")) add("phone", caller, "network");
  return { firstName: text("firstName"), lastName: text("lastName"), contacts };
}
