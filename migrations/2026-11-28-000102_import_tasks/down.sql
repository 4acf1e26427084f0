CREATE OR REPLACE FUNCTION fail_abandoned_imports() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    failed integer;
BEGIN
    PERFORM demand_audience('system', 'staff');
    UPDATE imports SET state = 'failed', finished_at = now(), rows_done = 0,
        problem = 'The server stopped while this import ran. No row was imported; you can run it again.'
    WHERE state = 'running' AND pg_try_advisory_xact_lock(hashtextextended(id::text, 1));
    GET DIAGNOSTICS failed = ROW_COUNT;
    RETURN failed;
END $$;
DELETE FROM task_routes WHERE handler = 'run_import';
