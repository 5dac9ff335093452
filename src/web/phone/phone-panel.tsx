import { useEffect, useState } from "react";
import { CheckField, SelectField } from "../form/select-field.tsx";
import type { PagePhone } from "./page-phone.ts";
import type { PhoneChoices } from "./phone-choices.ts";
import type { Phone } from "./phone-context.tsx";
import type { PhoneDevice } from "./phone-state.ts";
import { usePhoneTexts } from "./phone-texts.ts";

const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const meterMs = 100;

/** Devices, their tests, and in a call the keypad. */
export function PhonePanel({ phone, control }: { phone: Phone; control: PagePhone }) {
  const t = usePhoneTexts();
  const { view } = phone;
  const [choices, setChoices] = useState(control.choices);
  const choose = (changes: Partial<PhoneChoices>) => {
    setChoices({ ...choices, ...changes });
    void control.choose(changes);
  };
  const { microphones, speakers } = view.devices;
  return (
    <div className="phone-panel">
      {view.call?.stage === "talking" && <Keypad control={control} />}
      <DeviceChoice
        label={t.microphone}
        devices={microphones}
        value={choices.microphone}
        onChange={(microphone) => choose({ microphone })}
      />
      {!view.call && <MicrophoneTest control={control} />}
      <CheckField label={t.processing} checked={choices.processing} onChange={(processing) => choose({ processing })} />
      <p className="phone-hint">{t.processingHint}</p>
      <DeviceChoice
        label={t.speaker}
        devices={speakers}
        value={choices.speaker}
        onChange={(speaker) => choose({ speaker })}
      />
      <DeviceChoice
        label={t.ringer}
        devices={speakers}
        value={choices.ringer}
        onChange={(ringer) => choose({ ringer })}
      />
      {!view.call && (
        <div className="phone-tests">
          <button type="button" className="btn btn-light btn-sm" onClick={() => control.tryOut("voice")}>
            {t.testSpeaker}
          </button>
          <button type="button" className="btn btn-light btn-sm" onClick={() => control.tryOut("ringer")}>
            {t.testRinger}
          </button>
        </div>
      )}
    </div>
  );
}

type DeviceChoiceProps = {
  label: string;
  devices: readonly PhoneDevice[];
  value: string;
  onChange: (id: string) => void;
};

function DeviceChoice({ label, devices, value, onChange }: DeviceChoiceProps) {
  const t = usePhoneTexts();
  const options = devices.map((device, place) => ({ value: device.id, label: device.label || t.unnamed(place + 1) }));
  const known = options.some((option) => option.value === value) ? value : "";
  return <SelectField label={label} options={options} value={known} onChange={onChange} empty={t.machineChoice} />;
}

function MicrophoneTest({ control }: { control: PagePhone }) {
  const t = usePhoneTexts();
  const [level, setLevel] = useState<number | null>(null);
  const on = level !== null;
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => setLevel(control.testLevel()), meterMs);
    return () => {
      clearInterval(timer);
      control.endTest();
    };
  }, [on, control]);
  return (
    <div className="phone-test">
      <button
        type="button"
        className="btn btn-light btn-sm"
        aria-pressed={on}
        onClick={() => setLevel(on ? null : control.testLevel())}
      >
        {on ? t.stopTest : t.testMicrophone}
      </button>
      {on && (
        <>
          <meter className="phone-meter is-wide" aria-label={t.said} min={0} max={1} value={Math.min(1, level * 4)} />
          <span className="phone-hint">{t.testHint}</span>
        </>
      )}
    </div>
  );
}

function Keypad({ control }: { control: PagePhone }) {
  const t = usePhoneTexts();
  return (
    <fieldset className="phone-keypad">
      <legend>{t.keypad}</legend>
      {keys.map((digit) => (
        <button key={digit} type="button" aria-label={t.key(digit)} onClick={() => control.press(digit)}>
          {digit}
        </button>
      ))}
    </fieldset>
  );
}
