-- A territory, and an organisation, keeps at least one administrator: checked when the transaction commits, one at a time,
-- so that two who leave at the same moment cannot both go.

CREATE OR REPLACE FUNCTION parvis.administers(permissions varchar[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT permissions && ARRAY['*', 'identity.assign']::varchar[] $$;

CREATE OR REPLACE FUNCTION parvis.require_an_administrator(place uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('administrators of ' || place::text, 0));
    -- A territory that left the instance needs nobody any more.
    IF NOT EXISTS (SELECT 1 FROM tenancy_territory WHERE id = place) THEN
        RETURN;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM identity_assignment a JOIN identity_role r ON r.id = a.role_id
        WHERE a.territory_id = place AND a.ends_at IS NULL AND a.starts_at <= clock_timestamp()
          AND a.district_id IS NULL AND parvis.administers(r.permissions)
    ) THEN
        RAISE EXCEPTION 'the territory % would have no administrator left', place
            USING ERRCODE = 'check_violation', CONSTRAINT = 'territory_keeps_administrator';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION parvis.assignment_keeps_administrator() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.ends_at IS NULL AND OLD.district_id IS NULL
       AND EXISTS (SELECT 1 FROM identity_role WHERE id = OLD.role_id AND parvis.administers(permissions)) THEN
        PERFORM parvis.require_an_administrator(OLD.territory_id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION parvis.role_keeps_administrator() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF parvis.administers(OLD.permissions) AND (TG_OP = 'DELETE' OR NOT parvis.administers(NEW.permissions)) THEN
        PERFORM parvis.require_an_administrator(OLD.territory_id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION parvis.organisation_keeps_administrator() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.role <> 'administrator' OR OLD.ends_at IS NOT NULL THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('administrators of ' || OLD.organisation_id::text, 0));
    IF EXISTS (SELECT 1 FROM identity_organisation WHERE id = OLD.organisation_id AND status IN ('asked', 'admitted'))
       AND NOT EXISTS (
           SELECT 1 FROM identity_organisationmember
           WHERE organisation_id = OLD.organisation_id AND role = 'administrator'
             AND ends_at IS NULL AND starts_at <= clock_timestamp()
       ) THEN
        RAISE EXCEPTION 'the organisation % would have no administrator left', OLD.organisation_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_keeps_administrator';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS assignment_keeps_administrator ON public.identity_assignment;
CREATE CONSTRAINT TRIGGER assignment_keeps_administrator AFTER UPDATE OR DELETE ON public.identity_assignment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION parvis.assignment_keeps_administrator();

DROP TRIGGER IF EXISTS role_keeps_administrator ON public.identity_role;
CREATE CONSTRAINT TRIGGER role_keeps_administrator AFTER UPDATE OR DELETE ON public.identity_role
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION parvis.role_keeps_administrator();

DROP TRIGGER IF EXISTS member_keeps_administrator ON public.identity_organisationmember;
CREATE CONSTRAINT TRIGGER member_keeps_administrator AFTER UPDATE OR DELETE ON public.identity_organisationmember
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION parvis.organisation_keeps_administrator();
