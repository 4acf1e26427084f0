CREATE OR REPLACE FUNCTION session_resolve(token bytea, is_used boolean) RETURNS jsonb
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
    -- As is_session_open(): the time without use is the tenant's that the account belongs to.
    WHERE s.token_hash = sha256(token) AND s.expires_at > now()
      AND (NOT s.is_browser OR s.last_seen_at > now() - make_interval(secs => coalesce(CASE WHEN u.tenant_id IS NOT NULL THEN t.idle_expiration_seconds END, 28800)))
      AND u.disabled_at IS NULL AND (u.tenant_id IS NULL OR t.disabled_at IS NULL)
      -- Whoever signed in while their customer was being deactivated is out as well.
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
    -- What a page fetches by itself is no sign of its reader.
    IF is_used AND seen < now() - interval '1 minute' THEN
        UPDATE sessions SET last_seen_at = now() WHERE token_hash = sha256(token);
    END IF;
    RETURN found;
END $$;
DROP TRIGGER renew_sessions ON users;
DROP TRIGGER renew_sessions ON tenants;
DROP TRIGGER renew_sessions ON customers;
DROP TRIGGER renew_sessions_insert ON notifications;
DROP TRIGGER renew_sessions_update ON notifications;
DROP TRIGGER renew_sessions_delete ON notifications;
DROP FUNCTION session_confirm, renew_sessions_of_user, renew_sessions_of_tenant, renew_sessions_of_customer, renew_sessions_of_reader, renew_sessions;
DROP TRIGGER log_insert ON sessions;
DROP TRIGGER log_update ON sessions;
DROP TRIGGER log_delete ON sessions;
CALL log_changes_of('sessions', 'SESSION', 'session', 'token_hash', 'state', 'last_seen_at');
ALTER TABLE sessions DROP COLUMN revision;
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['tags', 'companies', 'saved_replies', 'saved_views', 'saved_view_pins'] LOOP
        EXECUTE format('DROP TRIGGER count_choices ON %I; DROP TRIGGER count_choices_update ON %I', wanted, wanted);
    END LOOP;
END $$;
DROP TRIGGER count_choices_insert ON users;
DROP TRIGGER count_choices_update ON users;
DROP TRIGGER count_choices_delete ON users;
DROP FUNCTION count_choices;
DROP TABLE tenant_versions;
