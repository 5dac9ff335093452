import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "../api/api-problem.ts";
import type { Page } from "../api/api-types.ts";
import { useDesk } from "../live/desk-context.tsx";

/** Time for a word to be typed before its answer is asked for. */
const pauseMs = 150;

type Read<T> = (cursor: string | null) => Promise<Page<T>>;
type Shown<T> = { items: T[]; nextCursor: string | null; problem: Problem | null; loading: boolean };
export type List<T> = Omit<Shown<T>, "nextCursor"> & { more: (() => void) | null; again(): void };

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, { code: "internal" });
}

/**
 * Pages of a list. `key` names what is asked for: another key asks anew; so do the feed, a reconnection and, when
 * given, every `everyMs`. An answer that comes after a later question is thrown away.
 */
export function useList<T>(key: string, read: Read<T>, everyMs?: number): List<T> {
  const { listsStale, link } = useDesk().state;
  const [shown, setShown] = useState<Shown<T>>({ items: [], nextCursor: null, problem: null, loading: true });
  const latest = useRef({ read, asked: 0 });
  latest.current.read = read;
  const ask = useCallback(async (cursor: string | null, before: T[]) => {
    const turn = ++latest.current.asked;
    try {
      const { items, nextCursor } = await latest.current.read(cursor);
      if (turn !== latest.current.asked) return;
      setShown({ items: [...before, ...items], nextCursor, problem: null, loading: false });
    } catch (error) {
      if (turn !== latest.current.asked) return;
      const problem = asProblem(error);
      setShown((now) => ({ ...now, problem, loading: false }));
    }
  }, []);
  // The key and the feed's two values only say that the list may be old.
  useEffect(() => {
    const timer = setTimeout(() => void ask(null, []), pauseMs);
    const again = everyMs ? setInterval(() => void ask(null, []), everyMs) : undefined;
    return () => {
      clearTimeout(timer);
      clearInterval(again);
      latest.current.asked++;
    };
  }, [ask, everyMs, key, listsStale, link]);
  const { items, nextCursor, problem, loading } = shown;
  const more = nextCursor ? () => void ask(nextCursor, items) : null;
  return { items, problem, loading, more, again: () => void ask(null, []) };
}

export type Loaded<T> = { value: T | null; problem: Problem | null; set(value: T): void; again(): Promise<void> };

/** One thing to look at or to edit; `set` takes what a save answered. */
export function useLoaded<T>(key: string, read: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; value: T | null; problem: Problem | null }>({
    key,
    value: null,
    problem: null,
  });
  const latest = useRef({ read, key });
  latest.current = { read, key };
  const again = useCallback(async () => {
    const asked = latest.current.key;
    const settle = (value: T | null, problem: Problem | null) => {
      if (asked === latest.current.key) setState({ key: asked, value, problem });
    };
    await latest.current.read().then(
      (value) => settle(value, null),
      (error) => settle(null, asProblem(error)),
    );
  }, []);
  // Another key is another thing.
  useEffect(() => void again(), [again, key]);
  const current = state.key === key;
  return {
    value: current ? state.value : null,
    problem: current ? state.problem : null,
    set: (value) => setState({ key, value, problem: null }),
    again,
  };
}
