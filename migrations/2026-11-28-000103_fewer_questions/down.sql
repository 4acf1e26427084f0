DROP FUNCTION sees_which;
CREATE OR REPLACE FUNCTION make_coming_event_partitions() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT make_event_partitions(now(), now() + interval '3 months');
$$;
