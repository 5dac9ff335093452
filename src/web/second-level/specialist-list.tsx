import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";

/** Specialists of the same agency who read the case and add notes until they are dismissed (REQ 3.7). */
export function SpecialistList({ onChanged }: { onChanged: () => void }) {
  const { office: t } = useScreenTexts();
  const { view } = useOpenedCase().snapshot;
  const invited = (view.specialists ?? []).filter(({ endedAt }) => endedAt === null);
  const dismiss = useAction(async (personId: string) => {
    await screenApi.dismissSpecialist(view.id, personId);
    onChanged();
  });
  return (
    <section className="work-part" aria-labelledby="case-specialists">
      <h3 id="case-specialists">{t.specialists}</h3>
      {invited.length === 0 && <p className="empty-line">{t.noSpecialists}</p>}
      <ul className="plain-list">
        {invited.map(({ id, name }) => (
          <li key={id}>
            {name}
            <button type="button" className="link-button" disabled={dismiss.busy} onClick={() => void dismiss.run(id)}>
              {t.dismiss}
              <span className="visually-hidden"> {name}</span>
            </button>
          </li>
        ))}
      </ul>
      <ProblemMessage problem={dismiss.problem} />
      {!view.closedAt && <InviteForm onChanged={onChanged} />}
    </section>
  );
}

function InviteForm({ onChanged }: { onChanged: () => void }) {
  const { office: t, common } = useScreenTexts();
  const { view } = useOpenedCase().snapshot;
  const [chosen, setChosen] = useState("");
  const { value } = useLoaded(`${view.id}/${view.version}`, () => screenApi.specialists(view.id));
  const invite = useAction(async () => {
    await screenApi.inviteSpecialist(view.id, chosen);
    setChosen("");
    onChanged();
  });
  const others = value?.items ?? [];
  if (others.length === 0) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) void invite.run();
      }}
    >
      <div className="field-row">
        <SelectField
          label={t.inviteWhom}
          empty={common.none}
          options={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen}
          onChange={setChosen}
        />
        <div>
          <button type="submit" className="btn btn-outline-primary btn-sm" disabled={invite.busy || !chosen}>
            {t.invite}
          </button>
        </div>
      </div>
      <ProblemMessage problem={invite.problem} />
    </form>
  );
}
