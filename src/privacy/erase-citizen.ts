import type { PoolClient } from "pg";
import { eraseCallerNumber } from "../cases/moves/caller-number-store.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { writeAudit } from "../people/person-store.ts";
import {
  anonymiseCases,
  casesOfCitizens,
  casesWithNumbersToErase,
  eraseCitizens,
  lockCitizenGroup,
} from "./erasure-store.ts";

export type Erased = { records: number; cases: number };

/**
 * Erases a citizen at their wish (GDPR art. 17): the record, what was merged into it, and everything in their cases
 * that says who it was; counts stay. The audit log keeps the record's id, which names nobody any more.
 * @throws AppError not_found, rule_violated while a case is open or held for a court, with the numbers of the cases
 */
export async function eraseCitizen(
  pool: Pool,
  person: SignedInPerson,
  citizenId: string,
  ground: string,
): Promise<Erased> {
  return inTransaction(pool, async (client) => {
    const ids = await lockCitizenGroup(client, citizenId);
    if (ids.length === 0) throw new AppError("not_found", "There is no such citizen record");
    const { closed, open, held } = await casesOfCitizens(client, ids);
    if (open.length > 0 || held.length > 0) {
      throw new AppError("rule_violated", "Cases of the citizen must be kept now", {
        refusal: open.length > 0 ? "open_cases" : "legal_hold",
        it: `Ci sono casi ${open.length > 0 ? "aperti" : "da conservare per obbligo di legge"}: la cancellazione è possibile dopo.`,
        extra: { cases: open.length > 0 ? open : held },
      });
    }
    await forgetCases(client, closed);
    const records = await eraseCitizens(client, ids);
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "citizen.erase", subjectKind: "citizen" },
      ...{ subjectId: citizenId, data: { ground, records, cases: closed.length } },
    });
    return { records, cases: closed.length };
  });
}

/** Texts and citizen first, then the numbers of calls that serve no other case. */
export async function forgetCases(client: PoolClient, caseIds: readonly string[]): Promise<void> {
  if (caseIds.length === 0) return;
  await anonymiseCases(client, caseIds);
  for (const caseId of await casesWithNumbersToErase(client, caseIds)) await eraseCallerNumber(client, caseId);
}
