import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { refuseContent } from "./card.ts";
import { publishVersions, readCard, type StoredCard, withdrawVersion } from "./card-store.ts";
import { auditCard, editableCard } from "./save-card.ts";

/** Makes the newest version the one that operators find and read. @throws stale_version, role_missing */
export async function publishCard(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
): Promise<StoredCard> {
  return inTransaction(pool, async (client) => {
    const card = await editableCard(client, person, id, version);
    // The limit of segments may have changed since it was saved.
    refuseContent(card);
    await publishVersions(client, [{ id, version }], person.id);
    await auditCard(client, person, "card.publish", id, { version });
    return (await readCard(client, id, "latest"))!;
  });
}

/** Takes the card out of the operators' sight; cases keep the versions they read. */
export async function withdrawCard(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
): Promise<StoredCard> {
  return inTransaction(pool, async (client) => {
    const card = await editableCard(client, person, id, version);
    if (card.publishedVersion === null) {
      throw new AppError("wrong_state", "The card is not published", { it: "La scheda non è pubblicata." });
    }
    await withdrawVersion(client, id);
    await auditCard(client, person, "card.withdraw", id, { version: card.publishedVersion });
    return (await readCard(client, id, "latest"))!;
  });
}
