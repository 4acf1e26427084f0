CREATE OR REPLACE FUNCTION route_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
DROP FUNCTION log_position, set_listeners_asleep;
DROP SEQUENCE listeners_asleep;
