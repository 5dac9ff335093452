import "../style/settings.css";
import { useState } from "react";
import { type ChangedSeat, type Seat, settingsApi } from "../api/settings-api.ts";
import { faultOf } from "../form/field-fault.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField, optionsOf, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { TableScroll } from "../list/table-scroll.tsx";
import { ListBody, OneColumn } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";

const everyMs = 5_000;

/** Seats with their two telephones: what is registered, who sits there; a new one, a new password, closed or open. */
export function PhonesScreen() {
  const { phones: t } = useSettingsTexts();
  const list = useList("seats", () => settingsApi.seats(), everyMs);
  const [told, setTold] = useState<ChangedSeat | null>(null);
  const changed = (seat: ChangedSeat) => {
    if (seat.phonePassword) setTold(seat);
    list.again();
  };
  return (
    <OneColumn title={t.title}>
      <p className="field-hint">{t.hint}</p>
      <NewSeat onMade={changed} />
      <div role="status">
        {told && (
          <p className="notice notice-done">
            {t.password(told.number)} <code>{told.phonePassword}</code>
          </p>
        )}
      </div>
      <ListBody list={list} empty={t.none}>
        <SeatTable seats={list.items} onChanged={changed} />
      </ListBody>
    </OneColumn>
  );
}

function NewSeat({ onMade }: { onMade: (seat: ChangedSeat) => void }) {
  const { phones: t } = useSettingsTexts();
  const [number, setNumber] = useState("");
  const [kind, setKind] = useState("operator");
  const [autoAnswer, setAutoAnswer] = useState(false);
  const make = useAction(async () => {
    onMade(await settingsApi.newSeat({ number: number.trim(), kind, autoAnswer }));
    setNumber("");
  });
  return (
    <form
      className="screen-part"
      aria-labelledby="new-seat"
      onSubmit={(event) => {
        event.preventDefault();
        void make.run();
      }}
    >
      <h2 id="new-seat">{t.newSeat}</h2>
      <div className="field-row is-tight is-start">
        <TextField
          label={t.number}
          hint={t.numberHint}
          required
          inputMode="numeric"
          pattern="[0-9]{3,5}"
          value={number}
          error={faultOf(make.problem, "number")}
          onChange={(event) => setNumber(event.target.value)}
        />
        <SelectField label={t.kind} options={optionsOf(t.kinds)} value={kind} onChange={setKind} />
        <div className="field">
          <CheckField label={t.autoAnswer} checked={autoAnswer} onChange={setAutoAnswer} />
          <p className="field-hint">{t.autoAnswerHint}</p>
        </div>
      </div>
      <div className="button-row">
        <button type="submit" className="btn btn-primary btn-sm" disabled={make.busy || number.trim() === ""}>
          {t.make}
        </button>
      </div>
      <ProblemMessage problem={make.problem} />
    </form>
  );
}

type SeatTableProps = { seats: Seat[]; onChanged: (seat: ChangedSeat) => void };

function SeatTable({ seats, onChanged }: SeatTableProps) {
  const { phones: t } = useSettingsTexts();
  return (
    <TableScroll label={t.title}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.number}</th>
            <th scope="col">{t.kind}</th>
            <th scope="col">{t.deskPhone}</th>
            <th scope="col">{t.pagePhone}</th>
            <th scope="col">{t.person}</th>
            <th scope="col">{t.change}</th>
          </tr>
        </thead>
        <tbody>
          {seats.map((seat) => (
            <tr key={seat.id}>
              <th scope="row" className="number">
                {seat.number}
              </th>
              <td>{seat.disabled ? t.closed : t.kinds[seat.kind]}</td>
              <td>
                <Online on={seat.phoneOnline} />
              </td>
              <td>
                <Online on={seat.pageOnline} />
              </td>
              <td>{seat.person ?? "—"}</td>
              <td>
                <SeatChange seat={seat} onChanged={onChanged} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function Online({ on }: { on: boolean }) {
  const { phones: t } = useSettingsTexts();
  return on ? <span className="state-tag state-available">{t.online}</span> : <span>{t.offline}</span>;
}

function SeatChange({ seat, onChanged }: { seat: Seat; onChanged: (seat: ChangedSeat) => void }) {
  const { phones: t } = useSettingsTexts();
  const [asking, setAsking] = useState(false);
  const change = useAction(async (body: Record<string, boolean>) => {
    setAsking(false);
    onChanged(await settingsApi.patchSeat(seat.id, seat.version, body));
  });
  const name = <span className="visually-hidden"> {seat.number}</span>;
  const button = (words: string, onClick: () => void, tone = "primary") => (
    <button type="button" className={`btn btn-outline-${tone} btn-sm`} disabled={change.busy} onClick={onClick}>
      {words}
      {name}
    </button>
  );
  if (asking) {
    return (
      <div className="button-row">
        <span>{t.sure}</span>
        {button(t.confirm, () => void change.run({ newPassword: true }), "danger")}
        {button(t.leave, () => setAsking(false))}
      </div>
    );
  }
  return (
    <div className="button-row">
      <CheckField
        label={t.autoAnswerOf(seat.number)}
        checked={seat.autoAnswer}
        disabled={change.busy}
        onChange={(autoAnswer) => void change.run({ autoAnswer })}
      />
      {button(t.newPassword, () => setAsking(true))}
      {seat.disabled
        ? button(t.open, () => void change.run({ disabled: false }))
        : button(t.close, () => void change.run({ disabled: true }), "danger")}
      <ProblemMessage problem={change.problem} />
    </div>
  );
}
