-- The context of the transaction, as the policies read it. A setting made local to a transaction reads '' after it.
CREATE OR REPLACE FUNCTION parvis.territory() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('parvis.territory', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION parvis.person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('parvis.person', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION parvis.scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('parvis.scope', true), ''), 'territory') $$;

-- Me, and those I may act for.
CREATE OR REPLACE FUNCTION parvis.acting_for() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN parvis.person() IS NULL THEN '{}'::uuid[] ELSE ARRAY[parvis.person()] END $$;

-- The admitted organisations for which the person in force holds a seat whose term runs.
CREATE OR REPLACE FUNCTION parvis.acting_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT m.organisation_id FROM identity_organisationmember m
   JOIN identity_organisation o ON o.id = m.organisation_id AND o.status = 'admitted'
   WHERE m.person_id = parvis.person() AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()) $$;

-- Whether this person has entered the territory in force and not left it.
CREATE OR REPLACE FUNCTION parvis.has_entered(someone uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM identity_presence
                  WHERE person_id = someone AND territory_id = parvis.territory() AND withdrawn_at IS NULL) $$;

CREATE OR REPLACE FUNCTION parvis.person_exists(someone uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM identity_person WHERE id = someone) $$;

-- The territories whose shared rows of a service reach the one in force: itself, and the bodies it accepted.
CREATE OR REPLACE FUNCTION parvis.network_of(service_name text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT parvis.territory() WHERE parvis.territory() IS NOT NULL
   UNION SELECT publisher_id FROM territories_acceptance
   WHERE territory_id = parvis.territory() AND service = service_name AND ended_at IS NULL $$;

-- The members that delegated a service to the territory in force.
CREATE OR REPLACE FUNCTION parvis.delegators(service_name text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT territory_id FROM territories_delegation
   WHERE delegate_id = parvis.territory() AND service = service_name
     AND starts_at <= now() AND (ends_at IS NULL OR ends_at > now()) $$;

-- The same for every service at once, for tables whose rows say which service they belong to.
CREATE OR REPLACE FUNCTION parvis.delegations() RETURNS TABLE (member uuid, service text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT d.territory_id, d.service::text FROM territories_delegation d
   WHERE d.delegate_id = parvis.territory() AND d.starts_at <= now() AND (d.ends_at IS NULL OR d.ends_at > now()) $$;

-- The services that one territory delegated to any of these.
CREATE OR REPLACE FUNCTION parvis.delegated_by(owner uuid, bodies uuid[]) RETURNS TABLE (body uuid, service text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT d.delegate_id, d.service::text FROM territories_delegation d
   WHERE d.territory_id = owner AND d.delegate_id = ANY (bodies)
     AND d.starts_at <= now() AND (d.ends_at IS NULL OR d.ends_at > now()) $$;
