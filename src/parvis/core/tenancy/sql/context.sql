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

-- What an earlier version called so; the policies that asked it are made again.
DROP FUNCTION IF EXISTS parvis.network_of(text) CASCADE;

-- Scope network: rows of the territory in force are read for the portal of another one, the reader. `port` is the kind
-- of things asked for (territories.Kind), `service` the module that is asked.
CREATE OR REPLACE FUNCTION parvis.reader() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('parvis.reader', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION parvis.port() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('parvis.port', true), '') $$;

CREATE OR REPLACE FUNCTION parvis.service() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('parvis.service', true), '') $$;

-- Those that belong together with a territory: its bodies, their members, and its own members.
CREATE OR REPLACE FUNCTION parvis.belonging_with(owner uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ WITH bodies AS (
     SELECT owner AS id UNION SELECT body_id FROM territories_membership WHERE territory_id = owner AND left_at IS NULL)
   SELECT id FROM bodies WHERE id <> owner
   UNION SELECT m.territory_id FROM territories_membership m JOIN bodies b ON m.body_id = b.id
   WHERE m.left_at IS NULL AND m.territory_id <> owner $$;

-- Whose things of a kind a territory shows: they publish it, it accepted it, and they belong together.
CREATE OR REPLACE FUNCTION parvis.lenders(reading uuid, asked text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT a.publisher_id FROM territories_acceptance a JOIN territories_publication p
     ON p.territory_id = a.publisher_id AND p.kind = a.kind AND p.ended_at IS NULL
   WHERE a.territory_id = reading AND a.kind = asked AND a.ended_at IS NULL
     AND a.publisher_id IN (SELECT parvis.belonging_with(reading)) $$;

-- The territory in force, when it publishes what is asked for and the reader accepted it; else nothing.
CREATE OR REPLACE FUNCTION parvis.accepted() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT parvis.territory() WHERE parvis.territory() IN (SELECT parvis.lenders(parvis.reader(), parvis.port())) $$;

-- The same, or when it delegated the service that is asked to the reader, whose portal may then show that service.
CREATE OR REPLACE FUNCTION parvis.lender() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT coalesce(parvis.accepted(), (
     SELECT d.territory_id FROM territories_delegation d
     WHERE d.territory_id = parvis.territory() AND d.delegate_id = parvis.reader() AND d.service = parvis.service()
       AND d.starts_at <= now() AND (d.ends_at IS NULL OR d.ends_at > now()) LIMIT 1)) $$;

-- Whose pages hold something of a territory: they change when it changes.
CREATE OR REPLACE FUNCTION parvis.readers_of(owner uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT territory_id FROM territories_acceptance WHERE publisher_id = owner AND ended_at IS NULL
   UNION SELECT delegate_id FROM territories_delegation
   WHERE territory_id = owner AND (ends_at IS NULL OR ends_at > now()) $$;

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
