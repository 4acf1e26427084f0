-- A snapshot knows the transactions in progress only up to the last one that has ended. One that writes while nobody else does stands beyond it, so that
-- its end was not waited for, and what it wrote was heard of with the next change. Whoever finds new numbers now takes a number of a transaction too: whoever
-- took one of those before has a lower one.
CREATE FUNCTION log_position(until bigint, events_seen bigint, tasks_seen bigint, OUT events bigint, OUT tasks bigint, OUT next bigint, OUT open bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM demand_audience('system');
    -- Before the first number is given, it is the last value already.
    SELECT e.last_value - (NOT e.is_called)::integer, t.last_value - (NOT t.is_called)::integer INTO log_position.events, log_position.tasks
    FROM events_id_seq e, tasks_id_seq t;
    next := CASE WHEN (log_position.events, log_position.tasks) IS DISTINCT FROM (events_seen, tasks_seen) THEN pg_current_xact_id()::text::bigint ELSE until END;
    open := (SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()) AS x WHERE x::text::bigint < until);
END $$;
COMMENT ON FUNCTION log_position(bigint, bigint, bigint) IS 'The last number of an event and of a task that was given; where these are other than known, the number of a transaction that is later than those that took them; and how many before a transaction are in progress.';
REVOKE EXECUTE ON FUNCTION log_position(bigint, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_position(bigint, bigint, bigint) TO clientele_app;
