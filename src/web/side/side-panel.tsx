import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { Icon, type IconName } from "../shell/icon.tsx";
import { useDeskKey } from "../shell/keyboard.tsx";
import { useTexts } from "../texts/texts.tsx";
import { TransferTab } from "../transfer/transfer-tab.tsx";
import { KnowledgeTab } from "./knowledge-tab.tsx";

type TabName = "knowledge" | "transfer" | "send";
const tabs: readonly { name: TabName; icon: IconName }[] = [
  { name: "knowledge", icon: "search" },
  { name: "transfer", icon: "swap" },
  { name: "send", icon: "inbox" },
];

/** Right column: knowledge / transfer / send as tabs by the ARIA pattern (arrows move between them). */
export function SidePanel() {
  const t = useTexts();
  const id = useId();
  const [shown, setShown] = useState<TabName>("knowledge");
  const list = useRef<HTMLDivElement>(null);
  useDeskKey("transfer", () => {
    setShown("transfer");
    document.getElementById(`${id}-transfer`)?.focus();
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const index = tabs.findIndex(({ name }) => name === shown);
    const next = tabs[(index + step + tabs.length) % tabs.length]!;
    setShown(next.name);
    document.getElementById(`${id}-${next.name}`)?.focus();
    event.preventDefault();
  };
  const bodies: Record<TabName, ReactNode> = {
    knowledge: <KnowledgeTab onWanted={() => setShown("knowledge")} />,
    transfer: <TransferTab />,
    send: <p className="empty">{t.side.sendNotYet}</p>,
  };
  return (
    <>
      <div ref={list} role="tablist" className="side-tabs" aria-label={t.desk.side} onKeyDown={onKeyDown}>
        {tabs.map(({ name, icon }) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === shown}
            aria-controls={`${id}-${name}-body`}
            tabIndex={name === shown ? 0 : -1}
            onClick={() => setShown(name)}
          >
            <Icon name={icon} /> {t.side[name]}
          </button>
        ))}
      </div>
      {tabs.map(({ name }) => (
        <div
          key={name}
          id={`${id}-${name}-body`}
          role="tabpanel"
          aria-labelledby={`${id}-${name}`}
          className="side-body"
          hidden={name !== shown}
        >
          {bodies[name]}
        </div>
      ))}
    </>
  );
}
