-- What lies in a window of the map, from one index that holds all that a filter may ask: the reports themselves are not
-- read. It goes by rows of tiles of level 20, about 27 m high at our latitude: a window is a stretch of so many rows (a
-- very large one is looked at as a whole). As elsewhere (cases/sql/search.sql), definer functions look in the territory
-- in force, at what is public.
CREATE INDEX IF NOT EXISTS issues_issue_places ON issues_issue
    (territory_id, parvis.tile_y(lat, 20), parvis.tile_x(lon, 20))
    INCLUDE (lat, lon, category_id, status, district_id, reported_at, id) WHERE NOT is_hidden AND lat IS NOT NULL;

-- Ids of the reports that answer, `most` of them, in no order; null asks nothing.
CREATE OR REPLACE FUNCTION parvis.public_issues_in(
    south double precision, west double precision, north double precision, east double precision,
    of_kind uuid, states text[], of_district uuid, since timestamptz, before timestamptz, most integer)
RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS
$$
DECLARE
    here uuid := parvis.territory();
    first_y integer := parvis.tile_y(north, 20);
    last_y integer := parvis.tile_y(south, 20);
    rows_of_tiles integer[] := CASE WHEN last_y - first_y < 512 THEN ARRAY(SELECT generate_series(first_y, last_y)) END;
    first_x integer := parvis.tile_x(west, 20);
    last_x integer := parvis.tile_x(east, 20);
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT i.id FROM issues_issue i
        WHERE i.territory_id = here AND NOT i.is_hidden
          AND (rows_of_tiles IS NOT NULL OR parvis.tile_y(i.lat, 20) BETWEEN first_y AND last_y)
          AND (rows_of_tiles IS NULL OR parvis.tile_y(i.lat, 20) = ANY (rows_of_tiles))
          AND parvis.tile_x(i.lon, 20) BETWEEN first_x AND last_x
          AND i.lat BETWEEN south AND north AND i.lon BETWEEN west AND east
          AND (of_kind IS NULL OR i.category_id = of_kind)
          AND (states IS NULL OR i.status = ANY (states))
          AND (of_district IS NULL OR i.district_id = of_district)
          AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before)
        LIMIT most;
END
$$;

-- The same reports in tiles of a level up to 20: how many in each, and their middle. Who gets more than `most` reports
-- shows kept counts instead: no window, however many lie there, groups more than these.
CREATE OR REPLACE FUNCTION parvis.public_cells_in(
    south double precision, west double precision, north double precision, east double precision,
    of_kind uuid, states text[], of_district uuid, since timestamptz, before timestamptz, most integer, level integer)
RETURNS TABLE (x integer, y integer, held bigint, lat double precision, lon double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS
$$
DECLARE
    here uuid := parvis.territory();
    first_y integer := parvis.tile_y(north, 20);
    last_y integer := parvis.tile_y(south, 20);
    rows_of_tiles integer[] := CASE WHEN last_y - first_y < 512 THEN ARRAY(SELECT generate_series(first_y, last_y)) END;
    first_x integer := parvis.tile_x(west, 20);
    last_x integer := parvis.tile_x(east, 20);
BEGIN
    IF here IS NULL OR parvis.scope() <> 'territory' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT near.x >> (20 - level), near.y >> (20 - level), count(*), avg(near.lat), avg(near.lon)
        FROM (
            SELECT parvis.tile_x(i.lon, 20) AS x, parvis.tile_y(i.lat, 20) AS y, i.lat, i.lon FROM issues_issue i
            WHERE i.territory_id = here AND NOT i.is_hidden
              AND (rows_of_tiles IS NOT NULL OR parvis.tile_y(i.lat, 20) BETWEEN first_y AND last_y)
              AND (rows_of_tiles IS NULL OR parvis.tile_y(i.lat, 20) = ANY (rows_of_tiles))
              AND parvis.tile_x(i.lon, 20) BETWEEN first_x AND last_x
              AND i.lat BETWEEN south AND north AND i.lon BETWEEN west AND east
              AND (of_kind IS NULL OR i.category_id = of_kind)
              AND (states IS NULL OR i.status = ANY (states))
              AND (of_district IS NULL OR i.district_id = of_district)
              AND (since IS NULL OR i.reported_at >= since) AND (before IS NULL OR i.reported_at < before)
            LIMIT most) AS near
        GROUP BY 1, 2;
END
$$;
