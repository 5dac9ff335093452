import { useState } from "react";
import type { Citizen } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { settingsApi } from "../api/settings-api.ts";
import { fullName } from "../citizen/citizen-candidates.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { optionsOf, SelectField } from "../form/select-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { sayNumber, sayWhen } from "../texts/said-dates.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { RecordMerges } from "./record-merges.tsx";

type CitizenRightsProps = { citizenId: string; onChanged: () => void };

/** One record with its cases; merges; the copy for the citizen; erasure. */
export function CitizenRights({ citizenId, onChanged }: CitizenRightsProps) {
  const { rights: t } = useSettingsTexts();
  const shared = useTexts();
  const { value, problem, set } = useLoaded<Citizen>(citizenId, () => api.citizen(citizenId));
  const [erased, setErased] = useState<string | null>(null);
  if (erased) return <SavedNote words={erased} />;
  if (!value) return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{shared.common.loading}</p>;
  return (
    <>
      <div className="screen-head">
        <h2>{fullName(value, shared)}</h2>
        {value.taxCode && <span>{value.taxCode}</span>}
      </div>
      <ul className="plain-list">
        {value.contacts.map(({ kind, value: address, source }) => (
          <li key={`${kind} ${address}`}>
            {kind === "phone" ? sayNumber(address) : address}
            <small>{shared.citizen[source]}</small>
          </li>
        ))}
      </ul>
      <CasesOf citizenId={citizenId} />
      <RecordMerges
        citizen={value}
        onChanged={(citizen) => {
          set(citizen);
          onChanged();
        }}
      />
      <ExportOf citizenId={citizenId} />
      <Erasure
        citizen={value}
        onErased={(records, cases) => {
          setErased(t.erased(records, cases));
          onChanged();
        }}
      />
    </>
  );
}

function CasesOf({ citizenId }: { citizenId: string }) {
  const { rights: t } = useSettingsTexts();
  const { texts, language } = useSpeech();
  // Reading them is written down: asked for once, not with the feed's news.
  const { value, problem } = useLoaded(`cases of ${citizenId}`, () => api.casesOfCitizen(citizenId));
  const reasons: Record<string, string> = texts.cases.reason;
  return (
    <section className="screen-part" aria-labelledby="rights-cases">
      <h3 id="rights-cases">{t.cases}</h3>
      <ProblemMessage problem={problem} />
      {value?.items.length === 0 && <p className="empty-line">{t.noCases}</p>}
      <ul className="plain-list">
        {value?.items.map((line) => (
          <li key={line.id}>
            <strong>{texts.desk.caseNumber(line.number)}</strong>
            <span>{line.reason ? (reasons[line.reason] ?? line.reason) : "—"}</span>
            <small>{sayWhen(line.openedAt, language)}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExportOf({ citizenId }: { citizenId: string }) {
  const { rights: t } = useSettingsTexts();
  const save = useAction(async () => {
    const found = await settingsApi.exportCitizen(citizenId);
    const url = URL.createObjectURL(new Blob([JSON.stringify(found, null, 2)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = t.fileName;
    link.click();
    URL.revokeObjectURL(url);
  });
  return (
    <section className="screen-part" aria-labelledby="rights-export">
      <h3 id="rights-export">{t.export}</h3>
      <p className="field-hint">{t.exportHint}</p>
      <div className="button-row">
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={save.busy}
          onClick={() => void save.run()}
        >
          {t.download}
        </button>
      </div>
      <ProblemMessage problem={save.problem} />
    </section>
  );
}

type ErasureProps = { citizen: Citizen; onErased: (records: number, cases: number) => void };

/** Can not be taken back: the ground is chosen first, then it is asked once more. */
function Erasure({ citizen, onErased }: ErasureProps) {
  const { rights: t } = useSettingsTexts();
  const shared = useTexts();
  const [ground, setGround] = useState("");
  const [asking, setAsking] = useState(false);
  const erase = useAction(async () => {
    const { records, cases } = await settingsApi.eraseCitizen(citizen.id, ground);
    onErased(records, cases);
  });
  return (
    <section className="screen-part" aria-labelledby="rights-erasure">
      <h3 id="rights-erasure">{t.erasure}</h3>
      <p className="field-hint">{t.erasureHint}</p>
      <SelectField
        label={t.ground}
        empty="—"
        options={optionsOf(t.grounds)}
        value={ground}
        onChange={(value) => {
          setGround(value);
          setAsking(false);
        }}
      />
      <div className="button-row">
        {asking ? (
          <>
            <strong>{t.sure(fullName(citizen, shared))}</strong>
            <button
              type="button"
              className="btn btn-danger btn-sm"
              disabled={erase.busy}
              onClick={() => void erase.run()}
            >
              {t.eraseNow}
            </button>
            <button type="button" className="btn btn-link btn-sm" onClick={() => setAsking(false)}>
              {shared.common.cancel}
            </button>
          </>
        ) : (
          <button
            type="button"
            className="btn btn-outline-danger btn-sm"
            disabled={ground === ""}
            onClick={() => setAsking(true)}
          >
            {t.erase}
          </button>
        )}
      </div>
      <ProblemMessage problem={erase.problem} />
    </section>
  );
}
