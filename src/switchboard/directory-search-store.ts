import type { Queryable } from "../database/pool.ts";
import { fillerWords } from "./directory.ts";
import { type DirectoryEntry, entryColumns, inDirectory } from "./directory-store.ts";

/** Sorts after every letter: a range, unlike LIKE, uses the index for a word that is known at run time only. */
const lastLetter = "\u{10ffff}";
const wordsAtMost = 5;
/** So many of the fitting entries are put in order; beyond that the words chose nothing. */
const rankedAtMost = 400;

/**
 * Entries by name, office and role, best first (REQ 7.1): those with each word as typed before those with a longer word
 * or one spelt alike, names before offices and roles. A word that nothing resembles is passed over when others fit.
 */
export async function searchEntries(
  db: Queryable,
  asked: { q: string; agencyId: string | null; limit: number },
): Promise<DirectoryEntry[]> {
  const meant = (await wordsMeant(db, asked.q)).filter(({ words }) => words.length > 0);
  if (meant.length === 0) return [];
  const typed = meant.map(({ word }) => [word]);
  const widened = meant.map(({ words }) => words);
  const asTyped = meant.every(({ word, words }) => words.includes(word));
  const found = new Map<string, DirectoryEntry>();
  for (const [column, words] of [
    ...(asTyped ? ([["name_words", typed]] as const) : []),
    ...(asTyped ? ([["words", typed]] as const) : []),
    ["name_words", widened] as const,
    ["words", widened] as const,
  ]) {
    for (const entry of await findEntries(db, column, words, asked)) {
      if (!found.has(entry.id)) found.set(entry.id, entry);
    }
    if (found.size >= asked.limit) break;
  }
  return [...found.values()].slice(0, asked.limit);
}

async function findEntries(
  db: Queryable,
  column: "name_words" | "words",
  meant: readonly string[][],
  { q, agencyId, limit }: { q: string; agencyId: string | null; limit: number },
): Promise<DirectoryEntry[]> {
  const fits = meant.map((_, index) => `e.${column} && $${index + 4}::text[]`).join(" and ");
  const agencies =
    agencyId === null ? "(select id from agencies where switchboard and disabled_at is null)" : "($2::uuid)";
  const { rows } = await db.query<DirectoryEntry>(
    `with fitting as materialized (
      select e.id, e.name, e.words, e.name_words from directory_entries e
      where e.disabled_at is null and e.agency_id in ${agencies} and ${fits} limit ${rankedAtMost}
    ), best as materialized (
      select f.id, f.name, (select count(*) from unnest(directory_words($1)) w where w = any(f.words)) as exact,
        similarity(array_to_string(f.${column}, ' '), array_to_string(directory_words($1), ' ')) as alike
      from fitting f order by exact desc, alike desc, f.name, f.id limit $3
    )
    select ${entryColumns} from best b join directory_entries e on e.id = b.id join agencies a on a.id = e.agency_id
    where ${inDirectory} and ($2::uuid is null or e.agency_id = $2)
    order by b.exact desc, b.alike desc, b.name, b.id`,
    [q, agencyId, limit, ...meant],
  );
  return rows;
}

/**
 * For each word asked for, the known words that may have been meant: the word itself, longer ones, and those spelt
 * alike (trigrams, or two letters at most exchanged or missing). Filler words count only when there are no others.
 */
async function wordsMeant(db: Queryable, q: string): Promise<{ word: string; words: string[] }[]> {
  const { rows } = await db.query<{ word: string; words: string[] }>({
    name: "directory-words-meant",
    text: `
      with asked as (
        select w.word collate "C" as word, w.place, w.word = any($3::text[]) as filler
        from unnest(name_words(null, $1)) with ordinality as w (word, place) where length(w.word) <= 40
      ), counting as (
        select word, place from asked where not filler or not exists (select from asked where not filler)
        order by place limit ${wordsAtMost}
      )
      select a.word, array(
          select k.word from directory_known_words k where k.word = a.word
          union (select k.word from directory_known_words k
            where k.word >= a.word and k.word < a.word || $2 and length(a.word) >= 2 order by k.word limit 30)
          union (select k.word from directory_known_words k where length(a.word) >= 3 and k.word % a.word
            order by similarity(k.word, a.word) desc, k.word limit 12)
          union (select k.word from directory_known_words k
            where k.word >= left(a.word, 1) and k.word < left(a.word, 1) || $2 and length(a.word) >= 4
              and length(k.word) between length(a.word) - 1 and length(a.word) + 1
              and levenshtein_less_equal(k.word, a.word, 2) <= case when length(a.word) < 6 then 1 else 2 end
            order by levenshtein_less_equal(k.word, a.word, 2), k.word limit 12)) as words
      from counting a order by a.place`,
    values: [q, lastLetter, fillerWords],
  });
  return rows;
}
