import { useState } from "react";
import { mayUse } from "../../people/permissions.ts";
import { api } from "../api/desk-api.ts";
import { screenApi } from "../api/screen-api.ts";
import type { OperatorLine } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { Elapsed } from "../shell/clock-display.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";

type OperatorTableProps = { operators: OperatorLine[]; onChanged: () => void };

/** Every desk with its state and since when; a supervisor may change the state (REQ 1.5). */
export function OperatorTable({ operators, onChanged }: OperatorTableProps) {
  const { room: t } = useScreenTexts();
  const { state } = useTexts();
  const person = usePerson();
  const mayChange = mayUse(person, "operator.command");
  return (
    <div className="table-scroll">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">{t.seat}</th>
            <th scope="col">{t.state}</th>
            <th scope="col">{t.since}</th>
            <th scope="col">{t.languages}</th>
            <th scope="col">{t.page}</th>
            {mayChange && <th scope="col">{t.change}</th>}
          </tr>
        </thead>
        <tbody>
          {operators.map((line) => (
            <tr key={line.personId}>
              <th scope="row">{line.displayName}</th>
              <td className="number">{line.seat ?? "—"}</td>
              <td>
                <span className={`state-tag state-${line.state}`}>{state[line.state]}</span>
              </td>
              <td className="number">{line.since ? <Elapsed since={line.since} /> : "—"}</td>
              <td>{line.languages.join(", ").toUpperCase()}</td>
              <td>{line.connected ? t.connected : t.away}</td>
              {mayChange && (
                <td>
                  <StateChange operator={line} onChanged={onChanged} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StateChange({ operator, onChanged }: { operator: OperatorLine; onChanged: () => void }) {
  const { room: t } = useScreenTexts();
  const { texts, language } = useSpeech();
  const [wish, setWish] = useState("");
  const { value } = useLoaded("pause reasons", () => api.pauseReasons());
  const change = useAction(async () => {
    const [state = "", reason] = wish.split(" ");
    await screenApi.setOperator(operator.personId, state, reason);
    setWish("");
    onChanged();
  });
  return (
    <form
      className="state-change"
      onSubmit={(event) => {
        event.preventDefault();
        if (wish) void change.run();
      }}
    >
      <select
        className="form-select"
        aria-label={t.newState(operator.displayName)}
        value={wish}
        onChange={(event) => setWish(event.target.value)}
      >
        <option value="">—</option>
        <option value="available">{texts.state.available}</option>
        {(value?.items ?? []).map(({ code, labelIt, labelEn }) => (
          <option key={code} value={`pause ${code}`}>
            {texts.state.pause}: {language === "it" ? labelIt : labelEn}
          </option>
        ))}
        <option value="offline">{texts.state.offline}</option>
      </select>
      <button type="submit" className="btn btn-outline-primary btn-sm" disabled={!wish || change.busy}>
        {t.apply}
        <span className="visually-hidden"> {operator.displayName}</span>
      </button>
      <ProblemMessage problem={change.problem} />
    </form>
  );
}
