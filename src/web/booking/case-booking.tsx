import { screenApi } from "../api/screen-api.ts";
import type { Booking } from "../api/screen-types.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useSecondsLeft } from "../shell/clock-display.tsx";
import { Icon } from "../shell/icon.tsx";
import { sayDuration } from "../texts/said-dates.ts";
import { sayDay, sayTime } from "../texts/said-days.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

type CaseBookingProps = { booking: Booking; onMove: () => void; onChanged: () => void };

/** The place that is kept or booked for this case: what to tell the citizen, and what can be done with it. */
export function CaseBooking({ booking, onMove, onChanged }: CaseBookingProps) {
  const { booking: t } = useScreenTexts();
  const { language } = useSpeech();
  const { draft, snapshot } = useOpenedCase();
  const confirmed = booking.state === "confirmed";
  const confirm = useAction(async () => {
    // What is typed is stored first: the reason may have been chosen a moment ago.
    if (!(await draft.flush())) return;
    await screenApi.changeBooking(booking.id, booking.version, { confirm: true });
    onChanged();
  });
  const cancel = useAction(async () => {
    await screenApi.cancelBooking(booking.id, booking.version);
    onChanged();
  });
  const wrongReason = !confirmed && snapshot.text.reason !== "booking";
  return (
    <section className={confirmed ? "case-booking is-confirmed" : "case-booking"} aria-labelledby="case-booking">
      <h3 id="case-booking">
        <Icon name={confirmed ? "check" : "clock"} /> {confirmed ? t.confirmed : t.held}
      </h3>
      <p className="case-booking-when">
        {sayDay(booking.startsAt, language)}, {sayTime(booking.startsAt)}
      </p>
      {!confirmed && booking.heldUntil && <HeldFor until={booking.heldUntil} />}
      {booking.where && (
        <p>
          <strong>{t.where}:</strong> {booking.where}
        </p>
      )}
      {booking.bring && (
        <p>
          <strong>{t.bring}:</strong> {booking.bring}
        </p>
      )}
      {wrongReason && <p className="field-hint">{t.setReason}</p>}
      <div className="button-row">
        {!confirmed && (
          <button
            type="button"
            className="btn btn-primary btn-sm"
            disabled={confirm.busy}
            onClick={() => void confirm.run()}
          >
            {t.confirm}
          </button>
        )}
        <button type="button" className="btn btn-outline-primary btn-sm" onClick={onMove}>
          {t.move}
        </button>
        <button
          type="button"
          className="btn btn-outline-danger btn-sm"
          disabled={cancel.busy}
          onClick={() => void cancel.run()}
        >
          {confirmed ? t.cancel : t.release}
        </button>
      </div>
      {confirmed && <a href={`/api/v1/bookings/${booking.id}/calendar.ics`}>{t.calendar}</a>}
      <ProblemMessage problem={confirm.problem ?? cancel.problem} />
    </section>
  );
}

function HeldFor({ until }: { until: string }) {
  const { booking: t } = useScreenTexts();
  const left = useSecondsLeft(until);
  return <p className="timer">{left > 0 ? t.heldFor(sayDuration(left)) : t.heldOver}</p>;
}
