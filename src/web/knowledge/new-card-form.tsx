import { useState } from "react";
import type { Service } from "../api/api-types.ts";
import { screenApi } from "../api/screen-api.ts";
import { ServiceChoice } from "../case/outcome/service-choice.tsx";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { goTo } from "../shell/hash-router.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";

const nothing: { service: Service | null; title: string } = { service: null, title: "" };

/** A card begins with its service and its title; the rest is written in the editor. */
export function NewCardForm({ onSaved }: { onSaved: () => void }) {
  const { knowledge: t } = useScreenTexts();
  const [draft, setDraft, settle] = useKept("card.new", nothing);
  const { service, title } = draft;
  const [missing, setMissing] = useState(false);
  const save = useAction(async (serviceId: string) => {
    const made = await screenApi.newCard({ serviceId, title: title.trim() });
    settle(nothing);
    onSaved();
    goTo("schede", made.id);
  });
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(!service);
        if (service) void save.run(service.id);
      }}
    >
      <h2>{t.newCard}</h2>
      <ServiceChoice chosen={service} onChoose={(chosen) => setDraft({ ...draft, service: chosen })} />
      {missing && !service && (
        <p className="field-error" role="alert">
          {t.serviceMissing}
        </p>
      )}
      <TextField
        label={t.fields.title}
        required
        maxLength={200}
        value={title}
        error={save.problem?.fields.includes("title") ? save.problem.it : null}
        onChange={(event) => setDraft({ ...draft, title: event.target.value })}
      />
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {t.save}
        </button>
      </div>
      <ProblemMessage problem={save.problem} />
    </form>
  );
}
