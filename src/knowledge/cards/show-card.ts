import type { Pool } from "../../database/pool.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import { type CardState, cardState, mayEditCard } from "./card.ts";
import {
  type CardFilter,
  listCards,
  listVersions,
  readCard,
  type StoredCard,
  type WhichVersion,
} from "./card-store.ts";
import { noSuchCard } from "./save-card.ts";
import { DEFAULT_SEGMENT_LIMIT, smsLength } from "./sms-segments.ts";

type Segments = Pick<ReturnType<typeof smsLength>, "encoding" | "segments" | "units" | "left">;
export type CardView = Omit<StoredCard, "withdrawn"> & {
  state: CardState;
  sms: { smsText: Segments; workDoneText: Segments; limit: number };
  editable: boolean;
};

/**
 * A card as this person may see it: the published version, or another for those who may write the card, or have the
 * right to look at what a case has kept (`version`). Documents that the agency has not released are its writers' only.
 * @throws not_found
 */
export async function showCard(pool: Pool, person: SignedInPerson, id: string, which: WhichVersion): Promise<CardView> {
  const card = await readCard(pool, id, which);
  if (!card || (which !== "published" && !mayReadOther(person, card))) throw noSuchCard();
  return viewCard(person, card);
}

export function viewCard(person: SignedInPerson, card: StoredCard): CardView {
  const { withdrawn: _withdrawn, ...shown } = card;
  const editable = mayEditCard(person, card);
  return {
    ...shown,
    state: cardState(card),
    documents: editable ? card.documents : card.documents.filter((document) => document.released),
    sms: {
      smsText: segmentsOf(card.smsText),
      workDoneText: segmentsOf(card.workDoneText),
      limit: DEFAULT_SEGMENT_LIMIT,
    },
    editable,
  };
}

export async function showVersions(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  page: { limit: number; before: number | null },
) {
  const card = await readCard(pool, id, "latest");
  if (!card || !mayReadOther(person, card)) throw noSuchCard();
  return listVersions(pool, id, page.limit, page.before);
}

/** Cards for those who write them, drafts included: editors all, referents those of their services. */
export async function listEditableCards(
  pool: Pool,
  person: SignedInPerson,
  filter: Omit<CardFilter, "serviceIds">,
  page: { limit: number; after: string | null },
) {
  const serviceIds = hasRole(person, "knowledge_editor", "supervisor") ? null : person.serviceIds;
  const rows = await listCards(pool, { ...filter, serviceIds }, page.limit + 1, page.after);
  const items = rows.slice(0, page.limit).map(({ withdrawn, ...card }) => ({
    ...card,
    state: cardState({ ...card, withdrawn }),
  }));
  return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/** Whoever answers for the card, and the supervisor who looks at what an operator read. */
function mayReadOther(person: SignedInPerson, card: StoredCard): boolean {
  return mayEditCard(person, card) || hasRole(person, "supervisor");
}

function segmentsOf(text: string): Segments {
  const { encoding, segments, units, left } = smsLength(text);
  return { encoding, segments, units, left };
}
