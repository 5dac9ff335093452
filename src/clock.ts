/** Wall time for rows and people; monotonic time for leases and waits (a clock jump must not end a wait). */
export type Clock = {
  /** Wall clock, UTC. */
  now(): Date;
  /** Milliseconds that never go backwards; not related to wall time. */
  monotonicMs(): number;
};

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
