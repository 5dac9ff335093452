import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { Agency } from "../api/screen-types.ts";
import { PromptList } from "../flow/prompt-list.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";

/** The emergency announcement of each agency: heard by the very next caller (REQ 1.1). */
export function EmergencySwitches() {
  const { calendars: t } = useScreenTexts();
  const { value, problem, again } = useLoaded("agencies", () => screenApi.agencies(), "organisation");
  return (
    <section aria-labelledby="emergency-title">
      <h2 id="emergency-title" className="part-title">
        {t.emergency}
      </h2>
      <p className="field-hint">{t.emergencyHint}</p>
      <ProblemMessage problem={problem} />
      <ul className="plain-list">
        {(value ?? []).map((agency) => (
          <AgencySwitch key={agency.id} agency={agency} onChanged={() => void again()} />
        ))}
      </ul>
    </section>
  );
}

function AgencySwitch({ agency, onChanged }: { agency: Agency; onChanged: () => void }) {
  const { calendars: t } = useScreenTexts();
  const [asking, setAsking] = useState(false);
  const [prompt, setPrompt] = useState("");
  const turn = useAction(async (on: boolean) => {
    await screenApi.switchEmergency(agency.id, on, prompt.trim() || null);
    setAsking(false);
    setPrompt("");
    onChanged();
  });
  return (
    <li className={agency.emergencyOn ? "emergency is-on" : "emergency"}>
      <strong>{agency.shortName}</strong>
      <span className={`state-tag ${agency.emergencyOn ? "state-failed" : ""}`}>
        {agency.emergencyOn ? t.emergencyOn : t.emergencyOff}
      </span>
      {!asking && (
        <button
          type="button"
          className={`btn btn-sm ${agency.emergencyOn ? "btn-outline-primary" : "btn-outline-danger"}`}
          disabled={turn.busy}
          onClick={() => (agency.emergencyOn ? void turn.run(false) : setAsking(true))}
        >
          {agency.emergencyOn ? t.turnOff : t.turnOn}
          <span className="visually-hidden"> {agency.shortName}</span>
        </button>
      )}
      {asking && (
        <form
          className="emergency-form"
          onSubmit={(event) => {
            event.preventDefault();
            void turn.run(true);
          }}
        >
          <TextField
            label={t.prompt}
            hint={t.promptHint}
            optional
            maxLength={64}
            value={prompt}
            onChange={(event) => setPrompt(event.target.value)}
          />
          <PromptList names={[prompt.trim() || "emergency"]} />
          <div className="button-row">
            <button type="submit" className="btn btn-danger btn-sm" disabled={turn.busy}>
              {t.confirmOn(agency.shortName)}
            </button>
            <button type="button" className="btn btn-link btn-sm" onClick={() => setAsking(false)}>
              {t.leave}
            </button>
          </div>
        </form>
      )}
      <ProblemMessage problem={turn.problem} />
    </li>
  );
}
