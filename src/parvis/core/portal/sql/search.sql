-- Trigrams under row-level security: the operators are not leakproof, so a definer function finds the ids of the
-- territory in force and nothing else; the rows are read again under the policy.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
DROP INDEX IF EXISTS portal_searchdocument_key_trgm;
CREATE INDEX IF NOT EXISTS portal_searchdocument_head_trgm ON portal_searchdocument USING gin (head gin_trgm_ops);
DROP FUNCTION IF EXISTS parvis.search_documents(text, real, integer);

CREATE INDEX IF NOT EXISTS portal_searchdocument_key_words ON portal_searchdocument
  USING gin (to_tsvector('simple', key));

-- How well documents answer some words, from 0 to 1: each word counts by its length, fully when it stands in a title or
-- among the keywords, less when it only stands in the text. Whole words are compared, so that «bache» is not «bac». A word
-- that stands as asked in enough documents is looked for no further; only a rare or misspelt one is compared with
-- titles and keywords letter by letter, which costs a hundred times more. What is heaviest and newest goes first where a word stands nearly everywhere.
CREATE OR REPLACE FUNCTION parvis.search_documents(asked text[], floor real, most integer)
RETURNS TABLE (id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  here uuid := parvis.territory();
  total real := (SELECT sum(length(word)) FROM unnest(asked) AS word);
  enough CONSTANT integer := 40;
BEGIN
  IF here IS NULL OR parvis.scope() NOT IN ('territory', 'network') OR coalesce(total, 0) = 0 THEN
    RETURN;
  END IF;
  PERFORM set_config('pg_trgm.strict_word_similarity_threshold', floor::text, true);
  RETURN QUERY
    WITH exact AS MATERIALIZED (
      SELECT one.word, there.* FROM unnest(asked) AS one (word) CROSS JOIN LATERAL (
        SELECT d.id, d.weight, d.at, length(one.word) * CASE
          WHEN to_tsvector('simple', d.head) @@ plainto_tsquery('simple', one.word) THEN 1 ELSE 0.7 END AS part
        FROM portal_searchdocument d
        WHERE d.territory_id = here AND to_tsvector('simple', d.key) @@ plainto_tsquery('simple', one.word)
        ORDER BY d.weight DESC, d.at DESC NULLS LAST
        LIMIT 2000) AS there
    ), near AS (
      SELECT rare.word, there.* FROM (
        SELECT one.word FROM unnest(asked) AS one (word)
        WHERE (SELECT count(*) FROM exact WHERE exact.word = one.word) < enough) AS rare
      CROSS JOIN LATERAL (
        SELECT d.id, d.weight, d.at, length(rare.word) * strict_word_similarity(rare.word, d.head) AS part
        FROM portal_searchdocument d
        WHERE d.territory_id = here AND rare.word <<% d.head
        LIMIT 1000) AS there
    ), best AS (
      SELECT found.id, found.word, max(found.weight) AS weight, max(found.at) AS at, max(found.part) AS part
      FROM (SELECT * FROM exact UNION ALL SELECT * FROM near) AS found
      GROUP BY found.id, found.word)
    SELECT best.id, (sum(best.part) / total)::real AS likeness
    FROM best
    GROUP BY best.id
    ORDER BY sum(best.part) * max(best.weight) DESC, max(best.at) DESC NULLS LAST, best.id
    LIMIT least(most, 200);
END $$;
