-- PostgreSQL commits transactions that notify one after another, each flushed before the next: one lock for all of them. So writers
-- notify only while the servers sleep. A server that is awake looks 40 times a second whether something was committed; after two quiet
-- seconds it sleeps, which is 4 times a second, and is woken by the first writer. Nothing depends on the flag but how soon it is heard.
-- Servers up to 0.1.0 that run beside hear later: work after 5 seconds at most, open pages after 20.
CREATE SEQUENCE listeners_asleep AS integer MINVALUE 0 MAXVALUE 1 START 1 NO CYCLE;
COMMENT ON SEQUENCE listeners_asleep IS 'A flag outside of transactions: 1 while the servers that listen sleep, so that writers notify.';

CREATE FUNCTION set_listeners_asleep(are_asleep boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM demand_audience('system');
    PERFORM setval('listeners_asleep', are_asleep::integer);
END $$;

-- Numbers are given before their rows can be seen. So whoever finds that there are new ones looks again until no transaction is in
-- progress that was begun before that.
CREATE FUNCTION log_position(until bigint, OUT events bigint, OUT tasks bigint, OUT next bigint, OUT open bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here pg_snapshot;
BEGIN
    PERFORM demand_audience('system');
    -- Before the first number is given, it is the last value already.
    SELECT e.last_value - (NOT e.is_called)::integer, t.last_value - (NOT t.is_called)::integer INTO log_position.events, log_position.tasks
    FROM events_id_seq e, tasks_id_seq t;
    here := pg_current_snapshot();
    next := pg_snapshot_xmax(here)::text::bigint;
    open := (SELECT count(*) FROM pg_snapshot_xip(here) AS x WHERE x::text::bigint < until);
END $$;
COMMENT ON FUNCTION log_position IS 'The last number of an event and of a task that was given, the number of the next transaction, and how many before a transaction are in progress.';
REVOKE EXECUTE ON FUNCTION set_listeners_asleep, log_position FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_listeners_asleep, log_position TO clientele_app;

CREATE OR REPLACE FUNCTION route_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    many boolean := (SELECT count(*) > 100 FROM (SELECT FROM new_events LIMIT 101) AS first);
    is_routed boolean;
BEGIN
    INSERT INTO tasks (tenant_id, handler, topic, entity_id, event_id, event_at, priority, tries, run_at)
    SELECT e.tenant_id, r.handler, e.topic, e.entity_id, e.id, e.occurred_at, many::integer, r.tries, clock_timestamp() + r.delay * interval '1 second'
    FROM new_events e JOIN task_routes r ON r.topic = e.topic
    WHERE e.operation <> 'update' OR r.fields = '{}' OR r.fields && e.changed
    ORDER BY e.id, r.handler;
    is_routed := FOUND;
    IF (SELECT last_value FROM listeners_asleep) = 1 THEN
        IF is_routed THEN
            PERFORM pg_notify('tasks', '');
        END IF;
        PERFORM pg_notify('events', '');
    END IF;
    RETURN NULL;
END $$;
