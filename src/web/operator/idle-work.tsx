import { useDesk } from "../live/desk-context.tsx";
import { Icon } from "../shell/icon.tsx";
import { useTexts } from "../texts/texts.tsx";

/** No case on the desk: says what will happen next, and keys worth knowing. */
export function IdleWork() {
  const t = useTexts();
  const { operator } = useDesk().state;
  const available = operator?.state === "available";
  return (
    <div className="idle-work">
      <span className={available ? "idle-mark is-available" : "idle-mark"} aria-hidden="true">
        <Icon name="phone" />
      </span>
      <h2>{t.desk.idleTitle}</h2>
      <p>{available ? t.desk.idleAvailable : t.desk.idleAway}</p>
    </div>
  );
}
