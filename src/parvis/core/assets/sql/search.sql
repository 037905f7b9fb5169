-- LIKE and trigrams are not leakproof, so that row-level security leaves their index unused: this function runs as the
-- owner, looks at the territory in force only, and returns ids; the rows are read again under the policy.

CREATE INDEX IF NOT EXISTS assets_asset_words ON assets_asset
    USING gin (parvis.fold(code || ' ' || name || ' ' || street) gin_trgm_ops);

-- The things that hold every word in their number, their name or their street, in the order of the list; when there is
-- none, those whose words resemble what was asked.
CREATE OR REPLACE FUNCTION parvis.search_assets(
    asked text[], of_kind text, of_state text, of_district uuid, most integer)
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
        SELECT a.id FROM assets_asset a
        WHERE a.territory_id = here
          AND parvis.fold(a.code || ' ' || a.name || ' ' || a.street) LIKE first_word
          AND parvis.fold(a.code || ' ' || a.name || ' ' || a.street) LIKE second_word
          AND parvis.fold(a.code || ' ' || a.name || ' ' || a.street) LIKE ALL (patterns)
          AND (of_kind IS NULL OR a.kind = of_kind)
          AND (of_state IS NULL OR a.state = of_state)
          AND (of_district IS NULL OR a.district_id = of_district)
        ORDER BY a.kind, a.code LIMIT least(most, 5000);
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.5', true);
    RETURN QUERY
        SELECT a.id FROM assets_asset a
        WHERE a.territory_id = here
          AND whole <% parvis.fold(a.code || ' ' || a.name || ' ' || a.street)
          AND (of_kind IS NULL OR a.kind = of_kind)
          AND (of_state IS NULL OR a.state = of_state)
          AND (of_district IS NULL OR a.district_id = of_district)
        ORDER BY word_similarity(whole, parvis.fold(a.code || ' ' || a.name || ' ' || a.street)) DESC, a.kind, a.code
        LIMIT least(most, 200);
END
$$;
