-- How many accounts came to the territory in force and left it, by month of its own calendar: a count only, read without
-- asking a policy for each person.
CREATE OR REPLACE FUNCTION parvis.accounts_by_month(zone text) RETURNS TABLE (month date, gained bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT date_trunc('month', moved.at AT TIME ZONE zone)::date, sum(moved.step)::bigint
   FROM (
     SELECT p.person_id, p.entered_at AS at, 1 AS step FROM identity_presence p
     WHERE p.territory_id = parvis.territory() AND parvis.scope() = 'territory'
     UNION ALL
     SELECT p.person_id, p.withdrawn_at, -1 FROM identity_presence p
     WHERE p.territory_id = parvis.territory() AND parvis.scope() = 'territory' AND p.withdrawn_at IS NOT NULL) AS moved
   JOIN identity_account a ON a.id = moved.person_id
   GROUP BY 1 $$;
