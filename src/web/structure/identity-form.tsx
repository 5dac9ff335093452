import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

/** Who the person is at the agency's identity provider, so that its button at sign-in lets them in. */
export function IdentityForm({ personId }: { personId: string }) {
  const { people: t, common } = useScreenTexts();
  const shared = useTexts();
  const [draft, setDraft, settle] = useKept(`identity.${personId}`, { issuer: "", subject: "" });
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    await screenApi.linkIdentity(personId, { issuer: draft.issuer.trim(), subject: draft.subject.trim() });
    settle(draft);
    setDone(true);
  });
  return (
    <form
      className="screen-part"
      aria-labelledby="person-identity"
      onSubmit={(event) => {
        event.preventDefault();
        setDone(false);
        void save.run();
      }}
    >
      <h3 id="person-identity">{t.identity}</h3>
      <p className="field-hint">{t.identityHint}</p>
      <div className="field-row is-start">
        <TextField
          label={t.issuer}
          type="url"
          required
          maxLength={300}
          value={draft.issuer}
          error={faultOf(save.problem, "issuer")}
          onChange={(event) => setDraft({ ...draft, issuer: event.target.value })}
        />
        <TextField
          label={t.subject}
          required
          maxLength={255}
          value={draft.subject}
          error={faultOf(save.problem, "subject")}
          onChange={(event) => setDraft({ ...draft, subject: event.target.value })}
        />
      </div>
      <div className="button-row">
        <button
          type="submit"
          className="btn btn-outline-primary btn-sm"
          disabled={save.busy || !draft.issuer || !draft.subject}
        >
          {shared.common.save}
          <span className="visually-hidden"> {t.identity}</span>
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}
