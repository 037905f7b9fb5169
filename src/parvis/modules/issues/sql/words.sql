-- The words of reports that everyone may read: where it is, and what was said once staff released it. As elsewhere
-- (cases/sql/search.sql), a definer function finds ids in the territory in force; rows are read again under the policy.
CREATE OR REPLACE FUNCTION parvis.public_words(address text, is_released boolean, description text, answer text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT parvis.fold(address || CASE WHEN is_released THEN ' ' || description || ' ' || answer ELSE '' END) $$;

CREATE INDEX IF NOT EXISTS issues_issue_public_words ON issues_issue
    USING gin (parvis.public_words(address, is_text_public, description, answer) gin_trgm_ops) WHERE NOT is_hidden;

-- The newest public reports that hold every word of `asked`, and those of some kinds that hold every word of `rest`
-- (somebody wrote the name of a kind, then a street). The other conditions are those of the list; null asks nothing.
-- Words that many hold are found by walking from the newest on; rarer ones by their index, where nothing is in order.
-- Which they are, the newest 1,000 tell; one or two letters have no index, and are looked for among the newest 50,000. Of
-- some kinds, an index of words pays sooner: together with the index of kinds, it leads to the few that have both. What
-- it finds is put in order afterwards (MATERIALIZED), or the planner, who sees a limit and guesses what words find, might
-- walk them all.
CREATE OR REPLACE FUNCTION parvis.search_public_issues(
    asked text[], kinds uuid[], rest text[], of_kind uuid, states text[], of_district uuid,
    since timestamptz, before timestamptz, most integer)
RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS
$$
DECLARE
    here uuid := parvis.territory();
    words text[] := parvis.patterns(asked);
    others text[] := coalesce(parvis.patterns(rest), '{}');
    first_word text := words[1];
    second_word text := coalesce(words[2], words[1]);
    wanted CONSTANT integer := least(most, 500);
    among integer;
    among_rest integer;
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' OR words IS NULL THEN
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE said.held LIKE ALL (words)), count(*) FILTER (WHERE said.held LIKE ALL (others))
    INTO among, among_rest FROM (
        SELECT i.address, i.is_text_public, i.description, i.answer FROM issues_issue i
        WHERE i.territory_id = here AND NOT i.is_hidden
          AND (of_kind IS NULL OR i.category_id = of_kind)
          AND (states IS NULL OR i.status = ANY (states))
          AND (of_district IS NULL OR i.district_id = of_district)
          AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before)
        ORDER BY i.reported_at DESC, i.id DESC LIMIT 1000) AS near
    CROSS JOIN LATERAL (
        SELECT parvis.public_words(near.address, near.is_text_public, near.description, near.answer) AS held
        OFFSET 0) AS said;
    IF among > 16 OR length(first_word) < 5 THEN
        RETURN QUERY
            SELECT near.id FROM (
                SELECT i.id, i.address, i.is_text_public, i.description, i.answer FROM issues_issue i
                WHERE i.territory_id = here AND NOT i.is_hidden
                  AND (of_kind IS NULL OR i.category_id = of_kind)
                  AND (states IS NULL OR i.status = ANY (states))
                  AND (of_district IS NULL OR i.district_id = of_district)
                  AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before)
                ORDER BY i.reported_at DESC, i.id DESC LIMIT 50000) AS near
            CROSS JOIN LATERAL (
                SELECT parvis.public_words(near.address, near.is_text_public, near.description, near.answer) AS held
                OFFSET 0) AS said
            WHERE said.held LIKE ALL (words) LIMIT wanted;
    ELSE
        RETURN QUERY
            WITH found AS MATERIALIZED (
                SELECT i.id, i.reported_at FROM issues_issue i
                WHERE i.territory_id = here AND NOT i.is_hidden
                  AND parvis.public_words(i.address, i.is_text_public, i.description, i.answer) LIKE first_word
                  AND parvis.public_words(i.address, i.is_text_public, i.description, i.answer) LIKE second_word
                  AND parvis.public_words(i.address, i.is_text_public, i.description, i.answer) LIKE ALL (words)
                  AND (of_kind IS NULL OR i.category_id = of_kind)
                  AND (states IS NULL OR i.status = ANY (states))
                  AND (of_district IS NULL OR i.district_id = of_district)
                  AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before))
            SELECT found.id FROM found ORDER BY found.reported_at DESC, found.id DESC LIMIT wanted;
    END IF;
    IF kinds IS NULL OR kinds = '{}' THEN
        RETURN;
    END IF;
    IF others = '{}' OR among_rest > 50 THEN
        RETURN QUERY
            SELECT near.id FROM (
                SELECT i.id, i.address, i.is_text_public, i.description, i.answer FROM issues_issue i
                WHERE i.territory_id = here AND NOT i.is_hidden AND i.category_id = ANY (kinds)
                  AND (of_kind IS NULL OR i.category_id = of_kind)
                  AND (states IS NULL OR i.status = ANY (states))
                  AND (of_district IS NULL OR i.district_id = of_district)
                  AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before)
                ORDER BY i.reported_at DESC, i.id DESC LIMIT 20000) AS near
            CROSS JOIN LATERAL (
                SELECT parvis.public_words(near.address, near.is_text_public, near.description, near.answer) AS held
                OFFSET 0) AS said
            WHERE others = '{}' OR said.held LIKE ALL (others) LIMIT wanted;
    ELSE
        RETURN QUERY
            WITH found AS MATERIALIZED (
                SELECT i.id, i.reported_at FROM issues_issue i
                WHERE i.territory_id = here AND NOT i.is_hidden AND i.category_id = ANY (kinds)
                  AND parvis.public_words(i.address, i.is_text_public, i.description, i.answer) LIKE others[1]
                  AND parvis.public_words(i.address, i.is_text_public, i.description, i.answer) LIKE ALL (others)
                  AND (of_kind IS NULL OR i.category_id = of_kind)
                  AND (states IS NULL OR i.status = ANY (states))
                  AND (of_district IS NULL OR i.district_id = of_district)
                  AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before))
            SELECT found.id FROM found ORDER BY found.reported_at DESC, found.id DESC LIMIT wanted;
    END IF;
