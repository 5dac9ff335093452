import "../style/screens.css";
import "../style/booking.css";
import { useContext, useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { Booking, Slot } from "../api/screen-types.ts";
import { CaseContext, type OpenedCase } from "../case/draft/use-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { CaseBooking } from "./case-booking.tsx";
import { FreeSlots, SlotButtons } from "./free-slots.tsx";

/** Booking a place for the citizen of the open case while talking (REQ 9). */
export function BookingTab() {
  const { booking: t } = useScreenTexts();
  const opened = useContext(CaseContext);
  if (!opened) return <p className="empty">{t.noCase}</p>;
  const { serviceId, id } = opened.snapshot.view;
  if (!serviceId) return <p className="empty">{t.noService}</p>;
  return <BookingPanel key={`${id} ${serviceId}`} opened={opened} serviceId={serviceId} />;
}

function BookingPanel({ opened, serviceId }: { opened: OpenedCase; serviceId: string }) {
  const { booking: t } = useScreenTexts();
  const shared = useTexts();
  const { view } = opened.snapshot;
  const agendas = useLoaded(`agendas ${serviceId}`, () => screenApi.agendas({ service: serviceId, limit: 100 }));
  const bookings = useLoaded(`bookings ${view.id}`, () => screenApi.caseBookings(view.id), "bookings");
  const [agendaId, setAgendaId] = useState<string | null>(null);
  const [moving, setMoving] = useState(false);
  const live = bookings.value?.items.find(({ state }) => state === "held" || state === "confirmed") ?? null;
  const take = useAction(async (slot: Slot) => {
    if (moving && live) await screenApi.changeBooking(live.id, live.version, { startsAt: slot.startsAt });
    else await screenApi.hold(shownId, view.id, slot.startsAt);
    setMoving(false);
    await bookings.again();
  });
  const changed = () => {
    setMoving(false);
    void bookings.again();
    void opened.draft.refresh();
  };
  const items = agendas.value?.items ?? [];
  const shownId = (moving && live?.agendaId) || agendaId || items[0]?.id || "";
  if (!agendas.value || !bookings.value) {
    const problem = agendas.problem ?? bookings.problem;
    return problem ? <ProblemMessage problem={problem} /> : <p className="empty-line">{shared.common.loading}</p>;
  }
  return (
    <div className="booking-tab">
      {live && <CaseBooking booking={live} onMove={() => setMoving(true)} onChanged={changed} />}
      {moving && <p className="notice">{t.moving}</p>}
      {items.length === 0 && !live && <p className="empty">{t.noAgenda}</p>}
      {items.length > 0 && (!live || live.state === "held" || moving) && (
        <>
          {items.length > 1 && !moving && (
            <SelectField
              label={t.agenda}
              options={items.map(({ id, name, place }) => ({
                value: id,
                label: [name, place].filter(Boolean).join(" · "),
              }))}
              value={shownId}
              onChange={setAgendaId}
            />
          )}
          <ProblemMessage problem={take.problem} />
          <Alternatives
            slots={alternativesOf(take.problem?.body.alternatives)}
            onTake={(slot) => void take.run(slot)}
          />
          <FreeSlots
            key={`${shownId} ${bookingKey(live)}`}
            agendaId={shownId}
            busy={take.busy}
            onTake={(slot) => void take.run(slot)}
          />
        </>
      )}
    </div>
  );
}

function bookingKey(booking: Booking | null): string {
  return booking ? `${booking.id} ${booking.version}` : "";
}

function alternativesOf(value: unknown): Slot[] {
  return Array.isArray(value) ? (value as Slot[]) : [];
}

/** Times near the one that somebody else took a moment before. */
function Alternatives({ slots, onTake }: { slots: Slot[]; onTake: (slot: Slot) => void }) {
  const { booking: t } = useScreenTexts();
  if (slots.length === 0) return null;
  return (
    <section aria-labelledby="booking-alternatives">
      <h3 id="booking-alternatives">{t.alternatives}</h3>
      <SlotButtons slots={slots} busy={false} onTake={onTake} />
    </section>
  );
}
