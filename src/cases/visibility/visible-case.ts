import type { Queryable } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { noSuchCase, staleCase } from "../case-errors.ts";
import { historySince } from "../case-history-store.ts";
import type { Actor, CaseRecord } from "../case-record.ts";
import { type LockedFamily, lockFamily } from "../case-store.ts";
import { isVisible, readVisibleCase } from "./case-read-store.ts";

export function actorOf(person: Pick<SignedInPerson, "id" | "login">): Actor {
  return { personId: person.id, name: person.login };
}

/** A named part of the system, e.g. `system:cases` (REQ 0). */
export function systemActor(part: string): Actor {
  return { personId: null, name: `system:${part}` };
}

/**
 * The case with its family, locked until the transaction ends, for a person who sees it.
 * @param version the one the person read; null for actions that only add to the case.
 * @throws not_found when it is not there or not visible, stale_version with what changed since.
 */
export async function lockVisibleFamily(
  db: Queryable,
  person: SignedInPerson,
  caseId: string,
  version: number | null,
): Promise<LockedFamily> {
  const family = await lockFamily(db, caseId);
  if (!family || !(await isVisible(db, person, caseId))) throw noSuchCase();
  if (version !== null && family.self.version !== version) {
    throw staleCase(family.self, await historySince(db, caseId, version));
  }
  return family;
}

/** @throws not_found */
export async function visibleCase(db: Queryable, person: SignedInPerson, caseId: string): Promise<CaseRecord> {
  const record = await readVisibleCase(db, person, caseId);
  if (!record) throw noSuchCase();
  return record;
}
