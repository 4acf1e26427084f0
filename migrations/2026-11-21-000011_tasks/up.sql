-- Background work (SPEC §15): what an event, or a clock, gave rise to.
CREATE TABLE task_routes (
    topic   text NOT NULL,
    handler text NOT NULL,
    fields  text[] NOT NULL DEFAULT '{}',
    tries   smallint NOT NULL,
    delay   integer NOT NULL DEFAULT 0 CONSTRAINT task_routes_delay CHECK (delay >= 0),
    written_by text NOT NULL DEFAULT '' CONSTRAINT task_routes_written_by CHECK (length(written_by) <= 100),
    CONSTRAINT task_routes_pkey PRIMARY KEY (topic, handler),
    CONSTRAINT task_routes_tries CHECK (tries BETWEEN 1 AND 100)
);
COMMENT ON TABLE task_routes IS 'Which topic feeds which handler. A copy of src/routing.rs, made whenever a server starts; belongs to no tenant.';
COMMENT ON COLUMN task_routes.written_by IS 'The last migration that the server knew which wrote the row: one that knows less leaves it as it is.';
COMMENT ON COLUMN task_routes.fields IS 'An update counts only where it changed one of these; empty: any.';
COMMENT ON COLUMN task_routes.delay IS 'Seconds that its tasks wait, so that several events are dealt with at once.';
COMMENT ON COLUMN task_routes.tries IS 'After so many failures a task is left to a person.';
-- Read by the log's trigger alone, which runs as the owner.
ALTER TABLE task_routes ENABLE ROW LEVEL SECURITY;

CREATE TABLE tasks (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    tenant_id   uuid,
    handler     text NOT NULL,
    topic       text,
    entity_id   uuid,
    event_id    bigint,
    event_at    timestamptz,
    due_for     timestamptz,
    state       text NOT NULL DEFAULT 'queued' CONSTRAINT tasks_state_known CHECK (state IN ('queued', 'running', 'done', 'dead', 'discarded')),
    priority    smallint NOT NULL DEFAULT 0,
    attempts    smallint NOT NULL DEFAULT 0,
    tries       smallint NOT NULL CONSTRAINT tasks_tries CHECK (tries BETWEEN 1 AND 100),
    run_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    worker      integer,
    error       text,
    decided_by  uuid,
    started_at  timestamptz,
    finished_at timestamptz,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT tasks_pkey PRIMARY KEY (id),
    CONSTRAINT tasks_once_per_event UNIQUE (event_id, handler),
    CONSTRAINT tasks_once_per_time UNIQUE (handler, due_for),
    CONSTRAINT tasks_event_or_clock CHECK ((event_id IS NULL) <> (due_for IS NULL) AND (event_id IS NULL) = (event_at IS NULL)),
    CONSTRAINT tasks_running_has_worker CHECK ((state = 'running') <= (worker IS NOT NULL AND started_at IS NOT NULL)),
    CONSTRAINT tasks_finished CHECK ((state IN ('done', 'dead', 'discarded')) = (finished_at IS NOT NULL))
);
COMMENT ON TABLE tasks IS 'One unit of background work: one per event and handler, or per clock and time.';
COMMENT ON COLUMN tasks.tenant_id IS 'NULL for the platform''s own. No foreign key: the deletion of a tenant writes events, and they have tasks.';
COMMENT ON COLUMN tasks.event_at IS 'When the event occurred: finds its partition.';
COMMENT ON COLUMN tasks.due_for IS 'The time for which a clock asked for it.';
COMMENT ON COLUMN tasks.state IS 'queued (also after a failure that will be tried again), running, done, dead (failed too often), discarded (by a person).';
COMMENT ON COLUMN tasks.priority IS '1: part of a change of very many records, which lets others pass.';
COMMENT ON COLUMN tasks.attempts IS 'How often it was begun. Counted when it begins, so that one that takes its worker down is counted too.';
COMMENT ON COLUMN tasks.worker IS 'Who runs it, or ran it last: the number that the worker process holds an advisory lock on.';
COMMENT ON COLUMN tasks.error IS 'Why it failed last.';
COMMENT ON COLUMN tasks.decided_by IS 'Who retried or discarded it.';
CREATE INDEX tasks_queue ON tasks (priority, run_at, id) WHERE state = 'queued';
CREATE INDEX tasks_in_hand ON tasks (worker) WHERE state = 'running';
CREATE INDEX tasks_by_time ON tasks (tenant_id, id DESC);
CREATE INDEX tasks_unfinished ON tasks (tenant_id, state, id DESC) WHERE state <> 'done';
CREATE INDEX tasks_finished_at ON tasks (finished_at) WHERE state IN ('done', 'discarded');
-- Rows come and go: the queue's front must not fill with dead ones.
ALTER TABLE tasks SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0, fillfactor = 80);
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY background ON tasks USING ((SELECT current_audience()) = 'system' AND tenant_id IS NOT DISTINCT FROM (SELECT current_tenant()));
CREATE POLICY admins ON tasks USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff'
    AND ((SELECT has_role('tenant_admin')) OR (SELECT has_role('platform_admin'))));
