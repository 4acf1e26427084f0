DROP PROCEDURE touch_changes_of;
DO $$
DECLARE
    tracked regclass;
    what regproc;
BEGIN
    FOR tracked, what IN SELECT tgrelid, tgfoid FROM pg_trigger WHERE tgname = 'touch' LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %s()', tracked, what);
    END LOOP;
END $$;
