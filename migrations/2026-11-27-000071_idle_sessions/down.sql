DROP FUNCTION session_resolve(bytea, boolean);
CREATE FUNCTION session_resolve(token bytea) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found jsonb;
    seen timestamptz;
BEGIN
    SELECT s.last_seen_at, jsonb_build_object(
        'session_id', s.id, 'user_id', u.id, 'tenant_id', coalesce(u.tenant_id, e.tenant_id), 'is_visiting', e.tenant_id IS NOT NULL, 'tenant_name', coalesce(t.name, ''), 'country', coalesce(t.country, 'US'),
        'customer_id', u.customer_id, 'name', u.name, 'email', u.email, 'roles', u.roles, 'time_zone', u.time_zone, 'compact', u.compact, 'products', u.products, 'claims_version', u.claims_version,
        'state', s.state,
        'unread', (SELECT count(*) FROM (SELECT FROM notifications n WHERE n.tenant_id = u.tenant_id AND n.user_id = u.id AND n.read_at IS NULL AND n.in_app LIMIT 100) AS first),
        'pinned', coalesce((SELECT jsonb_agg(jsonb_build_object('name', v.name, 'query', v.query) ORDER BY v.name)
                            FROM saved_view_pins p JOIN saved_views v ON v.tenant_id = p.tenant_id AND v.id = p.view_id
                            WHERE p.tenant_id = u.tenant_id AND p.user_id = u.id AND (v.is_shared OR v.user_id = u.id)), '[]'))
    INTO seen, found
    FROM sessions s JOIN users u ON u.id = s.user_id 
    -- Which tenant a platform admin has entered, if they have.
    LEFT JOIN tenant_entries e ON u.tenant_id IS NULL AND e.session_id = s.id AND e.left_at IS NULL
    LEFT JOIN tenants t ON t.id = coalesce(u.tenant_id, e.tenant_id)
    WHERE s.token_hash = sha256(token) AND s.expires_at > now() AND u.disabled_at IS NULL AND (u.tenant_id IS NULL OR t.disabled_at IS NULL)
      -- Whoever signed in while their customer was being deactivated is out as well.
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
    IF seen < now() - interval '1 minute' THEN
        UPDATE sessions SET last_seen_at = now() WHERE token_hash = sha256(token);
    END IF;
    RETURN found;
END $$;
REVOKE EXECUTE ON FUNCTION session_resolve FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_resolve TO clientele_app;
CREATE OR REPLACE FUNCTION live_sessions(ids uuid[]) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(s.id, u.claims_version), '{}') FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ANY (ids) AND s.expires_at > now() AND u.disabled_at IS NULL AND current_audience() = 'system';
$$;
CREATE OR REPLACE FUNCTION user_sessions(of_users uuid[]) RETURNS TABLE (user_id uuid, open bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, count(s.id) FROM users u JOIN sessions s ON s.user_id = u.id AND s.expires_at > now()
    WHERE u.id = ANY (of_users) AND u.tenant_id = current_tenant() AND manages_users(u.customer_id) GROUP BY u.id;
$$;
CREATE OR REPLACE FUNCTION token_open(for_user uuid, from_address text, from_agent text, seconds integer) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    opened uuid;
    -- Known to nobody.
    token bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
BEGIN
    PERFORM set_config('app.user_id', for_user::text, true);
    -- As in session_open.
    PERFORM FROM users WHERE id = for_user FOR NO KEY UPDATE;
    INSERT INTO sessions (token_hash, tenant_id, user_id, address, agent, expires_at)
    SELECT token, tenant_id, id, left(from_address, 100), left(from_agent, 400), now() + make_interval(secs => seconds)
    FROM users u WHERE id = for_user AND disabled_at IS NULL
      AND NOT EXISTS (SELECT FROM tenants t WHERE t.id = u.tenant_id AND t.disabled_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled)
    RETURNING id INTO opened;
    IF opened IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE users SET last_signed_in_at = now() WHERE id = for_user;
    PERFORM end_surplus_sessions(for_user, token);
    RETURN (SELECT jsonb_build_object('session_id', opened, 'user_id', u.id, 'tenant_id', u.tenant_id, 'customer_id', u.customer_id,
                                      'name', u.name, 'email', u.email, 'roles', u.roles, 'claims_version', u.claims_version,
                                      'opened_at', extract(epoch FROM now())::bigint)
            FROM users u WHERE u.id = for_user);
END $$;
CREATE OR REPLACE FUNCTION forget_expired_sessions() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH gone AS (DELETE FROM sessions WHERE expires_at < now() RETURNING id),
         calm AS (DELETE FROM sign_in_failures WHERE last_at < now() - interval '2 hours' RETURNING key),
         used AS (DELETE FROM used_seals WHERE ends_at < now() RETURNING id)
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM calm) + (SELECT count(*) FROM used);
$$;
DROP FUNCTION is_session_open;
ALTER TABLE sessions DROP COLUMN is_browser;
DROP TRIGGER touch ON tenants;
ALTER TABLE tenants DROP COLUMN idle_expiration_seconds;
CREATE TRIGGER touch BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION touch();
CALL touch_changes_of('tenants');
