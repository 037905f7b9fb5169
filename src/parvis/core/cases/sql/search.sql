-- Searches by words cannot use their index under row-level security (LIKE and trigrams are not leakproof). These functions
-- run as the owner, look at the territory in force only, and return ids; rows are read again under the policy.

-- Letters without accents, in lower case; immutable, so that it can stand in an index.
CREATE OR REPLACE FUNCTION parvis.fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT translate(lower(words),
    'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ''’`-', 'aaaaaaceeeeiiiinooooouuuuyy    ') $$;

CREATE INDEX IF NOT EXISTS cases_case_words ON cases_case USING gin (search_text gin_trgm_ops);
CREATE INDEX IF NOT EXISTS identity_person_words ON identity_person
    USING gin (parvis.fold(name || ' ' || email || ' ' || phone || ' ' || address) gin_trgm_ops);

-- The newest cases that hold every word; when there is none, those whose words resemble what was asked.
CREATE OR REPLACE FUNCTION parvis.search_cases(
    asked text[], only_open boolean, of_kind text, of_team uuid, of_assignee uuid, of_district uuid, most integer)
RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS
$$
DECLARE
    here uuid := parvis.territory();
    patterns text[] := (SELECT array_agg('%' || replace(replace(word, '\', '\\'), '_', '\_') || '%')
                        FROM unnest(asked) AS word WHERE word <> '');
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' OR patterns IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.id FROM cases_case c
        WHERE c.territory_id = here AND c.search_text LIKE ALL (patterns)
          AND (NOT only_open OR c.closed_at IS NULL)
          AND (of_kind IS NULL OR c.kind = of_kind)
          AND (of_team IS NULL OR c.team_id = of_team)
          AND (of_assignee IS NULL OR c.assignee_id = of_assignee)
          AND (of_district IS NULL OR c.district_id = of_district)
        ORDER BY c.opened_at DESC, c.id DESC LIMIT least(most, 500);
    IF NOT FOUND THEN
        PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
        RETURN QUERY
            SELECT c.id FROM cases_case c
            WHERE c.territory_id = here AND array_to_string(asked, ' ') <% c.search_text
              AND (NOT only_open OR c.closed_at IS NULL)
              AND (of_kind IS NULL OR c.kind = of_kind)
              AND (of_team IS NULL OR c.team_id = of_team)
              AND (of_assignee IS NULL OR c.assignee_id = of_assignee)
              AND (of_district IS NULL OR c.district_id = of_district)
            ORDER BY word_similarity(array_to_string(asked, ' '), c.search_text) DESC, c.opened_at DESC
            LIMIT least(most, 50);
    END IF;
END
$$;

-- People who entered the territory in force.
CREATE OR REPLACE FUNCTION parvis.search_people(asked text[], most integer)
RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS
$$
DECLARE
    here uuid := parvis.territory();
    whole text := array_to_string(asked, ' ');
    patterns text[] := (SELECT array_agg('%' || replace(replace(word, '\', '\\'), '_', '\_') || '%')
                        FROM unnest(asked) AS word WHERE word <> '');
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' OR patterns IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id FROM identity_person p
        WHERE parvis.fold(p.name || ' ' || p.email || ' ' || p.phone || ' ' || p.address) LIKE ALL (patterns)
          AND EXISTS (SELECT 1 FROM identity_presence e
                      WHERE e.person_id = p.id AND e.territory_id = here AND e.withdrawn_at IS NULL)
        ORDER BY similarity(parvis.fold(p.name), whole) DESC, p.name LIMIT least(most, 50);
    IF NOT FOUND THEN
        PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
        RETURN QUERY
            SELECT p.id FROM identity_person p
            WHERE whole <% parvis.fold(p.name || ' ' || p.email || ' ' || p.phone || ' ' || p.address)
              AND EXISTS (SELECT 1 FROM identity_presence e
                          WHERE e.person_id = p.id AND e.territory_id = here AND e.withdrawn_at IS NULL)
            ORDER BY word_similarity(whole, parvis.fold(p.name)) DESC, p.name LIMIT least(most, 50);
    END IF;
END
$$;
