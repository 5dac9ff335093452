import { useState } from "react";
import type { Problem } from "../api/api-problem.ts";
import { screenApi } from "../api/screen-api.ts";
import type { CardChange, CardImport } from "../api/screen-types.ts";
import { FileField } from "../form/file-field.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { useAction } from "../form/use-action.ts";
import { ListBody, OneColumn } from "../list/two-columns.tsx";
import { useList, useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { RowErrors, type RowFault } from "../structure/row-errors.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";

/** A delivery of an agency's own system: nothing goes live before its changes were looked at (REQ 10). */
export function CardImportScreen() {
  const { knowledge: k, imports: t, common } = useScreenTexts();
  const person = usePerson();
  const own = person.roles.find(({ role }) => role === "agency_referent")?.agencyId;
  const { value: agencies } = useLoaded("agencies", () => screenApi.agencies());
  const [agencyId, setAgencyId] = useState(own ?? "");
  const [file, setFile] = useState<File | null>(null);
  const [staged, setStaged] = useState<CardImport | null>(null);
  const stage = useAction(async () => {
    if (file) setStaged(await screenApi.stageCards(agencyId, file));
  });
  const errors = errorsOf(stage.problem);
  return (
    <OneColumn title={k.importTitle}>
      <p className="empty-line">{k.importHint}</p>
      <form
        className="screen-form import-form"
        onSubmit={(event) => {
          event.preventDefault();
          setStaged(null);
          void stage.run();
        }}
      >
        <div className="field-row is-start">
          <SelectField
            label={common.agency}
            empty="—"
            options={(agencies ?? [])
              .filter(({ id }) => !own || id === own)
              .map(({ id, name }) => ({ value: id, label: name }))}
            value={agencyId}
            onChange={setAgencyId}
          />
          <FileField label={t.file} hint={k.importColumns} accept=".csv,.json" onChoose={setFile} />
        </div>
        <div className="button-row">
          <button type="submit" className="btn btn-primary btn-sm" disabled={!file || !agencyId || stage.busy}>
            {t.tryIt}
          </button>
        </div>
        <ProblemMessage problem={stage.problem} />
        <RowErrors errors={errors} total={Number(stage.problem?.body.errorCount ?? errors.length)} />
      </form>
      {staged && <StagedCards key={staged.id} staged={staged} onEnded={setStaged} />}
    </OneColumn>
  );
}

function errorsOf(problem: Problem | null): RowFault[] {
  return Array.isArray(problem?.body.rows) ? (problem.body.rows as RowFault[]) : [];
}

type StagedCardsProps = { staged: CardImport; onEnded: (ended: CardImport) => void };

function StagedCards({ staged, onEnded }: StagedCardsProps) {
  const { knowledge: t } = useScreenTexts();
  const list = useList(`import ${staged.id}`, (cursor) => screenApi.cardChanges(staged.id, cursor));
  const end = useAction(async (apply: boolean) =>
    onEnded(await (apply ? screenApi.applyCards(staged.id) : screenApi.discardCards(staged.id))),
  );
  const { counts, state } = staged;
  return (
    <section className="screen-part" aria-labelledby="import-changes">
      <h2 id="import-changes">{t.importChanges}</h2>
      <p role="status" className={state === "applied" ? "notice notice-done" : "notice"}>
        {t.importStates[state]} {t.importCounts(counts.new, counts.changed, counts.same)}
      </p>
      {state === "staged" && (
        <div className="button-row">
          <button
            type="button"
            className="btn btn-primary btn-sm"
            disabled={end.busy || counts.new + counts.changed === 0}
            onClick={() => void end.run(true)}
          >
            {t.importApply}
          </button>
          <button
            type="button"
            className="btn btn-outline-danger btn-sm"
            disabled={end.busy}
            onClick={() => void end.run(false)}
          >
            {t.importDiscard}
          </button>
        </div>
      )}
      <ProblemMessage problem={end.problem} />
      <ListBody list={list} empty={t.importNothing}>
        <ul className="plain-list">
          {list.items.map((change) => (
            <ChangedCard key={change.place} change={change} />
          ))}
        </ul>
      </ListBody>
    </section>
  );
}

function ChangedCard({ change }: { change: CardChange }) {
  const { knowledge: t } = useScreenTexts();
  const fields: Record<string, string> = t.fields;
  return (
    <li className="import-change">
      <span className={`state-tag card-${change.kind === "new" ? "published" : "changed"}`}>
        {t.importKinds[change.kind]}
      </span>
      <strong>{change.content.title}</strong>
      <small>{change.externalId}</small>
      {change.kind === "changed" && (
        <dl>
          {Object.entries(change.changes).map(([field, { from, to }]) => (
            <div key={field}>
              <dt>{fields[field] ?? field}</dt>
              <dd>
                <del>{said(from)}</del> <ins>{said(to)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function said(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined ? "—" : JSON.stringify(value);
}
