import { useCallback, useEffect, useRef, useState } from "react";
import type { Problem } from "../api/api-problem.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { asProblem } from "../list/use-list.ts";
import { useDesk } from "../live/desk-context.tsx";
import { type SendOptions, type SentMessage, sendApi } from "./send-api.ts";

const lookAgainMs = 3_000;

type Sendings = {
  options: SendOptions | null;
  sent: SentMessage[] | null;
  problem: Problem | null;
  again(): Promise<void>;
};

/**
 * What may be sent on the case and what was: read again with each stored version, call state and word of the feed, and
 * every few seconds while something is on its way. What was read before stays until then, so that nothing typed goes.
 */
export function useSendings({ snapshot }: OpenedCase): Sendings {
  const { listsStale, link, call } = useDesk().state;
  const { id, version } = snapshot.view;
  const [shown, setShown] = useState<Omit<Sendings, "again">>({ options: null, sent: null, problem: null });
  const turn = useRef(0);
  const again = useCallback(async () => {
    const asked = ++turn.current;
    try {
      const [options, { items }] = await Promise.all([sendApi.options(id), sendApi.sent(id)]);
      if (asked === turn.current) setShown({ options, sent: items, problem: null });
    } catch (error) {
      if (asked === turn.current) setShown((now) => ({ ...now, problem: asProblem(error) }));
    }
  }, [id]);
  const moment = `${version} ${listsStale} ${link} ${call?.state}`;
  // The moment only says that what is shown may be old.
  useEffect(() => void again(), [again, moment]);
  const underWay = shown.sent?.some(({ state }) => state === "queued" || state === "sending") ?? false;
  useEffect(() => {
    if (!underWay) return;
    const timer = setInterval(() => void again(), lookAgainMs);
    return () => clearInterval(timer);
  }, [underWay, again]);
  // Leaving: an answer that comes later is nobody's.
  useEffect(() => () => void turn.current++, []);
  return { ...shown, again };
}
