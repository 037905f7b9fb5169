-- How many public reports lie in each tile of the map. A trigger writes down what each statement changed (one row a tile,
-- kind, state, district and month); within a minute the changes are added to the counts of all levels. Who reads adds
-- what still waits, so the figures are right at once. Tiles are those of web maps: the world is 2^level of them wide
-- (Mercator, WGS 84). A report without a place counts in tile -1, which no map shows.
CREATE OR REPLACE FUNCTION parvis.tile_x(lon double precision, level integer) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT least((1 << level) - 1, floor((lon + 180) / 360 * (1 << level))::integer) $$;

CREATE OR REPLACE FUNCTION parvis.tile_y(lat double precision, level integer) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT floor((1 - asinh(tan(radians(greatest(-85.05, least(85.05, lat))))) / pi()) / 2 * (1 << level))::integer $$;

-- One function for three triggers: only an update has a table of what was and one of what is.
CREATE OR REPLACE FUNCTION parvis.note_tile_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS
$$
DECLARE
    columns CONSTANT text := 'r.territory_id, r.lat, r.lon, r.category_id, r.status, r.district_id, r.reported_at';
    differs CONSTANT text := '(b.lat, b.lon, b.category_id, b.status, b.district_id, b.reported_at, b.is_hidden)
        IS DISTINCT FROM (a.lat, a.lon, a.category_id, a.status, a.district_id, a.reported_at, a.is_hidden)';
    changed text;
