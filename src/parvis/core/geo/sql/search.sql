-- Trigram searches cannot use their index under row-level security (their operators are not leakproof). These functions
-- run as the owner, look at the territory in force only, and return ids and ranks; rows are read again under the policy.
-- No territory in force, no answer.

CREATE OR REPLACE FUNCTION parvis.search_streets(asked text, floor_rank real, most integer)
RETURNS TABLE (id uuid, rank real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    SELECT s.id, greatest(word_similarity(asked, s.search_key) * 0.9, similarity(asked, s.search_key))::real AS rank
    FROM geo_street s
    WHERE s.territory_id = (SELECT parvis.territory()) AND (SELECT parvis.scope()) = 'territory'
      AND word_similarity(asked, s.search_key) >= floor_rank
    ORDER BY rank DESC, s.length DESC
    LIMIT LEAST(most, 100)
$$;

CREATE OR REPLACE FUNCTION parvis.search_places(asked text, floor_rank real, most integer)
RETURNS TABLE (id uuid, rank real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    SELECT p.id, greatest(word_similarity(asked, p.search_key) * 0.9, similarity(asked, p.search_key))::real AS rank
    FROM geo_place p
    WHERE p.territory_id = (SELECT parvis.territory()) AND (SELECT parvis.scope()) = 'territory'
      AND word_similarity(asked, p.search_key) >= floor_rank
    ORDER BY rank DESC, p.search_key
    LIMIT LEAST(most, 100)
$$;
