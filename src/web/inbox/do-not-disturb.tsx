import { api } from "../api/desk-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { useTexts } from "../texts/texts.tsx";

/** No transfers ring here while it is on (REQ 3.3); signing out ends it. */
export function DoNotDisturb() {
  const { dnd: t } = useTexts().cases.inbox;
  const { value, problem, set } = useLoaded("do not disturb", () => api.doNotDisturb());
  const turn = useAction(async () => set(await api.setDoNotDisturb(!value?.on)));
  return (
    <div className="do-not-disturb">
      <button
        type="button"
        className={`btn btn-sm ${value?.on ? "btn-primary" : "btn-outline-primary"}`}
        aria-pressed={value?.on ?? false}
        disabled={!value || turn.busy}
        onClick={() => void turn.run()}
      >
        {t.button}
      </button>
      <span role="status">{value?.on ? t.on : ""}</span>
      <ProblemMessage problem={problem ?? turn.problem} />
    </div>
  );
}
