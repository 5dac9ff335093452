import { brokenCalls } from "./call-invariants.ts";
import { brokenDesks } from "./desk-invariants.ts";
import type { Snapshot, Violation } from "./invariant.ts";
import { strayLegs } from "./leg-invariants.ts";

/**
 * What must never be, whatever failed before: rows against rows, and rows against the switch. Pure, so that tests,
 * fault runs and the check in production use the same judgement (issue F). One look may catch a call in the middle
 * of a move: see `confirmed`.
 */
export function checkInvariants(snapshot: Snapshot): Violation[] {
  return [...brokenCalls(snapshot), ...brokenDesks(snapshot), ...strayLegs(snapshot)];
}
