import { inTransaction, isUniqueViolation } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { hasRole, hasRoleIn, type SignedInPerson } from "../../people/person.ts";
import { writeAudit } from "../../people/person-store.ts";
import { refuseOutOfScope } from "../cards/card.ts";
import { publishVersions } from "../cards/card-store.ts";
import {
  type CardImport,
  endImport,
  outdatedRows,
  readImport,
  servicesOfImport,
  writeImport,
} from "./card-import-store.ts";

const publishedAtOnce = 500;

/**
 * Makes a compared delivery live: new cards and versions, published, in one transaction.
 * @throws wrong_state when a card changed since the comparison (then deliver again), or the import has ended
 */
export async function applyCardImport(pool: Pool, person: SignedInPerson, id: string): Promise<CardImport> {
  try {
    return await inTransaction(pool, async (client) => {
      await openImport(client, person, id);
      const outdated = await outdatedRows(client, id);
      if (outdated.length > 0) throw outdatedImport(outdated);
      const cards = await writeImport(client, id, { personId: person.id, actor: person.login });
      for (let from = 0; from < cards.length; from += publishedAtOnce) {
        await publishVersions(client, cards.slice(from, from + publishedAtOnce), person.id);
      }
      return endAndAudit(client, person, id, "applied");
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw outdatedImport([]);
    throw error;
  }
}

export async function discardCardImport(pool: Pool, person: SignedInPerson, id: string): Promise<CardImport> {
  return inTransaction(pool, async (client) => {
    await openImport(client, person, id);
    return endAndAudit(client, person, id, "discarded");
  });
}

/** An import that this person may see: editors all, referents those of their services only. @throws not_found */
export async function visibleImport(
  db: Queryable,
  person: SignedInPerson,
  id: string,
  lock = false,
): Promise<CardImport> {
  const found = await readImport(db, id, lock);
  if (!found) throw new AppError("not_found", "There is no such import");
  if (hasRole(person, "knowledge_editor")) return found;
  refuseOutOfScope(hasRoleIn(person, found.agencyId, "agency_referent"));
  const services = await servicesOfImport(db, id);
  refuseOutOfScope(services.every((serviceId) => person.serviceIds.includes(serviceId)));
  return found;
}

async function openImport(client: Queryable, person: SignedInPerson, id: string): Promise<CardImport> {
  const found = await visibleImport(client, person, id, true);
  if (found.state === "staged") return found;
  throw new AppError("wrong_state", "The import has ended", {
    refusal: "import_ended",
    it: found.state === "applied" ? "La fornitura è già stata pubblicata." : "La fornitura è stata scartata.",
  });
}

async function endAndAudit(
  client: Queryable,
  person: SignedInPerson,
  id: string,
  state: "applied" | "discarded",
): Promise<CardImport> {
  await endImport(client, id, state, person.id);
  const ended = (await readImport(client, id))!;
  await writeAudit(client, {
    personId: person.id,
    actor: person.login,
    action: `card_import.${state}`,
    subjectKind: "card_import",
    subjectId: id,
    data: ended.counts,
  });
  return ended;
}

function outdatedImport(externalIds: string[]): AppError {
  return new AppError("wrong_state", "Cards have changed since the delivery was compared", {
    refusal: "import_outdated",
    it: "Alcune schede sono cambiate dopo il confronto.",
    insteadIt: "Scartare la fornitura e inviarla di nuovo.",
    extra: { externalIds },
  });
}
