-- A version counts what people edit. What follows from elsewhere (who wrote last, what was bought, how far an import is) is no change of what stands
-- in a form: whoever has it open is not to be told that somebody else has saved.
CREATE FUNCTION follows_from_elsewhere(tracked regclass) RETURNS name[] LANGUAGE sql STABLE
    RETURN CASE tracked::text
        WHEN 'tickets' THEN '{waiting_since,first_replied_at,resolved_at,customer_wrote_at,staff_wrote_at,activity_at,worker_id}'
        WHEN 'calls' THEN '{worker_id}'
        WHEN 'customers' THEN '{portal_changed_at,revenue_total,first_purchase_on,last_purchase_on,is_tenant_customer}'
        WHEN 'users' THEN '{last_signed_in_at,claims_version,products,password_hash,password_changed_at}'
        WHEN 'api_keys' THEN '{last_used_at,last_used_from}'
        WHEN 'imports' THEN '{rows_total,rows_done,rows_created,rows_updated,rows_skipped,transaction_id,started_at,finished_at,problem}'
        ELSE '{}' END::name[];
COMMENT ON FUNCTION follows_from_elsewhere IS 'The columns of a table with versions that nobody edits.';

CREATE OR REPLACE PROCEDURE touch_changes_of(tracked regclass) LANGUAGE plpgsql AS $$
DECLARE
    before text;
    after text;
BEGIN
    SELECT string_agg(format('OLD.%I', attname), ', ' ORDER BY attnum), string_agg(format('NEW.%I', attname), ', ' ORDER BY attnum) INTO before, after
    FROM pg_attribute WHERE attrelid = tracked AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND attname NOT IN ('version', 'updated_at', 'updated_by') AND attname <> ALL (follows_from_elsewhere(tracked));
    EXECUTE format('CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON %s FOR EACH ROW WHEN ((%s) IS DISTINCT FROM (%s)) EXECUTE FUNCTION %s()', tracked, before, after,
        (SELECT tgfoid::regproc FROM pg_trigger WHERE tgrelid = tracked AND tgname = 'touch'));
END $$;

CALL touch_changes_of('tickets');
CALL touch_changes_of('customers');
CALL touch_changes_of('users');
CALL touch_changes_of('api_keys');
CALL touch_changes_of('imports');
