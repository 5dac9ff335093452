import { mayUse } from "../../people/permissions.ts";
import { screenApi } from "../api/screen-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { CaseLines } from "../citizen/case-lines.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { usePerson } from "../session/session-context.tsx";
import { sayNumber, sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { ContactAttempts } from "./contact-attempts.tsx";
import { SpecialistList } from "./specialist-list.tsx";

/** What belongs to a case in an office's hands beside its form: citizen, family, attempts, specialists. */
export function CaseWork({ onChanged }: { onChanged: () => void }) {
  const person = usePerson();
  const { view } = useOpenedCase().snapshot;
  return (
    <>
      <CitizenFacts />
      {(view.family ?? []).some(({ id }) => id !== view.id) && <Family />}
      <ContactAttempts onChanged={onChanged} />
      {mayUse(person, "case.specialist") && <SpecialistList onChanged={onChanged} />}
    </>
  );
}

function CitizenFacts() {
  const { office: t } = useScreenTexts();
  const shared = useTexts();
  const { citizen } = useOpenedCase().snapshot.view;
  const name = [citizen?.firstName, citizen?.lastName].filter(Boolean).join(" ");
  return (
    <section className="work-part" aria-labelledby="case-citizen">
      <h3 id="case-citizen">{t.citizen}</h3>
      {!citizen && <p className="empty-line">{t.noCitizen}</p>}
      {citizen && (
        <ul className="plain-list">
          <li>
            <strong>{name || shared.citizen.noName}</strong>
          </li>
          {citizen.contacts.map(({ kind, value, source }) => (
            <li key={kind + value}>
              {kind === "phone" ? sayNumber(value) : value}
              <small>{source === "network" ? shared.citizen.network : shared.citizen.declared}</small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Family() {
  const { office: t } = useScreenTexts();
  const { view } = useOpenedCase().snapshot;
  return (
    <section className="work-part" aria-labelledby="case-family">
      <h3 id="case-family">{t.family}</h3>
      <CaseLines lines={view.family.filter(({ id }) => id !== view.id)} empty="" />
    </section>
  );
}

/** Above the form: why it was rejected, and the citizen's wish to drop it (REQ 2). */
export function CaseWarnings({ onChanged }: { onChanged: () => void }) {
  const t = useTexts();
  const own = useScreenTexts();
  const { view } = useOpenedCase().snapshot;
  const causes: Record<string, string> = t.cases.rejectCause;
  return (
    <>
      {view.status === "rejected" && (
        <div className="notice notice-danger">
          <p>
            {own.rejects.cause}: <strong>{causes[view.rejectCause ?? ""] ?? "—"}</strong>
            {view.officeName && ` · ${view.officeName}`}
            <br />
            {own.rejects.hint}
          </p>
        </div>
      )}
      {(view.cancelRequests ?? []).some(({ state }) => state === "pending") && <CancelWish onChanged={onChanged} />}
    </>
  );
}

function CancelWish({ onChanged }: { onChanged: () => void }) {
  const { office: t } = useScreenTexts();
  const { language } = useSpeech();
  const { view } = useOpenedCase().snapshot;
  const wish = view.cancelRequests?.find(({ state }) => state === "pending");
  const answer = useAction(async (decision: "granted" | "refused") => {
    await screenApi.answerCancelRequest(view.id, view.version, { decision });
    onChanged();
  });
  return (
    <div className="notice">
      <div>
        <p>
          <strong>{t.cancelRequest}</strong>
          {wish && ` (${t.due} ${sayWhen(wish.dueAt, language)})`}
        </p>
        <div className="button-row">
          <button
            type="button"
            className="btn btn-primary btn-sm"
            disabled={answer.busy}
            onClick={() => void answer.run("granted")}
          >
            {t.grant}
          </button>
          <button
            type="button"
            className="btn btn-outline-primary btn-sm"
            disabled={answer.busy}
            onClick={() => void answer.run("refused")}
          >
            {t.refuse}
          </button>
        </div>
        <ProblemMessage problem={answer.problem} />
      </div>
    </div>
  );
}
