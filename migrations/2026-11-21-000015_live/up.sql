-- What staff do unseen (tags, notes, priority, who works on what) makes no sound in the portal: the changes that it hears of are these,
-- by what its pages and its API show. The policies then say which of them are a reader's.
CREATE FUNCTION portal_hears_of(entity text, operation text, changed text[], doc jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE entity
        WHEN 'ticket' THEN operation = 'insert' OR changed && '{subject,status,requester_id,requester_contact_id,requester_name}'
        WHEN 'message' THEN operation = 'insert' AND NOT coalesce((doc->>'is_internal')::boolean, false)
        WHEN 'ticket_copy' THEN true
        -- Who is to call is shown once there is a time.
        WHEN 'call' THEN operation = 'insert' OR doc->>'status' = 'scheduled' AND changed && '{assignee_id}'
            OR changed && '{requester_id,requester_name,phone,topic,ticket_id,time_zone,slots,slot_minutes,status,scheduled_at,scheduled_minutes,cancel_reason}'
        WHEN 'contact' THEN (doc->>'is_primary')::boolean OR changed && '{is_primary}'
        WHEN 'customer' THEN changed && '{name,customer_type,lifecycle_stage,email,phone,website,billing_address,service_address,products,call_requests_allowed}'
        ELSE false END;
COMMENT ON FUNCTION portal_hears_of IS 'Whether a change is one that a customer''s own people can see, going by what is shown to them.';

-- What open pages are told of the log (SPEC §17, src/platform/live). One connection per server reads for all its readers, so these
-- run as the owner and tell ids only; who may hear of what is asked under each reader's own scope.
--
-- Ids are not in the order of commits, so the place that was read up to is a snapshot: "<seconds>.<xmin>:<xmax>:<in progress>".
-- New since then are the transactions that it calls in progress, and those that began later, as far as they are committed now.
CREATE FUNCTION live_changes(since text, watched uuid[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    here pg_snapshot := pg_current_snapshot();
    place text := extract(epoch FROM now())::bigint || '.' || here;
    read_at timestamptz := to_timestamp(split_part(since, '.', 1)::bigint);
    last pg_snapshot := split_part(since, '.', 2);
    -- An open transaction may have written long before it commits.
    earliest timestamptz := read_at - interval '1 day';
    landed bigint[] := ARRAY(SELECT x::text::bigint FROM pg_snapshot_xip(last) AS x WHERE pg_visible_in_snapshot(x, here));
    first_new bigint := pg_snapshot_xmax(last)::text::bigint;
    first_unborn bigint := pg_snapshot_xmax(here)::text::bigint;
    found jsonb;
BEGIN
    IF current_audience() <> 'system' OR current_tenant() IS NOT NULL THEN
        RAISE EXCEPTION 'only the server reads for all' USING ERRCODE = 'insufficient_privilege';
    ELSIF since IS NULL THEN
        RETURN jsonb_build_object('cursor', place);
    ELSIF first_new > first_unborn OR read_at NOT BETWEEN now() - interval '1 day' AND now() + interval '1 minute' THEN
        RETURN jsonb_build_object('cursor', place, 'lost', true);
    END IF;
    WITH fresh AS MATERIALIZED (
        SELECT id, occurred_at, tenant_id, customer_id, entity, entity_id, topic, operation, changed, actor_id, transaction_id,
               CASE entity WHEN 'session' THEN before->'id' WHEN 'notification' THEN after->'user_id' END AS concerned,
               coalesce(portal_hears_of(entity, operation, changed, coalesce(after, before)), false) AS is_shown
        FROM events WHERE transaction_id = ANY (landed) AND occurred_at > earliest
        UNION ALL
        SELECT id, occurred_at, tenant_id, customer_id, entity, entity_id, topic, operation, changed, actor_id, transaction_id,
               CASE entity WHEN 'session' THEN before->'id' WHEN 'notification' THEN after->'user_id' END AS concerned,
               coalesce(portal_hears_of(entity, operation, changed, coalesce(after, before)), false) AS is_shown
        FROM events WHERE transaction_id >= first_new AND transaction_id < first_unborn AND occurred_at > earliest
    ), sizes AS (
        SELECT transaction_id, count(*) AS size, count(DISTINCT customer_id) > 100 OR count(*) > 500 AS is_large
        FROM fresh WHERE customer_id IS NOT NULL GROUP BY 1
    ), many AS (
        -- More than anybody reads one by one: a hint will do. So it does where very many small ones have piled up.
        SELECT transaction_id FROM sizes WHERE is_large OR (SELECT sum(size) FROM sizes WHERE NOT is_large) > 2000
    )
    SELECT jsonb_build_object(
        'changes', coalesce((SELECT jsonb_agg(jsonb_build_object('id', id, 'at', occurred_at, 'tenant', tenant_id, 'customer', customer_id,
                'entity', entity, 'entity_id', entity_id, 'topic', topic, 'operation', operation, 'changed', changed, 'actor', actor_id, 'is_shown', is_shown) ORDER BY id)
            FROM fresh WHERE customer_id IS NOT NULL AND transaction_id NOT IN (SELECT transaction_id FROM many)), '[]'),
        'many', coalesce((SELECT jsonb_object_agg(tenant_id, transactions) FROM (
            SELECT tenant_id, jsonb_agg(DISTINCT transaction_id) AS transactions
            FROM fresh WHERE customer_id IS NOT NULL AND transaction_id IN (SELECT transaction_id FROM many) GROUP BY 1) AS x), '{}'),
        'touched', coalesce((SELECT jsonb_object_agg(customer_id, touched) FROM (
            SELECT customer_id, jsonb_build_object('tenant', tenant_id, 'is_shown', bool_or(is_shown)) AS touched
            FROM fresh WHERE customer_id = ANY (watched) AND transaction_id IN (SELECT transaction_id FROM many) GROUP BY customer_id, tenant_id) AS x), '{}'),
        'sessions', coalesce((SELECT jsonb_agg(concerned) FROM fresh WHERE entity = 'session' AND operation = 'delete'), '[]'),
        'notified', coalesce((SELECT jsonb_agg(DISTINCT concerned) FROM fresh WHERE entity = 'notification' AND operation = 'insert'), '[]'),
        'users', coalesce((SELECT jsonb_agg(entity_id) FROM fresh WHERE entity = 'user' AND (operation = 'delete'
            OR operation = 'update' AND changed && '{roles,disabled_at,customer_id,claims_version}')), '[]'))
    INTO found;
    RETURN found || jsonb_build_object('cursor', place);
END $$;
COMMENT ON FUNCTION live_changes IS 'What was committed since a place in the log, and the place that this is read at. Many changes of one transaction are told as one: for whom, and which of the customers that are being watched they touch.';

CREATE FUNCTION live_sessions(ids uuid[]) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(s.id, u.claims_version), '{}') FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ANY (ids) AND is_session_open(s.expires_at, s.last_seen_at, s.is_browser, s.tenant_id) AND u.disabled_at IS NULL AND current_audience() = 'system';
$$;
COMMENT ON FUNCTION live_sessions IS 'Which of these sessions go on, and the version of their user''s claims.';

-- These two run as who is at work: the policies decide.
CREATE FUNCTION live_visible(event_ids bigint[], earliest timestamptz, record_ids uuid[]) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN jsonb_build_object(
        'events', ARRAY(SELECT id FROM events WHERE id = ANY (event_ids) AND occurred_at >= earliest),
        'records', ARRAY(SELECT id FROM customers WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM contacts WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM locations WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM tickets WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM ticket_messages WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM calls WHERE id = ANY (record_ids)));
END $$;
COMMENT ON FUNCTION live_visible IS 'Those of the events, and of the records, that the person at work may see.';

CREATE FUNCTION live_concerns(transactions bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM customers c JOIN events e ON e.tenant_id = c.tenant_id AND e.customer_id = c.id
                   WHERE c.created_by = current_actor() AND e.transaction_id = ANY (transactions))
        OR EXISTS (SELECT FROM customer_success_owned_customers o JOIN events e ON e.tenant_id = o.tenant_id AND e.customer_id = o.customer_id
                   WHERE o.user_id = current_actor() AND e.transaction_id = ANY (transactions));
$$;
COMMENT ON FUNCTION live_concerns IS 'Whether one of many changes is of a customer whose CS rep is at work: found from their own customers, which are few.';
REVOKE EXECUTE ON FUNCTION live_changes, live_sessions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION live_changes, live_sessions, live_visible, live_concerns TO clientele_app;
