import { useCallback, useEffect, useRef, useState } from "react";
import type { ListName } from "../../desk/list-news.ts";
import { isPassing, Problem } from "../api/api-problem.ts";
import type { Page } from "../api/api-types.ts";
import { useDesk } from "../live/desk-context.tsx";

/** A server that is away is asked again. */
const healMs = 4_000;

/** Time for a word to be typed before its answer is asked for. */
const pauseMs = 150;

type Read<T> = (cursor: string | null) => Promise<Page<T>>;
type Shown<T> = { items: T[]; nextCursor: string | null; problem: Problem | null; loading: boolean };
export type List<T> = Omit<Shown<T>, "nextCursor"> & { more: (() => void) | null; again(): void };

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, { code: "internal" });
}

/** Asks again while what went wrong may pass by itself. */
function useHealing(problem: Problem | null, ask: () => void): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!problem || !isPassing(problem)) return;
    const timer = setTimeout(() => latest.current(), healMs);
    return () => clearTimeout(timer);
  }, [problem]);
}

/** Counts up with each change of what is shown that the program tells. */
function useNews(follows: ListName | undefined): number {
  const { changedLists } = useDesk().state;
  return (changedLists.all ?? 0) + (follows ? (changedLists[follows] ?? 0) : 0);
}

/** As many lines as were shown before, so that nobody loses the place in a list that changed. */
async function readAgain<T>(read: Read<T>, shownBefore: number): Promise<Page<T>> {
  let page = await read(null);
  while (page.nextCursor && page.items.length < shownBefore) {
    const { items, nextCursor } = await read(page.nextCursor);
    page = { items: [...page.items, ...items], nextCursor };
  }
  return page;
}

/**
 * Pages of a list. `key` names what is asked for: another key asks anew; so do the feed's news of cases and of what the
 * list `follows`, a reconnection and, when given, every `everyMs`. An answer that comes after a later question is
 * thrown away.
 */
export function useList<T>(key: string, read: Read<T>, everyMs?: number, follows?: ListName): List<T> {
  const { listsStale, link } = useDesk().state;
  const news = useNews(follows);
  const [shown, setShown] = useState<Shown<T>>({ items: [], nextCursor: null, problem: null, loading: true });
  const latest = useRef({ read, key, shownKey: key, asked: 0, lines: 0 });
  latest.current.read = read;
  latest.current.key = key;
  latest.current.lines = shown.items.length;
  const ask = useCallback(async (cursor: string | null, before: T[]) => {
    const turn = ++latest.current.asked;
    const { key: asked, shownKey, lines } = latest.current;
    try {
      const page = cursor
        ? await latest.current.read(cursor)
        : await readAgain(latest.current.read, asked === shownKey ? lines : 0);
      if (turn !== latest.current.asked) return;
      latest.current.shownKey = asked;
      setShown({ items: [...before, ...page.items], nextCursor: page.nextCursor, problem: null, loading: false });
    } catch (error) {
      if (turn !== latest.current.asked) return;
      const problem = asProblem(error);
      setShown((now) => ({ ...now, problem, loading: false }));
    }
  }, []);
  // The key and the feed's values only say that the list may be old.
  useEffect(() => {
    const timer = setTimeout(() => void ask(null, []), pauseMs);
    const again = everyMs ? setInterval(() => void ask(null, []), everyMs) : undefined;
    return () => {
      clearTimeout(timer);
      clearInterval(again);
      latest.current.asked++;
    };
  }, [ask, everyMs, key, listsStale, link, news]);
  const { items, nextCursor, problem, loading } = shown;
  useHealing(problem, () => void ask(null, []));
  const more = nextCursor ? () => void ask(nextCursor, items) : null;
  return { items, problem, loading, more, again: () => void ask(null, []) };
}

export type Loaded<T> = { value: T | null; problem: Problem | null; set(value: T): void; again(): Promise<void> };

/**
 * One thing to look at or to edit; `set` takes what a save answered. Only what is looked at `follows` its list's news:
 * nothing changes under the hands of somebody who edits, the version tells when it is saved.
 */
export function useLoaded<T>(key: string, read: () => Promise<T>, follows?: ListName): Loaded<T> {
  const news = useNews(follows);
  const heard = follows ? news : 0;
  const [state, setState] = useState<{ key: string; value: T | null; problem: Problem | null }>({
    key,
    value: null,
    problem: null,
  });
  const latest = useRef({ read, key });
  latest.current = { read, key };
  const again = useCallback(async () => {
    const asked = latest.current.key;
    const isAsked = () => asked === latest.current.key;
    await latest.current.read().then(
      (value) => isAsked() && setState({ key: asked, value, problem: null }),
      (error) =>
        // What is shown already is better than nothing: the banner tells a lost connection.
        isAsked() &&
        setState((now) =>
          now.key === asked && now.value !== null ? now : { key: asked, value: null, problem: asProblem(error) },
        ),
    );
  }, []);
  // Another key is another thing; news say that it may be old.
  useEffect(() => void again(), [again, key, heard]);
  const current = state.key === key;
  useHealing(current ? state.problem : null, () => void again());
  return {
    value: current ? state.value : null,
    problem: current ? state.problem : null,
    set: (value) => setState({ key, value, problem: null }),
    again,
  };
}
