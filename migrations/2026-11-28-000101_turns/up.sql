-- Tasks are taken in turns: of each handler the tenant that comes after the one that was served last, however many tasks another has.
-- The index holds what is queued, which is little: it is made at once, although writers of tasks wait for it.
CREATE INDEX tasks_turns ON tasks (handler, (coalesce(tenant_id, '00000000-0000-0000-0000-000000000000')), priority, run_at, id) WHERE state = 'queued';

-- What `claim_tasks` was for servers up to 0.1.0, which know no lanes, and go on to use it.
CREATE FUNCTION claim_task_groups(by_worker integer, handlers text[], lanes integer[], together integer[], alone boolean[], after uuid[], free integer[])
    RETURNS SETOF tasks LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    moment constant timestamptz := clock_timestamp();
    place uuid;
    step smallint;
    next record;
    has_wrapped boolean;
    found_any boolean := true;
    found_now integer;
BEGIN
    PERFORM demand_audience('system');
    WHILE found_any LOOP
        found_any := false;
        FOR n IN 1..coalesce(array_length(handlers, 1), 0) LOOP
            CONTINUE WHEN free[lanes[n]] <= 0;
            IF alone[n] THEN
                -- Two servers that look for what runs see each other's.
                PERFORM pg_advisory_xact_lock(727003, hashtext(handlers[n]));
            END IF;
            place := after[n];
            step := 32767;
            has_wrapped := false;
            LOOP
                -- From one tenant and priority to the next: what is not due yet is passed over, without being read.
                SELECT coalesce(t.tenant_id, '00000000-0000-0000-0000-000000000000') AS tenant, t.priority, t.run_at INTO next FROM tasks t
                WHERE t.state = 'queued' AND t.handler = handlers[n]
                  AND (coalesce(t.tenant_id, '00000000-0000-0000-0000-000000000000'), t.priority) > (place, step)
                ORDER BY coalesce(t.tenant_id, '00000000-0000-0000-0000-000000000000'), t.priority, t.run_at, t.id LIMIT 1;
                IF NOT FOUND THEN
                    EXIT WHEN has_wrapped;
                    has_wrapped := true;
                    place := nobody;
                    step := -1;
                    CONTINUE;
                END IF;
                EXIT WHEN has_wrapped AND next.tenant > after[n];
                place := next.tenant;
                step := next.priority;
                CONTINUE WHEN next.run_at > moment;
                CONTINUE WHEN alone[n] AND EXISTS (SELECT FROM tasks t WHERE t.state = 'running' AND t.handler = handlers[n]
                    AND coalesce(t.tenant_id, '00000000-0000-0000-0000-000000000000') = place);
                RETURN QUERY
                    UPDATE tasks t SET state = 'running', worker = by_worker, attempts = t.attempts + 1, started_at = clock_timestamp()
                    FROM (SELECT q.id FROM tasks q
                          WHERE q.state = 'queued' AND q.handler = handlers[n] AND coalesce(q.tenant_id, '00000000-0000-0000-0000-000000000000') = place
                            AND q.priority = step AND q.run_at <= moment
                          ORDER BY q.run_at, q.id LIMIT together[n] FOR UPDATE SKIP LOCKED) AS due
                    WHERE t.id = due.id
                    RETURNING t.*;
                GET DIAGNOSTICS found_now = ROW_COUNT;
                -- None where another server has just taken them.
                CONTINUE WHEN found_now = 0;
                after[n] := place;
                free[lanes[n]] := free[lanes[n]] - 1;
                found_any := true;
                EXIT;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
COMMENT ON FUNCTION claim_task_groups IS 'Takes tasks for a worker, in groups of one handler and one tenant of at most so many together, a lane as many groups as it has threads free; '
    'alone: of a tenant none while another of it runs. after: the tenant whose turn was last.';
REVOKE EXECUTE ON FUNCTION claim_task_groups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_task_groups TO clientele_app;
