-- Trigrams under row-level security: the operators are not leakproof, so a definer function finds the ids of the
-- territory in force and nothing else; the rows are read again under the policy.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS portal_searchdocument_key_trgm ON portal_searchdocument USING gin (key gin_trgm_ops);
DROP FUNCTION IF EXISTS parvis.search_documents(text, real, integer);

-- How well documents answer some words, from 0 to 1: each word counts by its length, fully when it stands in a title or
-- among the keywords, less when it only stands in the text. Whole words are compared, so that «bache» is not «bac».
CREATE OR REPLACE FUNCTION parvis.search_documents(asked text[], floor real, most integer)
RETURNS TABLE (id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  here uuid := parvis.territory();
  total real := (SELECT sum(length(word)) FROM unnest(asked) AS word);
BEGIN
  IF here IS NULL OR parvis.scope() NOT IN ('territory', 'network') OR coalesce(total, 0) = 0 THEN
    RETURN;
  END IF;
  PERFORM set_config('pg_trgm.strict_word_similarity_threshold', floor::text, true);
  RETURN QUERY
    SELECT near.id, (sum(near.part) / total)::real AS likeness
    FROM unnest(asked) AS word CROSS JOIN LATERAL (
      SELECT d.id, d.weight, d.at, length(word) * CASE
        WHEN strict_word_similarity(word, d.head) >= floor THEN strict_word_similarity(word, d.head)
        ELSE 0.7 * strict_word_similarity(word, d.key) END AS part
      FROM portal_searchdocument d
      WHERE d.territory_id = here AND word <<% d.key
      LIMIT 3000) AS near
    GROUP BY near.id, near.weight, near.at
    ORDER BY sum(near.part) * near.weight DESC, near.at DESC NULLS LAST
    LIMIT least(most, 200);
END $$;
