import type { Knex } from "knex";

/**
 * Full text of the published cards. Each word stands in the vector twice: as its Italian stem, which finds the other
 * forms of a word, and as it is written, which finds what somebody has begun to type. Accents count in neither.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- As search_text, and "C.I.E." is one word.
    create function card_text(value text) returns text language sql immutable strict parallel safe as $$
      select search_text(regexp_replace(value, '\\m([[:alpha:]])\\.(\\?=[[:alpha:]]\\M)', '\\1', 'g'))
    $$;

    create function card_vector(value text) returns tsvector language sql immutable parallel safe as $$
      select to_tsvector('pg_catalog.italian', card_text(value)) || to_tsvector('pg_catalog.simple', card_text(value))
    $$;

    create function card_search(title text, keywords text, service text, body text) returns tsvector
      language sql immutable parallel safe as $$
        select setweight(card_vector(title || ' ' || keywords), 'A') || setweight(card_vector(service), 'B')
          || setweight(card_vector(body), 'D')
      $$;

    -- Every word must be there, as a form of itself or as the beginning of a longer one; articles count only alone.
    create function card_query(asked text) returns tsquery language plpgsql immutable parallel safe as $$
    declare
      words text[] := (string_to_array(card_text(asked), ' '))[1:12];
      word text;
      stem tsquery;
      found tsquery;
    begin
      foreach word in array words loop
        continue when word = '' or (length(word) = 1 and cardinality(words) > 1);
        stem := to_tsquery('pg_catalog.italian', word);
        continue when numnode(stem) = 0 and cardinality(words) > 1;
        stem := stem || to_tsquery('pg_catalog.simple', word || ':*');
        found := case when found is null then stem else found && stem end;
      end loop;
      return coalesce(found, ''::tsquery);
    end $$;

    create index cards_search on cards using gin (search) with (fastupdate = off);
    create index cards_title_search on cards using gin (title_search) with (fastupdate = off);

    -- Each word of a published card once; typing errors are forgiven against these.
    create table card_words (word text collate "C" primary key);
    create index card_words_alike on card_words using gin (word gin_trgm_ops);

    create function remember_card_words() returns trigger language plpgsql as $$
    begin
      insert into card_words (word)
        select distinct w.word collate "C" from changed c, unnest(tsvector_to_array(c.search)) as w (word)
        where length(w.word) between 3 and 40 and w.word !~ '[0-9]'
          and not exists (select from card_words k where k.word = w.word collate "C")
        order by 1 on conflict do nothing;
      return null;
    end $$;
    create trigger cards_words_inserted after insert on cards
      referencing new table as changed for each statement execute function remember_card_words();
    create trigger cards_words_updated after update on cards
      referencing new table as changed for each statement execute function remember_card_words();

    -- REQ 2: the answer of the card that was chosen for the case, else of a published card of the service, else the
    -- general text for the reason.
    create function standard_answer(of_case uuid, of_service uuid, for_reason text, in_language text) returns text
      language sql stable as $$
        select coalesce(
          (select a ->> 'text' from case_cards k join card_versions v on (v.card_id, v.version) = (k.card_id, k.version)
              join cards c on c.id = k.card_id, jsonb_array_elements(v.answers) a
            where k.case_id = of_case and k.chosen and c.service_id = of_service
              and a ->> 'reason' = for_reason and a ->> 'language' = in_language
            order by k.at desc limit 1),
          (select a ->> 'text' from cards c
              join card_versions v on v.card_id = c.id and v.version = c.published_version,
              jsonb_array_elements(v.answers) a
            where c.service_id = of_service and a ->> 'reason' = for_reason and a ->> 'language' = in_language
            order by c.created_at limit 1),
          (select g.text from standard_answers g where g.reason = for_reason and g.language = in_language))
      $$;
  `);
}
