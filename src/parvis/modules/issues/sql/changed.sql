-- When a report was last changed, whoever changed it: an operation, a subscriber or an import. Programs that ask for what
-- has changed since they last asked (Open311, feeds) read this column.

CREATE OR REPLACE FUNCTION parvis.issue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS issue_changed ON public.issues_issue;
CREATE TRIGGER issue_changed BEFORE UPDATE ON public.issues_issue FOR EACH ROW
WHEN (OLD.* IS DISTINCT FROM NEW.* AND OLD.changed_at IS NOT DISTINCT FROM NEW.changed_at)
EXECUTE FUNCTION parvis.issue_changed();
