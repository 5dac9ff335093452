import { inTransaction, isUniqueViolation } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { writeAudit } from "../../people/person-store.ts";
import {
  type CardContent,
  contentChanges,
  emptyContent,
  mayEditCard,
  refuseContent,
  refuseOutOfScope,
} from "./card.ts";
import { addVersion, agencyOfService, insertCard, lockCard, type StoredCard, setCardLabels } from "./card-store.ts";

export type CardInput = Partial<CardContent> & {
  title: string;
  serviceId: string;
  externalId?: string | null | undefined;
  ownerId?: string | null | undefined;
  note?: string | undefined;
};
export type CardEdit = Partial<Omit<CardInput, "serviceId">>;

/**
 * A new card as a draft: nobody else reads it before it is published.
 * @throws rule_violated (SMS too long), role_missing (a service of somebody else), duplicate (external id)
 */
export async function createCard(pool: Pool, person: SignedInPerson, input: CardInput): Promise<StoredCard> {
  const content = contentOf(emptyContent, input);
  return savingCard(pool, async (client) => {
    const agencyId = await agencyOfService(client, input.serviceId);
    if (!agencyId) throw noSuchService();
    refuseOutOfScope(mayEditCard(person, { agencyId, serviceId: input.serviceId }));
    refuseContent(content);
    const id = await insertCard(
      client,
      {
        agencyId,
        serviceId: input.serviceId,
        externalId: input.externalId ?? null,
        ownerId: input.ownerId === undefined ? person.id : input.ownerId,
      },
      content,
      input.note ?? "",
      { personId: person.id, actor: person.login },
    );
    await auditCard(client, person, "card.create", id, {});
    return (await lockCard(client, id))!;
  });
}

/**
 * The next version, as a draft beside the published one. Saving what stands there already makes no version.
 * @param version the newest one when it was read. @throws stale_version with the card as it is now
 */
export async function editCard(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  edit: CardEdit,
): Promise<StoredCard> {
  return savingCard(pool, async (client) => {
    const before = await editableCard(client, person, id, version);
    const content = contentOf(before, edit);
    const changes = contentChanges(before, content);
    const labels = {
      ownerId: edit.ownerId === undefined ? (before.owner?.id ?? null) : edit.ownerId,
      externalId: edit.externalId === undefined ? before.externalId : edit.externalId,
    };
    await setCardLabels(client, id, labels);
    if (Object.keys(changes).length > 0) {
      refuseContent(content);
      await addVersion(client, before, content, edit.note ?? "", { personId: person.id, actor: person.login });
    }
    await auditCard(client, person, "card.edit", id, { fields: Object.keys(changes) });
    return (await lockCard(client, id))!;
  });
}

/** The card under lock, for somebody who may write it and has read its newest version. */
export async function editableCard(
  client: Queryable,
  person: SignedInPerson,
  id: string,
  version: number,
): Promise<StoredCard> {
  const card = await lockCard(client, id);
  if (!card) throw noSuchCard();
  refuseOutOfScope(mayEditCard(person, card));
  if (card.latestVersion === version) return card;
  throw new AppError("stale_version", "The card was changed meanwhile", {
    it: "La scheda è stata modificata da un'altra persona.",
    insteadIt: "Confrontare le modifiche e salvare di nuovo.",
    extra: { currentVersion: card.latestVersion, current: card },
  });
}

export function noSuchCard(): AppError {
  return new AppError("not_found", "There is no such card", { it: "Scheda inesistente o non pubblicata." });
}

export async function auditCard(
  client: Queryable,
  person: SignedInPerson,
  action: string,
  id: string,
  data: Record<string, unknown>,
): Promise<void> {
  await writeAudit(client, {
    personId: person.id,
    actor: person.login,
    action,
    subjectKind: "card",
    subjectId: id,
    data,
  });
}

/** Texts lose the blanks around them; members that are not given stay. */
export function contentOf(before: CardContent, given: Partial<CardContent>): CardContent {
  const names = Object.keys(emptyContent) as (keyof CardContent)[];
  const content = Object.fromEntries(
    names.map((name) => {
      const value = given[name] === undefined ? before[name] : given[name];
      return [name, typeof value === "string" ? value.trim() : value];
    }),
  );
  return content as CardContent;
}

async function savingCard<T>(pool: Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(pool, work);
  } catch (error) {
    if (!isUniqueViolation(error, "cards_agency_id_external_id_key")) throw error;
    const it = "L'ente ha già una scheda con questo codice esterno.";
    throw new AppError("duplicate", "The external id is taken", { it, insteadIt: "Usarne un altro." }, error);
  }
}

function noSuchService(): AppError {
  return new AppError("rule_violated", "There is no such service in use", {
    rule: "REQ 10",
    refusal: "no_such_service",
    it: "Il servizio non esiste o è disattivato.",
    insteadIt: "Scegliere il servizio dall'elenco.",
  });
}
