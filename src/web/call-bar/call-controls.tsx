import type { CallView } from "../api/api-types.ts";
import { api, type CallCommand } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { usePhone } from "../phone/phone-context.tsx";
import { Elapsed } from "../shell/clock-display.tsx";
import { Icon, type IconName } from "../shell/icon.tsx";
import { useDeskKey } from "../shell/keyboard.tsx";
import { sayNumber } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";
import { isLive } from "../transfer/transfer-step.ts";

/** The call in progress and its commands. The shown state is what the program tells, never what was clicked. */
export function CallControls({ call }: { call: CallView }) {
  const t = useTexts();
  const { pops, transfer } = useDesk().state;
  const command = useAction((kind: CallCommand) => api.command(call.callId, kind));
  const hold = () => void command.run(call.held ? "unhold" : "hold");
  // The page's phone mutes itself: it goes on sending silence, and nobody has to be asked.
  const phone = usePhone();
  const muted = phone ? phone.view.muted : call.muted;
  const mute = () => (phone ? phone.setMuted(!muted) : void command.run(muted ? "unmute" : "mute"));
  const pop = Object.values(pops).find(({ callId }) => callId === call.callId);
  const number = call.number ?? pop?.caller.e164;
  const passing = isLive(transfer) && transfer.callId === call.callId ? transfer : null;
  // Who waits while the call is passed on is the transfer's matter; a desk phone mutes itself.
  useDeskKey("hold", passing ? null : hold);
  const dialling = call.direction === "outbound" && call.talkAt === null;
  const words = dialling ? t.call.dialling : call.held ? t.call.onHold : muted ? t.call.mutedNow : t.call.talking;
  return (
    <div className="call-controls">
      <p className={`call-line ${call.held ? "is-held" : ""}`}>
        <strong className="call-number">{number ? sayNumber(number) : pop ? t.call.anonymous : t.call.talking}</strong>
        <span className="call-state">{passing ? t.work.transfer.with(passing.target.name) : words}</span>
        {call.talkAt && (
          <span className="call-timer">
            <span className="visually-hidden">{t.call.duration} </span>
            <Elapsed since={call.talkAt} />
          </span>
        )}
      </p>
      <fieldset className="call-buttons">
        <legend className="visually-hidden">{t.call.bar}</legend>
        {!passing && (
          <CommandButton
            icon={call.held ? "play" : "pause"}
            words={call.held ? t.call.unhold : t.call.hold}
            pressed={call.held}
            keyName="F4"
            onClick={hold}
          />
        )}
        {(!passing || phone) && (
          <CommandButton
            icon={muted ? "micOff" : "mic"}
            words={muted ? t.call.unmute : t.call.mute}
            pressed={muted}
            onClick={mute}
          />
        )}
        <button type="button" className="call-button call-hangup" onClick={() => void command.run("hangup")}>
          <Icon name="hangup" /> {t.call.hangup}
        </button>
      </fieldset>
      <ProblemMessage problem={command.problem} />
    </div>
  );
}

type CommandButtonProps = { icon: IconName; words: string; pressed: boolean; keyName?: string; onClick: () => void };

function CommandButton({ icon, words, pressed, keyName, onClick }: CommandButtonProps) {
  return (
    <button
      type="button"
      className={pressed ? "call-button is-on" : "call-button"}
      onClick={onClick}
      aria-keyshortcuts={keyName}
    >
      <Icon name={icon} /> {words} {keyName && <kbd>{keyName}</kbd>}
    </button>
  );
}
