import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { OfficeDetail } from "../api/screen-types.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { ExceptionDays, filledExceptions } from "../hours/exception-days.tsx";
import { WeekHours } from "../hours/week-hours.tsx";
import { SavedNote } from "../list/two-columns.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";

/** When the office answers its phone. Its referents may change it, when all its services are theirs. */
export function OfficeHours({ office, onSaved }: { office: OfficeDetail; onSaved: () => void }) {
  const { offices: t, common } = useScreenTexts();
  const shared = useTexts();
  const { hours, exceptions } = office.calendar ?? { hours: [], exceptions: [] };
  const [draft, setDraft, settle] = useKept(`office.hours.${office.id}.${office.version}`, { hours, exceptions });
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    const { italianHolidays, localHolidays } = office.calendar ?? { italianHolidays: true, localHolidays: ["06-24"] };
    await screenApi.saveOfficeHours(office.id, office.version, {
      italianHolidays,
      localHolidays,
      hours: draft.hours.map(({ weekday, opens, closes }) => ({ weekday, opens, closes })),
      exceptions: filledExceptions(draft.exceptions).map(({ day, opens, closes, note }) => ({
        ...{ day, opens, closes, note },
      })),
    });
    settle(draft);
    setDone(true);
    onSaved();
  });
  return (
    <form
      className="screen-part"
      aria-labelledby="office-hours"
      onSubmit={(event) => {
        event.preventDefault();
        setDone(false);
        void save.run();
      }}
    >
      <h3 id="office-hours">{t.hours}</h3>
      <WeekHours
        hours={draft.hours}
        error={faultOf(save.problem, "hours")}
        onChange={(hours) => setDraft({ ...draft, hours })}
      />
      <ExceptionDays
        exceptions={draft.exceptions}
        error={faultOf(save.problem, "exceptions")}
        onChange={(exceptions) => setDraft({ ...draft, exceptions })}
      />
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={save.busy}>
          {shared.common.save}
          <span className="visually-hidden"> {t.hours}</span>
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}