CREATE POLICY platform ON tasks USING ((SELECT current_audience()) = 'platform');
GRANT SELECT, UPDATE (state, attempts, run_at, worker, error, decided_by, started_at, finished_at) ON tasks TO clientele_app;
-- Some tasks hand out credentials; they end with what was done.
GRANT SELECT (id, state, worker), UPDATE (state, finished_at, error) ON tasks TO clientele_sign_in;

-- Makes the tasks of one statement's events, in the statement's own transaction: there is no event whose tasks are missing.
CREATE FUNCTION route_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    many boolean := (SELECT count(*) > 100 FROM (SELECT FROM new_events LIMIT 101) AS first);
BEGIN
    INSERT INTO tasks (tenant_id, handler, topic, entity_id, event_id, event_at, priority, tries, run_at)
    SELECT e.tenant_id, r.handler, e.topic, e.entity_id, e.id, e.occurred_at, many::integer, r.tries, clock_timestamp() + r.delay * interval '1 second'
    FROM new_events e JOIN task_routes r ON r.topic = e.topic
    WHERE e.operation <> 'update' OR r.fields = '{}' OR r.fields && e.changed
    ORDER BY e.id, r.handler;
    IF FOUND THEN
        PERFORM pg_notify('tasks', '');
    END IF;
    PERFORM pg_notify('events', '');
    RETURN NULL;
END $$;
CREATE TRIGGER route AFTER INSERT ON events REFERENCING NEW TABLE AS new_events FOR EACH STATEMENT EXECUTE FUNCTION route_events();

-- Workers know no tenant before they have a task, so these run as the owner.
CREATE FUNCTION claim_tasks(by_worker integer, known text[], most integer) RETURNS SETOF tasks
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    UPDATE tasks t SET state = 'running', worker = by_worker, attempts = attempts + 1, started_at = clock_timestamp()
    FROM (SELECT id FROM tasks WHERE state = 'queued' AND run_at <= clock_timestamp() AND handler = ANY (known)
          ORDER BY priority, run_at, id LIMIT most FOR UPDATE SKIP LOCKED) AS next
    WHERE t.id = next.id
    RETURNING t.*;
$$;

CREATE SEQUENCE task_workers AS integer CYCLE;
CREATE FUNCTION enter_task_worker() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number integer := nextval('task_workers');
BEGIN
    PERFORM demand_audience('system');
    PERFORM pg_advisory_lock(727002, number);
    RETURN number;
END $$;
COMMENT ON FUNCTION enter_task_worker IS 'A number for a worker process, locked for as long as its connection lives: by that others see that it is there.';

CREATE FUNCTION requeue_abandoned_tasks() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found integer;
BEGIN
    PERFORM demand_audience('system');
    WITH alive AS MATERIALIZED (
        SELECT objid::bigint AS number FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 727002 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
    UPDATE tasks SET state = CASE WHEN attempts < tries THEN 'queued' ELSE 'dead' END, run_at = clock_timestamp(),
        finished_at = CASE WHEN attempts < tries THEN NULL ELSE clock_timestamp() END,
        error = 'The worker that ran it is gone.'
    WHERE id IN (SELECT id FROM tasks WHERE state = 'running' AND worker NOT IN (SELECT number FROM alive) FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END $$;
COMMENT ON FUNCTION requeue_abandoned_tasks IS 'Gives back what workers held that are gone. What such a worker did for them was rolled back with its transaction.';

CREATE FUNCTION schedule_task(for_handler text, at timestamptz, most_tries smallint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM demand_audience('system');
    INSERT INTO tasks (handler, due_for, tries) VALUES (for_handler, at, most_tries) ON CONFLICT ON CONSTRAINT tasks_once_per_time DO NOTHING;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION schedule_task IS 'What a clock asks for: once for each time, however many servers ask.';

CREATE FUNCTION forget_finished_tasks(before timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH gone AS (
        DELETE FROM tasks WHERE id IN (
            SELECT id FROM tasks WHERE state IN ('done', 'discarded') AND finished_at < before ORDER BY finished_at LIMIT 20000 FOR UPDATE SKIP LOCKED)
        RETURNING id
    )
    SELECT count(*) FROM gone;
$$;

CREATE FUNCTION count_tasks() RETURNS TABLE (state text, handler text, number bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    SELECT state, handler, count(*) FROM tasks WHERE state <> 'done' GROUP BY 1, 2;
$$;

-- What nobody needs any more.
CREATE FUNCTION forget_expired_sessions() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH gone AS (DELETE FROM sessions WHERE NOT is_session_open(expires_at, last_seen_at, is_browser, tenant_id) RETURNING id),
         calm AS (DELETE FROM sign_in_failures WHERE last_at < now() - interval '2 hours' RETURNING key),
         used AS (DELETE FROM used_seals WHERE ends_at < now() RETURNING id)
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM calm) + (SELECT count(*) FROM used);
$$;
REVOKE EXECUTE ON FUNCTION claim_tasks, enter_task_worker, requeue_abandoned_tasks, schedule_task, forget_finished_tasks, count_tasks, forget_expired_sessions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_tasks, enter_task_worker, requeue_abandoned_tasks, schedule_task, forget_finished_tasks, count_tasks, forget_expired_sessions TO clientele_app;
