import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import { wrapUpExtension } from "./operator.ts";
import {
  endWrapUpOf,
  lengthenWrapUp,
  lockOperator,
  type OperatorView,
  operatorView,
  recordStates,
  wakeQueue,
} from "./operator-store.ts";
import { noDesk } from "./set-operator-state.ts";

/**
 * One more minute, at most twice.
 * @throws AppError wrong_state (not in wrap-up), rule_violated (both used).
 */
export async function extendWrapUp(pool: Pool, personId: string): Promise<OperatorView> {
  return inTransaction(pool, async (client) => {
    const operator = await lockOperator(client, personId);
    if (!operator) throw noDesk();
    if (operator.system !== "wrap_up") throw notInWrapUp();
    if (!(await lengthenWrapUp(client, personId, wrapUpExtension.seconds, wrapUpExtension.atMost))) {
      throw new AppError("rule_violated", "The wrap-up was lengthened twice already", {
        refusal: "wrap_up_limit",
        it: "Il tempo di chiusura è già stato prolungato due volte.",
        insteadIt: "Salvi la bozza: resta nell'elenco «da completare».",
      });
    }
    await recordStates(client, [personId]);
    return viewOf(await operatorView(client, personId));
  });
}

/**
 * Back to what was chosen.
 * @throws AppError wrong_state when there is no wrap-up (it may have ended by itself).
 */
export async function endWrapUp(pool: Pool, personId: string): Promise<OperatorView> {
  return inTransaction(pool, async (client) => {
    if (!(await endWrapUpOf(client, personId))) throw notInWrapUp();
    await recordStates(client, [personId]);
    await wakeQueue(client);
    return viewOf(await operatorView(client, personId));
  });
}

function viewOf(view: OperatorView | null): OperatorView {
  if (!view) throw noDesk();
  return view;
}

function notInWrapUp(): AppError {
  return new AppError("wrong_state", "There is no wrap-up now", {
    refusal: "not_in_wrap_up",
    it: "Il tempo di chiusura è già terminato.",
  });
}
