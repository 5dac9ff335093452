import { mayUse } from "../../people/permissions.ts";
import { workApi } from "../api/work-api.ts";
import { useOpenedCase } from "../case/draft/use-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { usePerson } from "../session/session-context.tsx";
import { Icon } from "../shell/icon.tsx";
import { sayNumber } from "../texts/said-dates.ts";
import { useTexts } from "../texts/texts.tsx";

/** Click to call: the operator's phone rings first, then the number (REQ 1.6). Not there during a call. */
export function DialButton({ number }: { number: string }) {
  const t = useTexts();
  const person = usePerson();
  const { operator } = useDesk().state;
  const { view } = useOpenedCase().snapshot;
  const dial = useAction(() => workApi.dial(view.id, number));
  const inCall = operator?.state === "on_call" || operator?.state === "ringing";
  if (!mayUse(person, "call.dial") || !operator?.seat || inCall) return null;
  return (
    <>
      <button
        type="button"
        className="link-button"
        aria-label={t.call.dial(sayNumber(number))}
        disabled={dial.busy}
        onClick={() => void dial.run()}
      >
        <Icon name="phone" /> {t.call.dialShort}
      </button>
      <ProblemMessage problem={dial.problem} />
    </>
  );
}
