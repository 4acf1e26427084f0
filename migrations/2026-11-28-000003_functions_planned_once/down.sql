DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS signature, pg_get_functiondef(p.oid) AS definition, p.prosrc AS body,
                 CASE WHEN p.prosrc ~ E'^\n#variable_conflict use_column\nBEGIN\n    RETURN \\(\n' THEN E'\n    \\);\nEND $' ELSE E';\nEND $' END AS ending
             FROM pg_proc p
             WHERE p.pronamespace = 'public'::regnamespace AND p.prosrc ~ E'^\n#variable_conflict use_column\nBEGIN\n' AND 'plan_cache_mode=force_generic_plan' = ANY (p.proconfig)
    LOOP
        EXECUTE replace(replace(f.definition, E'\n LANGUAGE plpgsql\n', E'\n LANGUAGE sql\n'), f.body,
            regexp_replace(regexp_replace(f.body, E'^\n#variable_conflict use_column\nBEGIN\n(    RETURN (QUERY|\\()\n)?', E'\n'), f.ending, E';\n'));
        EXECUTE format('ALTER FUNCTION %s RESET plan_cache_mode', f.signature);
    END LOOP;
END $$;

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
    WHERE s.token_hash = sha256(token) AND is_session_open(s.expires_at, s.last_seen_at, s.is_browser, s.tenant_id) AND u.disabled_at IS NULL AND (u.tenant_id IS NULL OR t.disabled_at IS NULL)
      -- Whoever signed in while their customer was being deactivated is out as well.
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
    -- What a page fetches by itself is no sign of its reader.
    IF is_used AND seen < now() - interval '1 minute' THEN
        UPDATE sessions SET last_seen_at = now() WHERE token_hash = sha256(token);
    END IF;
    RETURN found;
END $$;
