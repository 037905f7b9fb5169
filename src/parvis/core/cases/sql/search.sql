-- Searches by words cannot use their index under row-level security (LIKE and trigrams are not leakproof). These functions
-- run as the owner, look at the territory in force only, and return ids; rows are read again under the policy.

CREATE INDEX IF NOT EXISTS cases_case_words ON cases_case USING gin (search_text gin_trgm_ops);
CREATE INDEX IF NOT EXISTS cases_case_open_words ON cases_case USING gin (search_text gin_trgm_ops)
    WHERE closed_at IS NULL;
CREATE INDEX IF NOT EXISTS identity_person_words ON identity_person
    USING gin (parvis.fold(name || ' ' || email || ' ' || phone || ' ' || address) gin_trgm_ops);

-- The newest cases that hold every word; when there is none, those of the newest 5,000 whose words resemble what was
-- asked. LIKE ALL cannot use the index: the two longest words are written out, and lead to the rows.
CREATE OR REPLACE FUNCTION parvis.search_cases(
    asked text[], only_open boolean, of_kind text, of_team uuid, of_assignee uuid, of_district uuid, most integer)
RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS
$$
DECLARE
    here uuid := parvis.territory();
    patterns text[] := parvis.patterns(asked);
    first_word text := patterns[1];
    second_word text := coalesce(patterns[2], patterns[1]);
    whole text := array_to_string(asked, ' ');
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' OR patterns IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.id FROM cases_case c
        WHERE c.territory_id = here
          AND c.search_text LIKE first_word AND c.search_text LIKE second_word AND c.search_text LIKE ALL (patterns)
          AND (NOT only_open OR c.closed_at IS NULL)
          AND (of_kind IS NULL OR c.kind = of_kind)
          AND (of_team IS NULL OR c.team_id = of_team)
          AND (of_assignee IS NULL OR c.assignee_id = of_assignee)
          AND (of_district IS NULL OR c.district_id = of_district)
        ORDER BY c.opened_at DESC, c.id DESC LIMIT least(most, 500);
    IF FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT near.id FROM (
            SELECT c.id, c.opened_at, c.closed_at, c.kind, c.team_id, c.assignee_id, c.district_id, c.search_text
            FROM cases_case c WHERE c.territory_id = here ORDER BY c.opened_at DESC, c.id DESC LIMIT 5000) AS near
        WHERE word_similarity(whole, near.search_text) >= 0.4
          AND (NOT only_open OR near.closed_at IS NULL)
          AND (of_kind IS NULL OR near.kind = of_kind)
          AND (of_team IS NULL OR near.team_id = of_team)
          AND (of_assignee IS NULL OR near.assignee_id = of_assignee)
          AND (of_district IS NULL OR near.district_id = of_district)
        ORDER BY word_similarity(whole, near.search_text) DESC, near.opened_at DESC LIMIT least(most, 50);
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
    patterns text[] := parvis.patterns(asked);
    first_word text := patterns[1];
    second_word text := coalesce(patterns[2], patterns[1]);
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' OR patterns IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id FROM identity_person p
        WHERE parvis.fold(p.name || ' ' || p.email || ' ' || p.phone || ' ' || p.address) LIKE first_word
          AND parvis.fold(p.name || ' ' || p.email || ' ' || p.phone || ' ' || p.address) LIKE second_word
          AND parvis.fold(p.name || ' ' || p.email || ' ' || p.phone || ' ' || p.address) LIKE ALL (patterns)
          AND EXISTS (SELECT 1 FROM identity_presence e
                      WHERE e.person_id = p.id AND e.territory_id = here AND e.withdrawn_at IS NULL)
        ORDER BY similarity(parvis.fold(p.name), whole) DESC, p.name LIMIT least(most, 50);
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
    RETURN QUERY
        SELECT p.id FROM identity_person p
        WHERE whole <% parvis.fold(p.name || ' ' || p.email || ' ' || p.phone || ' ' || p.address)
          AND EXISTS (SELECT 1 FROM identity_presence e
                      WHERE e.person_id = p.id AND e.territory_id = here AND e.withdrawn_at IS NULL)
        ORDER BY word_similarity(whole, parvis.fold(p.name)) DESC, p.name LIMIT least(most, 50);
END
$$;
