import { useRef, useState } from "react";
import { sweepUnsaved, unsavedPrefix } from "../case/draft/unsaved-text.ts";
import { usePerson } from "../session/session-context.tsx";

/**
 * Like useState for what somebody writes into a form that is not saved by itself: it outlives page, tab and browser
 * until it is what it was in the beginning (sent or taken away), or until the third of what it gives tells what
 * was saved: that is the beginning from then on. `place` names form and thing.
 */
export function useKept<T>(place: string, beginning: T): [T, (value: T) => void, (saved: T) => void] {
  const { id } = usePerson();
  const key = `${unsavedPrefix}${id}.form.${place}`;
  const first = useRef(JSON.stringify(beginning));
  const [value, setValue] = useState<T>(() => readKept<T>(key) ?? beginning);
  const keep = (next: T) => {
    setValue(next);
    writeKept(key, JSON.stringify(next) === first.current ? null : next);
  };
  const settle = (saved: T) => {
    first.current = JSON.stringify(saved);
    setValue(saved);
    writeKept(key, null);
  };
  return [value, keep, settle];
}

function readKept<T>(key: string): T | null {
  try {
    sweepUnsaved(localStorage);
    const text = localStorage.getItem(key);
    return text ? (JSON.parse(text) as { value: T }).value : null;
  } catch {
    // Storage forbidden, or cut short by a crash: there is nothing to bring back.
    return null;
  }
}

function writeKept(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ value, at: Date.now() }));
  } catch {
    // Storage full or forbidden: the text still stands in the form.
  }
}
