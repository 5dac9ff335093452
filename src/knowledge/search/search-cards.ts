import { tidyText } from "../../citizens/citizen.ts";
import type { Pool } from "../../database/pool.ts";
import { withoutCitizenData } from "../../information-needs/citizen-data.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { readCardCode } from "../cards/card.ts";
import {
  type Asked,
  type FoundCard,
  findByCode,
  findByQuery,
  findByWords,
  type KnownWord,
  knownWords,
  listPublished,
  rememberSearch,
} from "./card-search-store.ts";

/** How they were found: all words as typed, words spelt alike, not all of the words, none; or nothing was asked. */
export type MatchKind = "code" | "all" | "alike" | "part" | "nothing" | "list";
export type CardSearch = { items: FoundCard[]; match: MatchKind };

export type SearchWish = {
  q: string;
  agencyId?: string | undefined;
  serviceId?: string | undefined;
  limit: number;
};

/**
 * The first step of every request (REQ 2, 10): forms of a word, beginnings, accents and typing errors are forgiven,
 * in this order. What finds nothing, or no card with all words, is remembered as missing knowledge (REQ 3.1).
 */
export async function searchCards(pool: Pool, person: SignedInPerson, wish: SearchWish): Promise<CardSearch> {
  const q = tidyText(wish.q).slice(0, 200);
  const asked: Asked = { agencyId: wish.agencyId ?? null, limit: wish.limit };
  if (!/[\p{L}\p{N}]/u.test(q))
    return { items: await listPublished(pool, asked, wish.serviceId ?? null), match: "list" };
  const found = await findCards(pool, q, asked);
  if (found.match === "part" || found.match === "nothing") {
    const text = withoutCitizenData(q.toLowerCase());
    if (text.length >= 2) {
      await rememberSearch(pool, { text, agencyId: asked.agencyId, found: found.match, personId: person.id });
    }
  }
  return found;
}

/** The search by itself, without a trace. */
export async function findCards(pool: Pool, q: string, asked: Asked): Promise<CardSearch> {
  const code = readCardCode(q);
  if (code) {
    const items = await findByCode(pool, code);
    if (items.length > 0) return { items, match: "code" };
  }
  const all = await findByWords(pool, q, asked);
  if (all.length > 0) return { items: all, match: "all" };
  const words = await knownWords(pool, q);
  const known = words.filter((word) => word.alike.length > 0);
  if (known.length === 0) return { items: [], match: "nothing" };
  if (known.length === words.length) {
    const alike = await findByQuery(pool, allOf(known), asked);
    if (alike.length > 0) return { items: alike, match: "alike" };
  }
  const part = await findByQuery(pool, someOf(known, Math.ceil(words.length / 2)), asked);
  return part.length > 0 ? { items: part, match: "part" } : { items: [], match: "nothing" };
}

function allOf(words: readonly KnownWord[]): string {
  return words.map((word) => `(${word.alike.join(" | ")})`).join(" & ");
}

/** Cards that have at least `count` of the words (all of them when fewer are known). */
function someOf(words: readonly KnownWord[], count: number): string {
  return choices(words, Math.min(count, words.length)).map(allOf).join(" | ");
}

function choices<T>(from: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, index) => choices(from.slice(index + 1), count - 1).map((rest) => [first, ...rest]));
}
