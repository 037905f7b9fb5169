-- Where the pages and the collection of the territory in force begin (treebeard paths, two levels of four letters).
CREATE OR REPLACE FUNCTION parvis.page_root() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT p.path FROM content_territoryroot r JOIN wagtailcore_page p ON p.id = r.page_ptr_id
   WHERE r.territory_id = parvis.territory() $$;

CREATE OR REPLACE FUNCTION parvis.collection_root() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.path FROM content_territoryroot r JOIN wagtailcore_collection c ON c.id = r.collection_id
   WHERE r.territory_id = parvis.territory() $$;

-- What an earlier version called so; the policies that asked it are made again.
DROP FUNCTION IF EXISTS parvis.page_roots_of_network() CASCADE;
