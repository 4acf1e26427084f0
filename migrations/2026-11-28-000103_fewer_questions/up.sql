-- As it was, for background work (and whoever migrates) alone.
CREATE OR REPLACE FUNCTION make_coming_event_partitions() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM demand_audience('system');
    RETURN make_event_partitions(now(), now() + interval '3 months');
END $$;

-- `who_sees` for one user and many things.
CREATE FUNCTION sees_which(of_user uuid, of_tickets uuid[], of_calls uuid[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
    person record;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work asks what others see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT u.id, u.customer_id, array_to_string(u.roles, ',') AS roles INTO person
    FROM users u WHERE u.tenant_id = current_tenant() AND u.id = of_user AND u.disabled_at IS NULL
      AND (u.customer_id IS NULL OR can_act_for(u.id, u.customer_id));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('app.audience', CASE WHEN person.customer_id IS NULL THEN 'staff' ELSE 'portal' END, true),
            set_config('app.user_id', person.id::text, true), set_config('app.roles', person.roles, true),
            set_config('app.customer_id', coalesce(person.customer_id::text, ''), true);
    RETURN QUERY
        SELECT pair.n FROM unnest(of_tickets, of_calls) WITH ORDINALITY AS pair (ticket, call, n)
        WHERE (pair.ticket IS NULL OR EXISTS (SELECT FROM tickets t WHERE t.tenant_id = current_tenant() AND t.id = pair.ticket OFFSET 0))
          AND (pair.call IS NULL OR EXISTS (SELECT FROM calls c WHERE c.tenant_id = current_tenant() AND c.id = pair.call OFFSET 0));
    PERFORM set_config('app.audience', 'system', true), set_config('app.user_id', '', true),
            set_config('app.roles', '', true), set_config('app.customer_id', '', true);
END $$;
COMMENT ON FUNCTION sees_which IS 'Which of the pairs of a ticket and a call (one of them may be NULL), counted from 1, the user may see at this moment; none where they can''t act.';
REVOKE EXECUTE ON FUNCTION sees_which FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sees_which TO clientele_app;
