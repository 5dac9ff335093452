import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { CaseContext } from "../case/draft/use-case.ts";
import { Icon, type IconName } from "../shell/icon.tsx";
import { useDeskKey } from "../shell/keyboard.tsx";
import { useTexts } from "../texts/texts.tsx";
import { TransferTab } from "../transfer/transfer-tab.tsx";
import { KnowledgeTab } from "./knowledge-tab.tsx";

const BookingTab = lazy(async () => ({ default: (await import("../booking/booking-tab.tsx")).BookingTab }));
const NeedTab = lazy(async () => ({ default: (await import("../needs/need-tab.tsx")).NeedTab }));
const SendTab = lazy(async () => ({ default: (await import("../send/send-tab.tsx")).SendTab }));

type TabName = "knowledge" | "transfer" | "send" | "booking" | "need";
const tabs: readonly { name: TabName; icon: IconName }[] = [
  { name: "knowledge", icon: "search" },
  { name: "transfer", icon: "swap" },
  { name: "send", icon: "inbox" },
  { name: "booking", icon: "clock" },
  { name: "need", icon: "info" },
];

/** These listen to the call also while another tab is shown. */
const atOnce: ReadonlySet<TabName> = new Set(["knowledge", "transfer"]);

/** Right column: knowledge, transfer, send, book, report as tabs by the ARIA pattern (arrows move between them). */
export function SidePanel({ caseId }: { caseId: string | null }) {
  const t = useTexts();
  const id = useId();
  const [shown, setShown] = useState<TabName>("knowledge");
  const list = useRef<HTMLDivElement>(null);
  useDeskKey("transfer", () => {
    setShown("transfer");
    document.getElementById(`${id}-transfer`)?.focus();
  });
  // Knowledge stays when a case pops under it; what the others hold is of one case.
  const of = caseId ?? "none";
  const seen = useRef(new Set<TabName>());
  seen.current.add(shown);
  useReturnedMail(() => setShown("send"));
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
    transfer: <TransferTab key={of} />,
    send: <SendTab key={of} />,
    booking: <BookingTab key={of} />,
    need: <NeedTab key={of} />,
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
          {/* From the first look on: what is typed there stays while another tab is read. */}
          {(atOnce.has(name) || seen.current.has(name)) && (
            <Suspense fallback={<p className="empty">{t.common.loading}</p>}>{bodies[name]}</Suspense>
          )}
        </div>
      ))}
    </>
  );
}

/** A case with an e-mail that came back shows at once where it is sent again (REQ 6.4). */
function useReturnedMail(show: () => void): void {
  const opened = useContext(CaseContext);
  const returned =
    opened?.snapshot.view.tasks.some(({ kind, state }) => kind === "undeliverable" && state === "claimed") ?? false;
  const latest = useRef(show);
  latest.current = show;
  useEffect(() => {
    if (returned) latest.current();
  }, [returned]);
}
