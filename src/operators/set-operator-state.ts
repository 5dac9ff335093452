import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { ChosenState } from "./operator.ts";
import {
  listPauseReasons,
  lockOperator,
  type OperatorView,
  operatorView,
  recordStates,
  wakeQueue,
  writeChoice,
} from "./operator-store.ts";

/**
 * What the person wants to be (REQ 1.7). During a call or wrap-up the choice is kept and holds afterwards; from "not
 * answering" it leads back to work.
 * @throws AppError not_found (no desk), rule_violated (pause reason missing or unknown, no seat, an office's seat).
 */
export async function setOperatorState(
  pool: Pool,
  personId: string,
  wanted: { state: ChosenState; reason?: string | undefined },
): Promise<OperatorView> {
  return inTransaction(pool, async (client) => {
    const operator = await lockOperator(client, personId);
    if (!operator) throw noDesk();
    if (wanted.state === "pause") checkReason(wanted.reason, await listPauseReasons(client));
    if (wanted.state === "available" && !operator.seatId) {
      throw new AppError("rule_violated", "An operator without a seat can not take calls", {
        refusal: "seat_needed",
        it: "Senza postazione non si possono ricevere chiamate: acceda di nuovo indicando la postazione.",
      });
    }
    if (wanted.state === "available" && operator.seatKind === "office") {
      throw new AppError("rule_violated", "An office's seat takes no calls of the queue", {
        refusal: "office_seat",
        it: "Da una postazione d'ufficio non si ricevono le chiamate in coda.",
        insteadIt: "Acceda di nuovo da una postazione di operatore.",
      });
    }
    await writeChoice(client, personId, wanted.state, wanted.state === "pause" ? (wanted.reason ?? null) : null);
    await recordStates(client, [personId]);
    if (wanted.state === "available") await wakeQueue(client);
    const view = await operatorView(client, personId);
    if (!view) throw noDesk();
    return view;
  });
}

function checkReason(reason: string | undefined, known: { code: string }[]): void {
  const allowed = known.map((pause) => pause.code);
  if (reason && allowed.includes(reason)) return;
  throw new AppError("rule_violated", "A pause needs one of the listed reasons", {
    rule: "REQ 1.7",
    refusal: "pause_reason_needed",
    it: "Indichi il motivo della pausa.",
    extra: { allowed },
  });
}

export function noDesk(): AppError {
  return new AppError("not_found", "This person has no operator's desk", {
    it: "Questa persona non ha una postazione da operatore.",
  });
}
