import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { hasRole, hasRoleIn, type SignedInPerson } from "../../people/person.ts";
import {
  type CardContent,
  contentChanges,
  contentFaults,
  emptyContent,
  mayEditCard,
  refuseOutOfScope,
} from "../cards/card.ts";
import { contentOf } from "../cards/save-card.ts";
import type { DeliveredCard, DeliveryError } from "./card-delivery.ts";
import {
  type CardImport,
  cardsByExternalId,
  type ImportRow,
  insertImport,
  type KnownCard,
  readImport,
  servicesByCode,
} from "./card-import-store.ts";
import type { Delivery } from "./read-delivery.ts";

const listedErrors = 500;

/**
 * Compares a delivery with the cards and keeps the difference, for somebody to look at before it goes live. Cards that
 * the delivery does not name stay as they are. The same delivery again has nothing new.
 * @throws rule_violated with an error per row: all or nothing. role_missing: a service of somebody else
 */
export async function stageCardImport(
  pool: Pool,
  person: SignedInPerson,
  agencyId: string,
  delivery: Delivery,
): Promise<CardImport> {
  refuseOutOfScope(hasRole(person, "knowledge_editor") || hasRoleIn(person, agencyId, "agency_referent"));
  if (delivery.errors.length > 0) throw refused(delivery.errors);
  if (delivery.cards.length === 0) throw refused([{ line: 1, column: null, it: "La fornitura non contiene schede." }]);
  return inTransaction(pool, async (client) => {
    const services = await servicesByCode(client, agencyId);
    const known = await cardsByExternalId(
      client,
      agencyId,
      delivery.cards.map((card) => card.externalId),
    );
    const world: World = { person, agencyId, services, known: new Map(known.map((card) => [card.externalId, card])) };
    const { rows, errors } = compare(delivery, world);
    if (errors.length > 0) throw refused(errors);
    const id = await insertImport(client, { agencyId, personId: person.id, source: delivery.source }, rows);
    return (await readImport(client, id))!;
  });
}

type World = {
  person: SignedInPerson;
  agencyId: string;
  services: Map<string, string>;
  known: Map<string, KnownCard>;
};

function compare(delivery: Delivery, world: World): { rows: ImportRow[]; errors: DeliveryError[] } {
  const seen = new Set<string>();
  const rows: ImportRow[] = [];
  const errors: DeliveryError[] = [];
  for (const [index, card] of delivery.cards.entries()) {
    const line = delivery.lines[index] ?? index + 1;
    const faults: DeliveryError[] = [];
    const fault = (column: string, it: string) => faults.push({ line, column, it });
    if (seen.has(card.externalId)) fault("codice", "Il codice è ripetuto nella stessa fornitura.");
    seen.add(card.externalId);
    const row = rowOf(card, world, fault);
    errors.push(...faults);
    if (row) rows.push(row);
  }
  return { rows, errors };
}

function rowOf(card: DeliveredCard, world: World, fault: (column: string, it: string) => unknown): ImportRow | null {
  const serviceId = world.services.get(card.service);
  if (!serviceId) {
    fault("servizio", "Il servizio non esiste in questo ente, o è disattivato.");
    return null;
  }
  if (!mayEditCard(world.person, { agencyId: world.agencyId, serviceId })) {
    fault("servizio", "Lei non è referente di questo servizio.");
  }
  const before = world.known.get(card.externalId) ?? null;
  if (before && before.serviceId !== serviceId) {
    fault("servizio", "La scheda appartiene a un altro servizio: usare un nuovo codice.");
  }
  const content = contentOf(before ?? emptyContent, card);
  for (const { field, it } of contentFaults(content)) fault(field, it);
  const base = { place: card.place, externalId: card.externalId, serviceId, content: plain(content) };
  if (!before) return { ...base, cardId: null, cardVersion: null, kind: "new", changes: {} };
  const changes: ImportRow["changes"] = contentChanges(before, content);
  if (!before.published) changes.published = { from: false, to: true };
  const kind = Object.keys(changes).length > 0 ? "changed" : "same";
  return { ...base, cardId: before.id, cardVersion: before.version, kind, changes };
}

/** The content alone, without what else a card has. */
function plain(content: CardContent): CardContent {
  const names = Object.keys(emptyContent) as (keyof CardContent)[];
  return Object.fromEntries(names.map((name) => [name, content[name]])) as CardContent;
}

function refused(errors: DeliveryError[]): AppError {
  return new AppError("rule_violated", "The delivery has errors, nothing was taken", {
    rule: "REQ 10",
    refusal: "delivery_errors",
    it: `La fornitura ha ${errors.length} errori: non è stato preso nulla.`,
    insteadIt: "Correggere le righe indicate e ripetere.",
    extra: { rows: errors.slice(0, listedErrors), errorCount: errors.length },
  });
}
