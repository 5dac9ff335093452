import { destroyBridge } from "../asterisk/bridge.ts";
import type { AsteriskConnection } from "../asterisk/connection.ts";
import { hangUpLeg } from "../asterisk/leg.ts";
import { parseLegId } from "../asterisk/wire-names.ts";
import type { Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Violation } from "./invariant.ts";
import { adoptCall, endTransferOfEndedCall, freeOperator, withdrawOffer } from "./invariant-store.ts";

export type RepairTools = {
  pool: Pool;
  /** Own connections, one a switch. */
  links: () => readonly AsteriskConnection[];
  /** This copy, as the owner of what it adopts. */
  heir: () => { id: string; epoch: number };
  /** Opens the name under which an adopted call's leg is held, or looks at it again. */
  goOnWith: (application: string) => void;
  log: Logger;
};

/**
 * Repairs what can not hurt anyone: what belongs to nobody ends, who waits for nothing is free, what a dead copy left
 * behind goes on. What would touch a person on the line is only told. Each is a conditional update, or a command for
 * something that no row knows.
 * @returns true when something was changed.
 */
export async function repairViolation(violation: Violation, tools: RepairTools): Promise<boolean> {
  try {
    return await repair(violation, tools);
  } catch (error) {
    tools.log.warn({ kind: violation.kind, reason: errorText(error) }, "a violation was not repaired");
    return false;
  }
}

async function repair({ kind, subject }: Violation, tools: RepairTools): Promise<boolean> {
  const { pool } = tools;
  switch (kind) {
    case "operator_state_wrong":
      return freeOperator(pool, subject);
    case "offer_of_other_call":
      return withdrawOffer(pool, subject);
    case "transfer_without_call":
      return endTransferOfEndedCall(pool, subject);
    case "call_on_dead_node":
      return goOnWith(subject, tools);
    case "leg_without_call":
      // A citizen's leg is never hung up for a missing row: it begins as a new call (reconcile-calls.ts).
      if (parseLegId(subject) === null) return false;
      for (const link of tools.links()) if (link.connected) await hangUpLeg(link, subject);
      return true;
    case "bridge_without_legs":
      for (const link of tools.links()) if (link.connected) await destroyBridge(link, subject);
      return true;
    default:
      return false;
  }
}

async function goOnWith(callId: string, tools: RepairTools): Promise<boolean> {
  const application = await adoptCall(tools.pool, callId, tools.heir());
  if (application === null) return false;
  tools.goOnWith(application);
  return true;
}
