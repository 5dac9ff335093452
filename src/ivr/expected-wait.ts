/** Span of `answeredLastMinutes`. */
export const answerWindowMinutes = 10;

export type WaitFacts = {
  /** 1 = next. */
  position: number;
  /** Calls answered from this queue in the last `answerWindowMinutes`. */
  answeredLastMinutes: number;
  /** Talk and wrap-up of one call on average; null before there is any. */
  averageHandleSeconds: number | null;
  /** Operators who take calls of this queue now, free or not (not those in pause). */
  operators: number;
};

/** Fewer answers than these say nothing about the next ones. */
const enoughAnswers = 5;

/**
 * The wait that a caller may be told, in seconds, rounded up to a whole minute; null when it is not known, and then
 * nothing is said (REQ 1.2, honest). What the operators can do decides; the pace of the last answers only stands in
 * for it, since after a quiet spell it shows how few called, not how fast calls are answered.
 */
export function expectedWaitSeconds(facts: WaitFacts): number | null {
  const { position, operators } = facts;
  if (operators <= 0 || position < 1) return null;
  const seconds = position * (secondsByCapacity(facts) ?? secondsByPace(facts) ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds / 60) * 60 : null;
}

/** Seconds between two answers when all operators work. */
function secondsByCapacity({ averageHandleSeconds, operators }: WaitFacts): number | null {
  return averageHandleSeconds !== null && averageHandleSeconds > 0 ? averageHandleSeconds / operators : null;
}

function secondsByPace({ answeredLastMinutes }: WaitFacts): number | null {
  return answeredLastMinutes >= enoughAnswers ? (answerWindowMinutes * 60) / answeredLastMinutes : null;
}
