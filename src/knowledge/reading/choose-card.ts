import type { CaseRecord } from "../../cases/case-record.ts";
import { readCase } from "../../cases/case-store.ts";
import { editCaseWith } from "../../cases/edit-case.ts";
import { visibleCase } from "../../cases/visibility/visible-case.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { readCard, type StoredCard } from "../cards/card-store.ts";
import { noSuchCard } from "../cards/save-card.ts";
import { recordReading, wasRead } from "./case-card-store.ts";

/**
 * Choosing the card sets the triple of the draft and keeps which version was read (REQ 2, 10).
 * @param version of the case, as read. @throws stale_version, rule_violated (no draft of one's own any more)
 */
export async function chooseCard(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  version: number,
  cardId: string,
): Promise<CaseRecord> {
  return inTransaction(pool, async (client) => {
    const card = await publishedCard(client, cardId);
    const edited = await editCaseWith(client, person, caseId, version, { serviceId: card.serviceId });
    await recordReading(client, { caseId, cardId, version: card.version, personId: person.id, chosen: true });
    return (await readCase(client, caseId)) ?? edited;
  });
}

/** A card that was looked at while working on a case, without choosing it. */
export async function readCardInCase(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  cardId: string,
): Promise<StoredCard> {
  return inTransaction(pool, async (client) => {
    await visibleCase(client, person, caseId);
    const card = await publishedCard(client, cardId);
    await recordReading(client, { caseId, cardId, version: card.version, personId: person.id, chosen: false });
    return card;
  });
}

/** The very text that was read in a case, also after the card has changed. @throws not_found */
export async function cardAsRead(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  cardId: string,
  version: number,
): Promise<StoredCard> {
  await visibleCase(pool, person, caseId);
  const card = (await wasRead(pool, caseId, cardId, version)) ? await readCard(pool, cardId, version) : null;
  if (!card) throw noSuchCard();
  return card;
}

async function publishedCard(client: Queryable, cardId: string): Promise<StoredCard> {
  const card = await readCard(client, cardId, "published");
  if (!card) throw noSuchCard();
  return card;
}
