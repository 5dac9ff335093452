import { useEffect, useState } from "react";
import { client } from "../api/desk-api.ts";
import { sayDuration } from "../texts/said-dates.ts";

/** Present time by the server's clock, again every second on the whole second. */
export function useServerNow(on = true): number {
  const [now, setNow] = useState(() => Date.now() + client.clockOffsetMs);
  useEffect(() => {
    if (!on) return;
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const time = Date.now() + client.clockOffsetMs;
      setNow(time);
      timer = setTimeout(tick, 1_000 - (time % 1_000) + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [on]);
  return now;
}

/** Counts up from a moment. Not a live region: a timer that speaks every second would drown the call. */
export function Elapsed({ since, until }: { since: string; until?: string | null }) {
  const now = useServerNow(!until);
  const end = until ? Date.parse(until) : now;
  return <span className="timer">{sayDuration((end - Date.parse(since)) / 1_000)}</span>;
}

/** Seconds left to a moment, never below zero. */
export function useSecondsLeft(until: string): number {
  const now = useServerNow();
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000));
}
