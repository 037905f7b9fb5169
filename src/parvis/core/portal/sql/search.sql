-- Trigrams under row-level security: the operators are not leakproof, so a definer function finds the ids of the
-- territory in force and nothing else; the rows are read again under the policy.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS portal_searchdocument_key_trgm ON portal_searchdocument USING gin (key gin_trgm_ops);

CREATE OR REPLACE FUNCTION parvis.search_documents(folded text, floor real, most integer)
RETURNS TABLE (id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('pg_trgm.word_similarity_threshold', floor::text, true);
  RETURN QUERY
    SELECT d.id, (word_similarity(folded, d.key) * d.weight)::real
    FROM portal_searchdocument d
    WHERE d.territory_id = parvis.territory() AND folded <% d.key
    ORDER BY word_similarity(folded, d.key) * d.weight DESC, d.at DESC NULLS LAST
    LIMIT most;
END $$;
