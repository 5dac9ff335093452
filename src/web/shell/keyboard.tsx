import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

export type DeskKey = "answer" | "hold" | "take" | "transfer" | "close" | "search" | "list";

/** The one table of keys. Function keys work inside a field too; signs only outside of one (WCAG 2.1.4). */
export const keyTable: readonly { key: string; does: DeskKey; sign: boolean }[] = [
  { key: "F2", does: "answer", sign: false },
  { key: "F4", does: "hold", sign: false },
  { key: "F6", does: "take", sign: false },
  { key: "F8", does: "transfer", sign: false },
  { key: "F9", does: "close", sign: false },
  { key: "/", does: "search", sign: true },
  { key: "?", does: "list", sign: true },
];

type Keyboard = { enabled: boolean; setEnabled(on: boolean): void; actions: Map<DeskKey, () => void> };
const KeyboardContext = createContext<Keyboard | null>(null);
const storageKey = "055055.keys";

export function useKeyboard(): Keyboard {
  const keyboard = useContext(KeyboardContext);
  if (!keyboard) throw new Error("useKeyboard needs KeyboardProvider above it");
  return keyboard;
}

/** While the component is there, the key does this; the last one that asked wins. */
export function useDeskKey(does: DeskKey, action: (() => void) | null): void {
  const { actions } = useKeyboard();
  const latest = useRef(action);
  latest.current = action;
  const on = action !== null;
  useEffect(() => {
    if (!on) return;
    const run = () => latest.current?.();
    actions.set(does, run);
    return () => {
      if (actions.get(does) === run) actions.delete(does);
    };
  }, [actions, does, on]);
}

export function KeyboardProvider({ children }: { children: ReactNode }) {
  const [enabled, setEnabled] = useState(() => localStorage.getItem(storageKey) !== "off");
  const [actions] = useState(() => new Map<DeskKey, () => void>());
  useEffect(() => {
    localStorage.setItem(storageKey, enabled ? "on" : "off");
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const entry = keyTable.find(({ key }) => key === event.key);
      if (!entry || event.ctrlKey || event.altKey || event.metaKey) return;
      if (entry.sign && isTyping(event.target)) return;
      const action = actions.get(entry.does);
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [enabled, actions]);
  const keyboard = useMemo(() => ({ enabled, setEnabled, actions }), [enabled, actions]);
  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
}