END
$$;

-- All public reports that answer to the same question, newest first, from a place in that order on: for files, which
-- may take the time to read every report where no index tells the words.
CREATE OR REPLACE FUNCTION parvis.every_public_issue(
    asked text[], kinds uuid[], rest text[], of_kind uuid, states text[], of_district uuid,
    since timestamptz, before timestamptz, after_at timestamptz, after_id uuid, most integer)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS
$$
DECLARE
    here uuid := parvis.territory();
    words text[] := parvis.patterns(asked);
    others text[] := coalesce(parvis.patterns(rest), '{}');
    first_word text := words[1];
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' OR words IS NULL THEN
        RETURN;
    END IF;
    IF coalesce(kinds, '{}') = '{}' THEN
        RETURN QUERY
            SELECT i.id FROM issues_issue i
            WHERE i.territory_id = here AND NOT i.is_hidden
              AND parvis.public_words(i.address, i.is_text_public, i.description, i.answer) LIKE first_word
              AND parvis.public_words(i.address, i.is_text_public, i.description, i.answer) LIKE ALL (words)
              AND (of_kind IS NULL OR i.category_id = of_kind)
              AND (states IS NULL OR i.status = ANY (states))
              AND (of_district IS NULL OR i.district_id = of_district)
              AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before)
              AND (after_at IS NULL OR (i.reported_at, i.id) < (after_at, after_id))
            ORDER BY i.reported_at DESC, i.id DESC LIMIT most;
    ELSE
        RETURN QUERY
            SELECT i.id FROM issues_issue i
            CROSS JOIN LATERAL (
                SELECT parvis.public_words(i.address, i.is_text_public, i.description, i.answer) AS held
                OFFSET 0) AS said
            WHERE i.territory_id = here AND NOT i.is_hidden
              AND (said.held LIKE ALL (words) OR (i.category_id = ANY (kinds) AND said.held LIKE ALL (others)))
              AND (of_kind IS NULL OR i.category_id = of_kind)
              AND (states IS NULL OR i.status = ANY (states))
              AND (of_district IS NULL OR i.district_id = of_district)
              AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before)
              AND (after_at IS NULL OR (i.reported_at, i.id) < (after_at, after_id))
            ORDER BY i.reported_at DESC, i.id DESC LIMIT most;
    END IF;
END
$$;