BEGIN
    changed := CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT %s, 1 AS sign FROM after r WHERE NOT r.is_hidden', columns)
        WHEN 'DELETE' THEN format('SELECT %s, -1 AS sign FROM before r WHERE NOT r.is_hidden', columns)
        ELSE format('SELECT %1$s, -1 AS sign FROM before r WHERE NOT r.is_hidden
                AND EXISTS (SELECT FROM before b JOIN after a USING (id) WHERE b.id = r.id AND %2$s)
            UNION ALL SELECT %1$s, 1 FROM after r WHERE NOT r.is_hidden
                AND EXISTS (SELECT FROM before b JOIN after a USING (id) WHERE b.id = r.id AND %2$s)', columns, differs)
        END;
    EXECUTE format('
        INSERT INTO issues_tilechange
            (id, territory_id, x, y, category_id, status, district_id, year, month, count, lat_sum, lon_sum)
        SELECT gen_random_uuid(), t.id, coalesce(parvis.tile_x(r.lon, 16), -1), coalesce(parvis.tile_y(r.lat, 16), -1),
            r.category_id, r.status, r.district_id, extract(year FROM l.at), extract(month FROM l.at),
            sum(r.sign), coalesce(sum(r.sign * r.lat), 0), coalesce(sum(r.sign * r.lon), 0)
        FROM (%s) AS r JOIN tenancy_territory t ON t.id = r.territory_id
        CROSS JOIN LATERAL (SELECT r.reported_at AT TIME ZONE t.timezone AS at) AS l
        GROUP BY 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(r.sign) <> 0', changed);
    RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS issue_tiles_insert ON issues_issue;
CREATE TRIGGER issue_tiles_insert AFTER INSERT ON issues_issue
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION parvis.note_tile_changes();
DROP TRIGGER IF EXISTS issue_tiles_delete ON issues_issue;
CREATE TRIGGER issue_tiles_delete AFTER DELETE ON issues_issue
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION parvis.note_tile_changes();
DROP TRIGGER IF EXISTS issue_tiles_update ON issues_issue;
CREATE TRIGGER issue_tiles_update AFTER UPDATE ON issues_issue
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION parvis.note_tile_changes();

-- Write down all reports of a territory as if they had just come. One statement sees one state of the tables: what
-- another transaction has not committed yet is neither counted nor taken from its changes. Nobody is kept waiting.
CREATE OR REPLACE FUNCTION parvis.note_tiles_anew(town uuid) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS
$$
    WITH changes AS (DELETE FROM issues_tilechange WHERE territory_id = town),
        counts AS (DELETE FROM issues_tilecount WHERE territory_id = town),
        totals AS (DELETE FROM issues_tiletotal WHERE territory_id = town)
    INSERT INTO issues_tilechange
        (id, territory_id, x, y, category_id, status, district_id, year, month, count, lat_sum, lon_sum)
    SELECT gen_random_uuid(), town, coalesce(parvis.tile_x(r.lon, 16), -1), coalesce(parvis.tile_y(r.lat, 16), -1),
        r.category_id, r.status, r.district_id, extract(year FROM l.at), extract(month FROM l.at),
        count(*), coalesce(sum(r.lat), 0), coalesce(sum(r.lon), 0)
    FROM issues_issue r JOIN tenancy_territory t ON t.id = r.territory_id
    CROSS JOIN LATERAL (SELECT r.reported_at AT TIME ZONE t.timezone AS at) AS l
    WHERE r.territory_id = town AND NOT r.is_hidden
    GROUP BY 3, 4, 5, 6, 7, 8, 9
$$;

-- Add the waiting changes of a territory to its counts: each level, each kind and all kinds together; return how many.
-- The same goes to the totals, whatever the year: most who look ask for no period, and read a sixth of the rows.
-- A territory without counts (the house was just upgraded) is counted whole; one without totals sums its counts. To
-- count all anew, delete the counts.
CREATE OR REPLACE FUNCTION parvis.add_tile_changes(town uuid, most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS
$$
DECLARE
    taken integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('issues tiles ' || town, 0));  -- one at a time: they meet in each row
    IF NOT EXISTS (SELECT FROM issues_tilecount WHERE territory_id = town) THEN
        PERFORM parvis.note_tiles_anew(town);
    ELSIF NOT EXISTS (SELECT FROM issues_tiletotal WHERE territory_id = town) THEN
        INSERT INTO issues_tiletotal
            (id, territory_id, level, x, y, category_id, status, district_id, total, lat_sum, lon_sum)
        SELECT gen_random_uuid(), town, level, x, y, category_id, status, district_id,
            sum(total), sum(lat_sum), sum(lon_sum)
        FROM issues_tilecount WHERE territory_id = town GROUP BY 3, 4, 5, 6, 7, 8;
    END IF;
    WITH gone AS (
        DELETE FROM issues_tilechange c
        WHERE c.id IN (SELECT w.id FROM issues_tilechange w WHERE w.territory_id = town LIMIT most) RETURNING c.*
    ), summed AS (
        SELECT level, c.x >> (16 - level) AS x, c.y >> (16 - level) AS y, kind, c.status, c.district_id, c.year,
            ARRAY[coalesce(sum(count) FILTER (WHERE month = 1), 0), coalesce(sum(count) FILTER (WHERE month = 2), 0),
                coalesce(sum(count) FILTER (WHERE month = 3), 0), coalesce(sum(count) FILTER (WHERE month = 4), 0),
                coalesce(sum(count) FILTER (WHERE month = 5), 0), coalesce(sum(count) FILTER (WHERE month = 6), 0),
                coalesce(sum(count) FILTER (WHERE month = 7), 0), coalesce(sum(count) FILTER (WHERE month = 8), 0),
                coalesce(sum(count) FILTER (WHERE month = 9), 0), coalesce(sum(count) FILTER (WHERE month = 10), 0),
                coalesce(sum(count) FILTER (WHERE month = 11), 0), coalesce(sum(count) FILTER (WHERE month = 12), 0)
            ]::integer[] AS months,
            sum(count) AS total, sum(lat_sum) AS lat_sum, sum(lon_sum) AS lon_sum
        FROM gone c CROSS JOIN (VALUES (10), (12), (14), (16)) AS levels (level)
        CROSS JOIN LATERAL (VALUES (c.category_id), (NULL::uuid)) AS kinds (kind)
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), added AS (
        INSERT INTO issues_tilecount AS kept
            (id, territory_id, level, x, y, category_id, status, district_id, year, months, total, lat_sum, lon_sum)
        SELECT gen_random_uuid(), town, level, x, y, kind, status, district_id, year, months, total, lat_sum, lon_sum
        FROM summed
        ON CONFLICT (territory_id, level, category_id, x, y, status, district_id, year) DO UPDATE SET
            months = ARRAY(SELECT a + b FROM unnest(kept.months, excluded.months) AS pair (a, b)),
            total = kept.total + excluded.total,
            lat_sum = kept.lat_sum + excluded.lat_sum,
            lon_sum = kept.lon_sum + excluded.lon_sum
    ), totalled AS (
        INSERT INTO issues_tiletotal AS kept
            (id, territory_id, level, x, y, category_id, status, district_id, total, lat_sum, lon_sum)
        SELECT gen_random_uuid(), town, level, x, y, kind, status, district_id,
            sum(total), sum(lat_sum), sum(lon_sum)
        FROM summed GROUP BY 3, 4, 5, 6, 7, 8
        ON CONFLICT (territory_id, level, category_id, x, y, status, district_id) DO UPDATE SET
            total = kept.total + excluded.total,
            lat_sum = kept.lat_sum + excluded.lat_sum,
            lon_sum = kept.lon_sum + excluded.lon_sum)
    SELECT count(*) INTO taken FROM gone;
    RETURN taken;
END
$$;

-- Which territories have something to add or are not counted yet: ids only, for the task that does it everywhere.
CREATE OR REPLACE FUNCTION parvis.towns_to_count() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT t.id FROM tenancy_territory t
   WHERE EXISTS (SELECT FROM issues_tilechange c WHERE c.territory_id = t.id)
      OR EXISTS (SELECT FROM issues_issue i WHERE i.territory_id = t.id AND NOT i.is_hidden)
         AND NOT EXISTS (SELECT FROM issues_tilecount k WHERE k.territory_id = t.id) $$;

-- An upgrade brought the totals: they are summed here, so that no map waits for the task. Keys are checked at once: the
-- table is still to be given its policy.
SET CONSTRAINTS ALL IMMEDIATE;
SELECT parvis.add_tile_changes(t.id, 0) FROM tenancy_territory t
WHERE EXISTS (SELECT FROM issues_tilecount c WHERE c.territory_id = t.id)
  AND NOT EXISTS (SELECT FROM issues_tiletotal k WHERE k.territory_id = t.id);

DROP FUNCTION IF EXISTS parvis.towns_with_tile_changes();
DROP FUNCTION IF EXISTS parvis.count_tiles_anew(uuid);
