import type { Queryable } from "../../database/pool.ts";

export type FoundCard = {
  id: string;
  code: string;
  title: string;
  agencyId: string;
  agencyName: string;
  departmentName: string;
  serviceId: string;
  serviceName: string;
  /** The published version, which the excerpt is of. */
  version: number;
  excerpt: string;
  validUntil: string | null;
  expired: boolean;
};

const foundColumns = `c.id, c.code, c.title, c.agency_id as "agencyId", a.name as "agencyName",
  d.name as "departmentName", c.service_id as "serviceId", s.name as "serviceName", c.published_version as version,
  left(coalesce(nullif(v.who, ''), v.how), 200) as excerpt, to_char(c.valid_until, 'YYYY-MM-DD') as "validUntil",
  coalesce(c.valid_until < (now() at time zone 'Europe/Rome')::date, false) as expired`;
const foundTables = `services s on s.id = c.service_id join departments d on d.id = s.department_id
  join agencies a on a.id = c.agency_id join card_versions v on v.card_id = c.id and v.version = c.published_version`;

export type Asked = { agencyId: string | null; limit: number };

/**
 * Published cards that have all words, best first. A common word stands in thousands of cards: the titles with it are
 * looked at first and a bounded number of the others, so that the worst search costs no more than the usual one.
 */
export async function findByWords(db: Queryable, q: string, asked: Asked): Promise<FoundCard[]> {
  return find(db, "find-cards-by-words", "card_query($1)", q, asked);
}

/** The same for a query that was put together from known words (see `knownWords`). */
export async function findByQuery(db: Queryable, query: string, asked: Asked): Promise<FoundCard[]> {
  return find(db, "find-cards-by-query", "to_tsquery('pg_catalog.simple', $1)", query, asked);
}

async function find(db: Queryable, name: string, query: string, text: string, asked: Asked): Promise<FoundCard[]> {
  const { rows } = await db.query<FoundCard>({
    name,
    text: `with asked as materialized (select ${query} as q),
      candidates as (
        (select c.id, true as in_title from cards c, asked
          where c.title_search @@ asked.q and ($2::uuid is null or c.agency_id = $2) limit 400)
        union all
        (select c.id, false from cards c, asked
          where c.search @@ asked.q and ($2::uuid is null or c.agency_id = $2) limit 400)),
      best as (
        select c.id, ts_rank('{0.05, 0.1, 0.3, 1}', c.search, asked.q)
            + case when bool_or(k.in_title) then 1 else 0 end
            - case when c.valid_until < (now() at time zone 'Europe/Rome')::date then 2 else 0 end as score
        from candidates k join cards c on c.id = k.id, asked
        group by c.id, asked.q order by score desc, c.title, c.id limit $3)
      select ${foundColumns} from best b join cards c on c.id = b.id join ${foundTables}
      order by b.score desc, c.title, c.id`,
    values: [text, asked.agencyId, asked.limit],
  });
  return rows;
}

export async function findByCode(db: Queryable, code: string): Promise<FoundCard[]> {
  const { rows } = await db.query<FoundCard>(
    `select ${foundColumns} from cards c join ${foundTables} where c.code = $1 and c.published_version is not null`,
    [code],
  );
  return rows;
}

/** The published cards by title, for somebody who has not typed anything yet. */
export async function listPublished(db: Queryable, asked: Asked, serviceId: string | null): Promise<FoundCard[]> {
  const { rows } = await db.query<FoundCard>(
    `select ${foundColumns} from cards c join ${foundTables}
    where c.published_version is not null and ($1::uuid is null or c.agency_id = $1)
      and ($2::uuid is null or c.service_id = $2)
    order by c.title, c.id limit $3`,
    [asked.agencyId, serviceId, asked.limit],
  );
  return rows;
}

/** A word of the search with the words of cards that may have been meant; without any it is not known at all. */
export type KnownWord = { word: string; alike: string[] };

/** Sorts after every letter: a range, unlike LIKE, uses the index for a word that is known at run time only. */
const lastLetter = "\u{10ffff}";

/**
 * For each word that is no article: itself when cards have it or a longer one, else the known words that are spelt
 * alike (trigrams, or two letters at most wrong, missing or exchanged). Letters and digits only, so they may stand in
 * a query as they are.
 */
export async function knownWords(db: Queryable, q: string): Promise<KnownWord[]> {
  const { rows } = await db.query<KnownWord>({
    name: "known-card-words",
    text: `select a.word, case
        when exists (select from card_words k where k.word >= a.word and k.word < a.word || $2) then array[a.word || ':*']
        when a.word ~ '[0-9]' or length(a.word) < 4 then array[a.word || ':*']
        else array(
          (select k.word from card_words k where k.word % a.word
            order by similarity(k.word, a.word) desc, k.word limit 6)
          union
          (select k.word from card_words k
            where k.word >= left(a.word, 1) and k.word < left(a.word, 1) || $2
              and length(k.word) between length(a.word) - 2 and length(a.word) + 2
              and levenshtein_less_equal(k.word, a.word, 2) <= 2
            order by levenshtein_less_equal(k.word, a.word, 2), k.word limit 6)) end as alike
      from (select w.word collate "C" as word, w.place
        from unnest(string_to_array(card_text($1), ' ')) with ordinality as w (word, place)
        where length(w.word) between 2 and 40 and numnode(to_tsquery('pg_catalog.italian', w.word)) > 0
        order by w.place limit 6) a
      order by a.place`,
    values: [q, lastLetter],
  });
  return rows;
}

export type EmptySearch = { text: string; agencyId: string | null; found: "nothing" | "part"; personId: string };

/**
 * Somebody who types leaves one row: a search that goes on from, or back to, the one of a moment ago replaces it. An
 * agency that does not exist is none.
 */
export async function rememberSearch(db: Queryable, search: EmptySearch): Promise<void> {
  await db.query(
    `with known as (select (select id from agencies where id = $2) as agency_id), last as (
      select id, text from card_searches where person_id = $4 and at > clock_timestamp() - interval '30 seconds'
      order by at desc limit 1
    ), replaced as (
      update card_searches c set text = $1, agency_id = known.agency_id, found = $3, at = clock_timestamp()
      from last, known
      where c.id = last.id and (starts_with($1, last.text) or starts_with(last.text, $1)) returning c.id
    )
    insert into card_searches (text, agency_id, found, person_id)
    select $1, agency_id, $3, $4 from known where not exists (select from replaced)`,
    [search.text, search.agencyId, search.found, search.personId],
  );
}

/** What was asked for in vain, most often first (REQ 3.1: missing knowledge). */
export async function listEmptySearches(
  db: Queryable,
  since: Date,
  /** Null: of all agencies. */
  agencyIds: readonly string[] | null,
  limit: number,
): Promise<{ text: string; found: string; times: number; lastAt: Date }[]> {
  const { rows } = await db.query(
    `select text, min(found) as found, count(*) as times, max(at) as "lastAt" from card_searches
    where at >= $1 and ($2::uuid[] is null or agency_id = any($2))
    group by text order by times desc, "lastAt" desc limit $3`,
    [since, agencyIds, limit],
  );
  return rows;
}

/** Daily: old searches tell nothing any more, and what was typed may be a name. */
export async function forgetOldSearches(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `delete from card_searches where at < now()
      - (select make_interval(days => keep_days) from retention_rules where kind = 'card_search')`,
  );
  return rowCount ?? 0;
}
