-- A session ends when it is as old as it may get, and before that when nobody has used it for a while (OWASP ASVS 7.3.1, 7.3.2).
ALTER TABLE tenants ADD COLUMN idle_expiration_seconds integer
    CONSTRAINT tenants_idle_expiration_seconds CHECK (idle_expiration_seconds BETWEEN 300 AND 31536000);
COMMENT ON COLUMN tenants.idle_expiration_seconds IS 'After so long without use its people are signed out of a browser; NULL: 8 hours.';
-- Where people were to stay for days, they go on to.
UPDATE tenants SET idle_expiration_seconds = session_expiration_seconds WHERE session_expiration_seconds > 43200;
GRANT UPDATE (idle_expiration_seconds) ON tenants TO clientele_app;
CALL touch_changes_of('tenants');

ALTER TABLE sessions ADD COLUMN is_browser boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN sessions.is_browser IS 'Of a person at a browser. The session of a token of the API is used when its program runs, and ends only by its age.';
GRANT SELECT (is_browser) ON sessions TO clientele_app;

-- By its columns, since nobody may see the whole row.
CREATE FUNCTION is_session_open(expires_at timestamptz, last_seen_at timestamptz, is_browser boolean, of_tenant uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT expires_at > now() AND (NOT is_browser OR last_seen_at > now() - make_interval(secs =>
        coalesce((SELECT idle_expiration_seconds FROM tenants WHERE id = of_tenant), 28800)));
$$;
COMMENT ON FUNCTION is_session_open IS 'Whether a session goes on: it is neither too old nor unused for too long.';
REVOKE EXECUTE ON FUNCTION is_session_open FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_session_open TO clientele_app;

DROP FUNCTION session_resolve(bytea);
CREATE FUNCTION session_resolve(token bytea, is_used boolean) RETURNS jsonb
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
    WHERE s.token_hash = sha256(token) AND is_session_open(s.expires_at, s.last_seen_at, s.is_browser, s.tenant_id) AND u.disabled_at IS NULL AND (u.tenant_id IS NULL OR t.disabled_at IS NULL)
      -- Whoever signed in while their customer was being deactivated is out as well.
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
    -- What a page fetches by itself is no sign of its reader.
    IF is_used AND seen < now() - interval '1 minute' THEN
        UPDATE sessions SET last_seen_at = now() WHERE token_hash = sha256(token);
    END IF;
    RETURN found;
END $$;
COMMENT ON FUNCTION session_resolve IS 'Who holds the token of a session, with what a page shows of them; is_used: a person asks, so that the session goes on.';
REVOKE EXECUTE ON FUNCTION session_resolve FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_resolve TO clientele_app;

CREATE OR REPLACE FUNCTION live_sessions(ids uuid[]) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(s.id, u.claims_version), '{}') FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ANY (ids) AND is_session_open(s.expires_at, s.last_seen_at, s.is_browser, s.tenant_id) AND u.disabled_at IS NULL AND current_audience() = 'system';
$$;

CREATE OR REPLACE FUNCTION user_sessions(of_users uuid[]) RETURNS TABLE (user_id uuid, open bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, count(s.id) FROM users u JOIN sessions s ON s.user_id = u.id AND is_session_open(s.expires_at, s.last_seen_at, s.is_browser, s.tenant_id)
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
    INSERT INTO sessions (token_hash, tenant_id, user_id, is_browser, address, agent, expires_at)
    SELECT token, tenant_id, id, false, left(from_address, 100), left(from_agent, 400), now() + make_interval(secs => seconds)
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
    WITH gone AS (DELETE FROM sessions WHERE NOT is_session_open(expires_at, last_seen_at, is_browser, tenant_id) RETURNING id),
         calm AS (DELETE FROM sign_in_failures WHERE last_at < now() - interval '2 hours' RETURNING key),
         used AS (DELETE FROM used_seals WHERE ends_at < now() RETURNING id)
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM calm) + (SELECT count(*) FROM used);
$$;
