import type { Queryable } from "../database/pool.ts";
import { fillerWords } from "./directory.ts";
import { type DirectoryEntry, entryColumns, inDirectory } from "./directory-store.ts";

/** Sorts after every letter: a range, unlike LIKE, uses the index for a word that is known at run time only. */
const lastLetter = "\u{10ffff}";
const wordsAtMost = 5;
/** So many of the fitting entries of each kind are put in order; where there are more, the words chose nothing. */
const rankedAtMost = 150;

type Meant = { word: string; words: string[] };

/**
 * Entries by name, office and role, best first (REQ 7.1): those with each word as typed before those with a longer word
 * or one spelt alike, names before offices and roles. A word that nothing resembles is passed over when others fit.
 */
export async function searchEntries(
  db: Queryable,
  { q, agencyId, limit }: { q: string; agencyId: string | null; limit: number },
): Promise<DirectoryEntry[]> {
  const meant = (await wordsMeant(db, q)).filter(({ words }) => words.length > 0);
  if (meant.length === 0) return [];
  const asked = meant.map(({ word }) => word);
  const { rows } = await db.query<DirectoryEntry>({
    // One plan for each number of words, with and without an agency.
    name: `directory-search-${meant.length}${agencyId === null ? "" : "-agency"}`,
    text: searchText(meant, agencyId !== null),
    values: [
      asked,
      asked.join(" "),
      limit,
      ...meant.map(({ words }) => words),
      ...(agencyId === null ? [] : [agencyId]),
    ],
  });
  return rows;
}

function searchText(meant: readonly Meant[], ofAgency: boolean): string {
  const agencies = ofAgency
    ? `e.agency_id = $${meant.length + 4}::uuid`
    : "e.agency_id in (select id from agencies where switchboard and disabled_at is null)";
  const all = (column: string) => meant.map((_, index) => `e.${column} && $${index + 4}::text[]`).join(" and ");
  const fitting = (condition: string) =>
    `(select e.id, e.name, e.name_words, e.words from directory_entries e
      where e.disabled_at is null and ${agencies} and ${condition} limit ${rankedAtMost})`;
  // Those with the words as typed are asked for by themselves: many alike must not crowd them out.
  return `with fitting as materialized (
      ${fitting("e.name_words @> $1::text[]")} union ${fitting("e.words @> $1::text[]")}
      union ${fitting(all("name_words"))} union ${fitting(all("words"))}
    ), best as materialized (
      select f.id, (select count(*) + count(*) filter (where w = any(f.name_words)) from unnest($1::text[]) w
          where w = any(f.words)) as exact,
        similarity(array_to_string(f.name_words, ' '), $2) as alike, f.name
      from fitting f order by exact desc, alike desc, f.name, f.id limit $3
    )
    select ${entryColumns} from best b join directory_entries e on e.id = b.id join agencies a on a.id = e.agency_id
    where ${inDirectory} order by b.exact desc, b.alike desc, b.name, b.id`;
}

/**
 * For each word asked for, the known words that may have been meant: the word itself, longer ones, and those spelt
 * alike (up to three letters wrong, missing or too many, by the word's length). Filler words count only when there are no others.
 */
async function wordsMeant(db: Queryable, q: string): Promise<Meant[]> {
  const { rows } = await db.query<Meant>({
    name: "directory-words-meant",
    text: `
      with asked as (
        select w.word collate "C" as word, w.place, w.word = any($3::text[]) as filler
        from unnest(name_words(null, $1)) with ordinality as w (word, place) where length(w.word) <= 40
      ), counting as (
        -- The longer the word, the more letters may be wrong; two letters exchanged are two wrong ones.
        select word, place, case when length(word) < 5 then 1 when length(word) < 9 then 2 else 3 end as errors
        from asked where not filler or not exists (select from asked where not filler)
        order by place limit ${wordsAtMost}
      )
      select a.word, array(
          select k.word from directory_known_words k where k.word = a.word
          union (select k.word from directory_known_words k
            where k.word >= a.word and k.word < a.word || $2 and length(a.word) >= 2 order by k.word limit 30)
          union (select k.word from directory_known_words k
            where length(a.word) >= 4 and length(k.word) between length(a.word) - 2 and length(a.word) + 2
              and levenshtein_less_equal(k.word, a.word, a.errors) <= a.errors
            order by levenshtein_less_equal(k.word, a.word, a.errors), left(k.word, 1) <> left(a.word, 1), k.word
            limit 12)) as words
      from counting a order by a.place`,
    values: [q, lastLetter, fillerWords],
  });
  return rows;
}
