-- An import is run by a task: as long as that waits or runs, nothing is abandoned. A task whose worker died is given to another; after
-- its last try the import has failed.
CREATE OR REPLACE FUNCTION fail_abandoned_imports() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    failed integer := 0;
    each uuid;
BEGIN
    PERFORM demand_audience('system', 'staff');
    FOR each IN
        SELECT i.id FROM imports i WHERE i.state = 'running'
        AND NOT EXISTS (SELECT FROM tasks t WHERE t.state = 'queued' AND t.handler = 'run_import'
            AND coalesce(t.tenant_id, '00000000-0000-0000-0000-000000000000') = i.tenant_id AND t.entity_id = i.id)
        AND NOT EXISTS (SELECT FROM tasks t WHERE t.state = 'running' AND t.handler = 'run_import' AND t.entity_id = i.id)
    LOOP
        -- Servers up to 0.1.0 run imports without a task, and hold this lock meanwhile.
        IF pg_try_advisory_xact_lock(hashtextextended(each::text, 1)) THEN
            UPDATE imports SET state = 'failed', finished_at = now(), rows_done = 0,
                problem = 'The server stopped while this import ran. No row was imported; you can run it again.'
            WHERE id = each AND state = 'running';
            failed := failed + 1;
        END IF;
    END LOOP;
    RETURN failed;
END $$;
