import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useDesk } from "../live/desk-context.tsx";
import { usePerson } from "../session/session-context.tsx";
import { Icon } from "../shell/icon.tsx";
import { useDeskKey } from "../shell/keyboard.tsx";
import { isLive } from "../transfer/transfer-step.ts";
import { type Phone, usePhone } from "./phone-context.tsx";
import { PhonePanel } from "./phone-panel.tsx";
import { isMicrophoneMissing, isOut } from "./phone-state.ts";
import { usePhoneTexts } from "./phone-texts.ts";
import "./phone.css";

/** State of the phone in the page, its settings behind a button, its warnings below. */
export function PhoneCorner() {
  const t = usePhoneTexts();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDetailsElement>(null);
  const ringing = phone?.view.call?.stage === "ringing";
  // It would lie over the button that answers.
  useEffect(() => {
    if (ringing) closePanel(box.current);
  }, [ringing]);
  if (!phone) return null;
  const { view } = phone;
  const bad = isOut(view) || view.microphone !== "alive";
  const words = view.call?.stage === "talking" && view.quality ? t.quality[view.quality] : t.status[view.status];
  const onKeyDown = (event: { key: string }) => {
    if (event.key === "Escape") closePanel(box.current);
  };
  return (
    <details
      ref={box}
      className="phone-corner"
      onToggle={(event) => setOpen(event.currentTarget.open)}
      onKeyDown={onKeyDown}
    >
      <summary className={bad ? "phone-button is-bad" : "phone-button"}>
        <Icon name={bad ? "micOff" : "mic"} />
        <span className="visually-hidden">{t.title}: </span>
        <span className="phone-words">{words}</span>
        {view.call?.stage === "talking" && <CallMeters phone={phone} />}
        <Icon name="down" />
      </summary>
      {open && phone.control && <PhonePanel phone={phone} control={phone.control} />}
    </details>
  );
}

/** The focus stays at the button, if it was inside. */
function closePanel(panel: HTMLDetailsElement | null): void {
  if (!panel?.open) return;
  const inside = panel.contains(document.activeElement);
  panel.open = false;
  if (inside) panel.querySelector("summary")?.focus();
}

/** Two thin bars: what goes out and what comes in. */
function CallMeters({ phone }: { phone: Phone }) {
  const t = usePhoneTexts();
  const { said, heard } = useSyncExternalStore(phone.levels.subscribe, phone.levels.get);
  return (
    <span className="phone-meters">
      <meter className="phone-meter" aria-label={t.said} min={0} max={1} value={Math.min(1, said * 2)} />
      <meter className="phone-meter" aria-label={t.heard} min={0} max={1} value={Math.min(1, heard * 2)} />
    </span>
  );
}

/** What the person must know at once, with what can be done about it. */
export function PhoneNotices() {
  const t = usePhoneTexts();
  const phone = usePhone();
  const person = usePerson();
  const { call, transfer } = useDesk().state;
  if (!phone) return null;
  const { view, control } = phone;
  const passing = isLive(transfer) && transfer.target.personId !== person.id;
  const alone = (call?.held ?? false) || passing;
  const trouble = troubleOf(view, alone);
  return (
    <div role="alert" className="phone-notices">
      {trouble && (
        <div className="phone-notice">
          <Icon name="warning" />
          <p>{t.trouble[trouble]}</p>
          {isMicrophoneMissing(view.status) && (
            <button type="button" className="btn btn-light btn-sm" onClick={() => void control?.open()}>
              {t.retry}
            </button>
          )}
          {trouble === "soundBlocked" && (
            <button type="button" className="btn btn-light btn-sm" onClick={() => control?.unblockSound()}>
              {t.unblock}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

type Trouble = keyof ReturnType<typeof usePhoneTexts>["trouble"];

/** The one thing that matters most; whoever waits with music in between hears nothing, and that is as it should be. */
function troubleOf(view: Phone["view"], alone: boolean): Trouble | null {
  const { status, microphone, soundBlocked, quality } = view;
  // In a call it matters more that the citizen hears nothing than that no other call can come.
  if (view.call?.stage === "talking" && microphone === "dead") return microphone;
  if (status !== "ready" && status !== "starting") return status;
  if (microphone !== "alive") return microphone;
  if (soundBlocked) return "soundBlocked";
  if ((quality === "none" && !alone) || quality === "poor") return quality;
  return null;
}

function StripButtons({ phone }: { phone: Phone }) {
  const t = usePhoneTexts();
  const { muted } = phone.view;
  return (
    <>
      <button
        type="button"
        className={muted ? "call-button is-on" : "call-button"}
        onClick={() => phone.setMuted(!muted)}
      >
        <Icon name={muted ? "micOff" : "mic"} /> {muted ? t.unmute : t.mute}
      </button>
      <button type="button" className="call-button call-hangup" onClick={() => phone.control?.hangUp()}>
        <Icon name="hangup" /> {t.hangUp}
      </button>
    </>
  );
}

/** For people without a call bar (an office rung by a transfer): the phone's own answer and hang-up. */
export function PhoneStrip() {
  const t = usePhoneTexts();
  const phone = usePhone();
  const stage = phone?.view.call?.stage;
  const answer = () => phone?.answer(null);
  useDeskKey("answer", stage === "ringing" ? answer : null);
  const [said, setSaid] = useState("");
  useEffect(() => setSaid(stage === "ringing" ? t.ringing : stage === "talking" ? t.inCall : ""), [stage, t]);
  if (!phone) return null;
  return (
    <section className="phone-strip" aria-label={t.title}>
      <div className="phone-strip-row">
        <p role="status" aria-live="assertive">
          {said}
        </p>
        {stage === "ringing" && (
          <button type="button" className="answer-button" onClick={answer} aria-keyshortcuts="F2">
            <Icon name="phone" /> {t.answer} <kbd>F2</kbd>
          </button>
        )}
        {stage && stage !== "ringing" && <StripButtons phone={phone} />}
        <PhoneCorner />
      </div>
      <PhoneNotices />
    </section>
  );
}
