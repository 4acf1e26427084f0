-- A row that is saved as it was keeps its version, its time and who changed it last: nothing was changed. The condition names every
-- column that people or programs write (not who can act for an assignee, which follows from elsewhere), so it is made of the catalog, and again whenever a table gets another column.
CREATE PROCEDURE touch_changes_of(tracked regclass) LANGUAGE plpgsql AS $$
DECLARE
    before text;
    after text;
BEGIN
    SELECT string_agg(format('OLD.%I', attname), ', ' ORDER BY attnum), string_agg(format('NEW.%I', attname), ', ' ORDER BY attnum) INTO before, after
    FROM pg_attribute WHERE attrelid = tracked AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('version', 'updated_at', 'updated_by', 'worker_id');
    EXECUTE format('CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON %s FOR EACH ROW WHEN ((%s) IS DISTINCT FROM (%s)) EXECUTE FUNCTION %s()', tracked, before, after,
        (SELECT tgfoid::regproc FROM pg_trigger WHERE tgrelid = tracked AND tgname = 'touch'));
END $$;
COMMENT ON PROCEDURE touch_changes_of IS 'Lets the trigger that counts the version of a table see changes only.';

DO $$
DECLARE
    tracked regclass;
BEGIN
    FOR tracked IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'touch' ORDER BY tgrelid::regclass::text LOOP
        CALL touch_changes_of(tracked);
    END LOOP;
END $$;
