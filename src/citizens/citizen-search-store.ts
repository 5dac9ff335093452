import type { Queryable } from "../database/pool.ts";
import type { CitizenCandidate, CitizenQuery } from "./citizen.ts";

export type FoundCitizen = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  taxCode: string | null;
  contacts: { kind: string; value: string; source: string }[];
  openCases: number;
  version: number;
};

/**
 * Who may be calling, for the screen pop (REQ 1.3): one jsonb array, at most 5 citizens (those whose number was stored
 * last first), each with at most 5 open cases, newest first; drafts are in nobody's history yet. Members as in
 * `CitizenCandidate`. `number` is an expression of the statement around it; null gives []. Merged records hold no
 * contacts, so they need no condition; one index look-up and two per candidate, also for a number of a thousand people.
 */
export function citizenCandidatesSql(number: string): string {
  return `coalesce((select jsonb_agg(jsonb_build_object('id', z.id, 'firstName', z.first_name,
        'lastName', z.last_name, 'openCases', coalesce(x.cases, '[]'::jsonb)) order by n.created_at desc)
      from (select citizen_id, created_at from citizen_contacts where kind = 'phone' and value = ${number}
        order by created_at desc limit 5) n
      join citizens z on z.id = n.citizen_id
      left join lateral (select jsonb_agg(jsonb_build_object('id', s.id, 'number', s.number, 'status', s.status,
          'reason', s.reason, 'openedAt', s.opened_at) order by s.opened_at desc) as cases
        from (select id, number, status, reason, opened_at from cases
          where citizen_id = z.id and closed_at is null and status <> 'draft'
          order by opened_at desc limit 5) s) x on true), '[]'::jsonb)`;
}

export async function citizenCandidates(db: Queryable, e164: string | null): Promise<CitizenCandidate[]> {
  const found = await db.query<{ candidates: CitizenCandidate[] }>({
    name: "citizen-candidates",
    text: `select ${citizenCandidatesSql("$1")} as candidates`,
    values: [e164],
  });
  return found.rows[0]!.candidates;
}

/** At most `limit` records that are part of no other; names exactly as typed first, then those spelt alike. */
export async function findCitizens(db: Queryable, query: CitizenQuery, limit: number): Promise<FoundCitizen[]> {
  switch (query.by) {
    case "phone":
      return findByContact(db, "phone", query.e164, limit);
    case "email":
      return findByContact(db, "email", query.email, limit);
    case "taxCode":
      return listCitizens(db, "upper(c.tax_code) = $1 order by c.id desc limit $2", [query.taxCode, limit]);
    case "name":
      return findByName(db, query.text, limit);
    case "nothing":
      return [];
  }
}

async function findByContact(db: Queryable, kind: string, value: string, limit: number): Promise<FoundCitizen[]> {
  return listCitizens(
    db,
    `c.id in (select citizen_id from citizen_contacts where kind = $3 and value = $1 order by created_at desc limit $2)
       order by c.id desc`,
    [value, limit, kind],
  );
}

/**
 * First the records that have all words as typed; if these are fewer than wanted, each word is widened to the known
 * name words that begin with it or are spelt alike (trigrams, or two letters at most exchanged or missing).
 */
async function findByName(db: Queryable, text: string, limit: number): Promise<FoundCitizen[]> {
  const exact = await listCitizens(
    db,
    "c.name_words @> name_words(null, $1) and name_words(null, $1) <> '{}' limit $2",
    [text, limit],
  );
  if (exact.length >= limit) return exact;
  const alike = await wordsAlike(db, text);
  if (alike.length === 0 || alike.some((words) => words.length === 0)) return exact;
  const conditions = alike.map((_, index) => `c.name_words && $${index + 3}::text[]`).join(" and ");
  const found = await listCitizens(
    db,
    `c.id in (select c.id from citizens c where ${conditions} and c.merged_into_id is null limit 500)
       order by cardinality(array(select unnest(c.name_words) intersect select unnest(name_words(null, $1)))) desc,
         similarity(array_to_string(c.name_words, ' '), array_to_string(name_words(null, $1), ' ')) desc,
         c.id desc limit $2`,
    [text, limit, ...alike],
  );
  const known = new Set(exact.map((citizen) => citizen.id));
  return [...exact, ...found.filter((citizen) => !known.has(citizen.id))].slice(0, limit);
}

/** Sorts after every letter: a range, unlike LIKE, uses the index for a word that is known at run time only. */
const lastLetter = "\u{10ffff}";

/** For each of the first four words, the words of names that may have been meant. */
async function wordsAlike(db: Queryable, text: string): Promise<string[][]> {
  const found = await db.query<{ words: string[] }>(
    `select array(
        select a.word
        union (select k.word from citizen_name_words k
          where k.word >= a.word and k.word < a.word || $2 and length(a.word) >= 2 order by k.word limit 20)
        union (select k.word from citizen_name_words k where k.word % a.word
          order by similarity(k.word, a.word) desc, k.word limit 12)
        union (select k.word from citizen_name_words k
          where k.word >= left(a.word, 1) and k.word < left(a.word, 1) || $2 and length(a.word) >= 4
            and length(k.word) between length(a.word) - 1 and length(a.word) + 1
            and levenshtein_less_equal(k.word, a.word, 2) <= 2
          order by levenshtein_less_equal(k.word, a.word, 2), k.word limit 12)) as words
      from (select w.word collate "C" as word, w.place from unnest(name_words(null, $1)) with ordinality as w (word, place)
        where length(w.word) <= 40 order by w.place limit 4) a
      order by a.place`,
    [text, lastLetter],
  );
  return found.rows.map((row) => row.words);
}

async function listCitizens(db: Queryable, condition: string, values: unknown[]): Promise<FoundCitizen[]> {
  const found = await db.query<FoundCitizen>(
    `select c.id, c.first_name as "firstName", c.last_name as "lastName", c.tax_code as "taxCode", c.version,
        coalesce(k.contacts, '[]') as contacts,
        (select count(*) from cases s where s.citizen_id = c.id and s.closed_at is null) as "openCases"
      from (select c.* from citizens c where c.merged_into_id is null and ${condition}) c
      left join lateral (select jsonb_agg(jsonb_build_object('kind', k.kind, 'value', k.value, 'source', k.source)
        order by k.created_at) as contacts
        from (select * from citizen_contacts where citizen_id = c.id order by created_at limit 10) k) k on true`,
    values,
  );
  return found.rows;
}
