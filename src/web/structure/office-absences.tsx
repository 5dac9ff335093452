import { screenApi } from "../api/screen-api.ts";
import type { OfficeDetail } from "../api/screen-types.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

type OfficeAbsencesProps = { office: OfficeDetail; onChanged: () => void };

/** Who is away: the availability of the office counts without them (REQ 3.3). */
export function OfficeAbsences({ office, onChanged }: OfficeAbsencesProps) {
  const { offices: t, common } = useScreenTexts();
  const { language } = useSpeech();
  const nameOf = (personId: string) => office.members.find(({ id }) => id === personId)?.displayName ?? "—";
  const remove = useAction(async (absenceId: string) => {
    await screenApi.removeAbsence(office.id, absenceId);
    onChanged();
  });
  return (
    <section className="screen-part" aria-labelledby="office-absences">
      <h3 id="office-absences">{t.absences}</h3>
      {office.absences.length === 0 && <p className="empty-line">{t.noAbsences}</p>}
      <ul className="plain-list">
        {office.absences.map((absence) => (
          <li key={absence.id}>
            <strong>{nameOf(absence.personId)}</strong>
            <span>
              {sayWhen(absence.startsAt, language)} – {sayWhen(absence.endsAt, language)}
            </span>
            <small>{absence.note}</small>
            <button
              type="button"
              className="link-button"
              disabled={remove.busy}
              onClick={() => void remove.run(absence.id)}
            >
              {common.remove}
              <span className="visually-hidden"> {nameOf(absence.personId)}</span>
            </button>
          </li>
        ))}
      </ul>
      <ProblemMessage problem={remove.problem} />
      {office.members.length > 0 && <AbsenceForm office={office} onChanged={onChanged} />}
    </section>
  );
}

const empty = { personId: "", startsAt: "", endsAt: "", note: "" };

function AbsenceForm({ office, onChanged }: OfficeAbsencesProps) {
  const { offices: t, common } = useScreenTexts();
  const [draft, setDraft, settle] = useKept(`office.absence.${office.id}`, empty);
  const change = (part: Partial<typeof empty>) => setDraft({ ...draft, ...part });
  const add = useAction(async () => {
    await screenApi.addAbsence(office.id, {
      ...draft,
      startsAt: new Date(draft.startsAt).toISOString(),
      endsAt: new Date(draft.endsAt).toISOString(),
    });
    settle(empty);
    onChanged();
  });
  const complete = draft.personId && draft.startsAt && draft.endsAt;
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete) void add.run();
      }}
    >
      <div className="field-row">
        <SelectField
          label={t.who}
          empty="—"
          options={office.members.map(({ id, displayName }) => ({ value: id, label: displayName }))}
          value={draft.personId}
          onChange={(personId) => change({ personId })}
        />
        <TextField
          label={t.away.from}
          type="datetime-local"
          value={draft.startsAt}
          onChange={(event) => change({ startsAt: event.target.value })}
        />
        <TextField
          label={t.away.to}
          type="datetime-local"
          value={draft.endsAt}
          error={faultOf(add.problem, "")}
          onChange={(event) => change({ endsAt: event.target.value })}
        />
        <TextField
          label={common.note}
          maxLength={200}
          value={draft.note}
          onChange={(event) => change({ note: event.target.value })}
        />
      </div>
      <div className="button-row">
        <button type="submit" className="btn btn-outline-primary btn-sm" disabled={add.busy || !complete}>
          {t.addAbsence}
        </button>
      </div>
      <ProblemMessage problem={add.problem} />
    </form>
  );
}
