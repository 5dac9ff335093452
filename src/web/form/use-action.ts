import { useCallback, useRef, useState } from "react";
import { Problem } from "../api/api-problem.ts";

export type Action<Args extends unknown[]> = {
  run(...args: Args): Promise<boolean>;
  busy: boolean;
  problem: Problem | null;
  clear(): void;
};

/** Runs a request for a button: one at a time, its Problem kept to be shown beside the button. */
export function useAction<Args extends unknown[]>(work: (...args: Args) => Promise<unknown>): Action<Args> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
  const latest = useRef(work);
  latest.current = work;
  const run = useCallback(async (...args: Args) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await latest.current(...args);
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setProblem(null), []);
  return { run, busy, problem, clear };
}
