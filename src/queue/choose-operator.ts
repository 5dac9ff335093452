/**
 * Who gets the next call (REQ 1.3): the caller with the highest priority, then the longest in the queue; of the free
 * operators who have the skills (language, and the agency if one was chosen) the one idle for longest.
 */

export type WaitingHead = {
  callId: string;
  language: string;
  agencyId: string | null;
  priority: number;
  queuedAt: Date;
};

export type FreeOperator = {
  personId: string;
  languages: readonly string[];
  /** Null: every agency. */
  agencyIds: readonly string[] | null;
  idleSince: Date;
};

export type Pair = { callId: string; personId: string };

/**
 * Pairs heads with operators. Pure: the same input gives the same pairs whatever the order of the arrays.
 * A caller is passed over only where no free operator has the skills, so an equal later one never goes first.
 */
export function chooseOperators(heads: readonly WaitingHead[], operators: readonly FreeOperator[]): Pair[] {
  const callers = [...heads].sort(byPlace);
  const free = [...operators].sort(byIdleTime);
  const pairs: Pair[] = [];
  for (const caller of callers) {
    if (free.length === 0) break;
    const index = free.findIndex((operator) => canServe(operator, caller));
    if (index < 0) continue;
    const [operator] = free.splice(index, 1);
    if (operator) pairs.push({ callId: caller.callId, personId: operator.personId });
  }
  return pairs;
}

export function canServe(operator: FreeOperator, caller: WaitingHead): boolean {
  const speaks = operator.languages.includes(caller.language);
  const knows = caller.agencyId === null || operator.agencyIds === null || operator.agencyIds.includes(caller.agencyId);
  return speaks && knows;
}

function byPlace(a: WaitingHead, b: WaitingHead): number {
  return b.priority - a.priority || a.queuedAt.getTime() - b.queuedAt.getTime() || (a.callId < b.callId ? -1 : 1);
}

function byIdleTime(a: FreeOperator, b: FreeOperator): number {
  return a.idleSince.getTime() - b.idleSince.getTime() || (a.personId < b.personId ? -1 : 1);
}
