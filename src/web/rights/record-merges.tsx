import { useState } from "react";
import type { Citizen, FoundCitizen } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { type Merge, settingsApi } from "../api/settings-api.ts";
import { fullName } from "../citizen/citizen-candidates.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { sayNumber, sayWhen } from "../texts/said-dates.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { CitizenSearch, useFoundCitizens } from "./citizen-search.tsx";

type RecordMergesProps = { citizen: Citizen; onChanged: (citizen: Citizen) => void };

/** Another record of the same person becomes part of this one; each merge can be undone. */
export function RecordMerges({ citizen, onChanged }: RecordMergesProps) {
  const { rights: t } = useSettingsTexts();
  const merges = useLoaded(`merges ${citizen.id}`, () => settingsApi.merges(citizen.id));
  const [done, setDone] = useState<string | null>(null);
  const merge = useAction(async (other: FoundCitizen) => {
    setDone(null);
    onChanged((await settingsApi.merge(citizen.id, citizen.version, other.id)).citizen);
    await merges.again();
    setDone(t.merged);
  });
  const undo = useAction(async ({ id }: Merge) => {
    setDone(null);
    await settingsApi.undoMerge(id);
    onChanged(await api.citizen(citizen.id));
    await merges.again();
    setDone(t.undone);
  });
  return (
    <section className="screen-part" aria-labelledby="rights-merges">
      <h3 id="rights-merges">{t.merges}</h3>
      <p className="field-hint">{t.mergesHint}</p>
      <MergeLines merges={merges.value?.items ?? []} busy={undo.busy} onUndo={(one) => void undo.run(one)} />
      <OtherRecord citizen={citizen} busy={merge.busy} onChoose={(other) => void merge.run(other)} />
      <SavedNote words={done} />
      <ProblemMessage problem={merges.problem ?? merge.problem ?? undo.problem} />
    </section>
  );
}

function MergeLines({ merges, busy, onUndo }: { merges: Merge[]; busy: boolean; onUndo: (merge: Merge) => void }) {
  const { rights: t } = useSettingsTexts();
  const { language } = useSpeech();
  if (merges.length === 0) return null;
  return (
    <ul className="plain-list">
      {merges.map((one) => (
        <li key={one.id}>
          {t.mergedAt(sayWhen(one.mergedAt, language))}
          <button type="button" className="btn btn-outline-primary btn-sm" disabled={busy} onClick={() => onUndo(one)}>
            {t.undo}
            <span className="visually-hidden"> {sayWhen(one.mergedAt, language)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

type OtherRecordProps = { citizen: Citizen; busy: boolean; onChoose: (other: FoundCitizen) => void };

function OtherRecord({ citizen, busy, onChoose }: OtherRecordProps) {
  const { rights: t } = useSettingsTexts();
  const shared = useTexts();
  const [asked, setAsked] = useState("");
  const [chosen, setChosen] = useState<FoundCitizen | null>(null);
  const found = useFoundCitizens(asked);
  const others = (found.value ?? []).filter(({ id }) => id !== citizen.id);
  const nameOf = (one: FoundCitizen) =>
    [fullName(one, shared), ...one.contacts.map(({ kind, value }) => (kind === "phone" ? sayNumber(value) : value))]
      .slice(0, 3)
      .join(" · ");
  return (
    <>
      <CitizenSearch
        label={t.other}
        onAsk={(words) => {
          setAsked(words);
          setChosen(null);
        }}
      />
      {asked && found.value && others.length === 0 && <p className="empty-line">{t.none}</p>}
      <ul className="plain-list">
        {others.map((one) => (
          <li key={one.id}>
            <span>{nameOf(one)}</span>
            {chosen?.id === one.id ? (
              <span className="button-row">
                {t.sureMerge}
                <button
                  type="button"
                  className="btn btn-danger btn-sm"
                  disabled={busy}
                  onClick={() => {
                    onChoose(one);
                    setAsked("");
                    setChosen(null);
                  }}
                >
                  {t.mergeNow}
                </button>
              </span>
            ) : (
              <button
                type="button"
                className="btn btn-outline-primary btn-sm"
                disabled={busy}
                onClick={() => setChosen(one)}
              >
                {t.merge}
                <span className="visually-hidden"> {nameOf(one)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <ProblemMessage problem={found.problem} />
    </>
  );
}
