CREATE OR REPLACE PROCEDURE touch_changes_of(tracked regclass) LANGUAGE plpgsql AS $$
DECLARE
    before text;
    after text;
BEGIN
    SELECT string_agg(format('OLD.%I', attname), ', ' ORDER BY attnum), string_agg(format('NEW.%I', attname), ', ' ORDER BY attnum) INTO before, after
    FROM pg_attribute WHERE attrelid = tracked AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('version', 'updated_at', 'updated_by', 'worker_id');
    EXECUTE format('CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON %s FOR EACH ROW WHEN ((%s) IS DISTINCT FROM (%s)) EXECUTE FUNCTION %s()', tracked, before, after,
        (SELECT tgfoid::regproc FROM pg_trigger WHERE tgrelid = tracked AND tgname = 'touch'));
END $$;
CALL touch_changes_of('tickets');
CALL touch_changes_of('customers');
CALL touch_changes_of('users');
CALL touch_changes_of('api_keys');
CALL touch_changes_of('imports');
DROP FUNCTION follows_from_elsewhere;
