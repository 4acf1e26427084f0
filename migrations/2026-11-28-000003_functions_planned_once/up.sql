-- A function in SQL that can't be inlined, as it runs as its owner or sets its search path, is planned at each call: up to 3 ms for a search.
-- In PL/pgSQL it is planned once in a session, and for any values, as it was. What counts or clears up once in a while stays as it is.
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS signature, pg_get_functiondef(p.oid) AS definition, p.prosrc AS body,
                 CASE WHEN p.proretset THEN ARRAY[E'    RETURN QUERY\n', ''] WHEN p.prorettype = 'void'::regtype THEN ARRAY['', ''] ELSE ARRAY[E'    RETURN (\n', E'\n    )'] END AS around
             FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
             WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'sql' AND p.prokind = 'f' AND (p.prosecdef OR p.proconfig IS NOT NULL)
               AND (p.proretset OR p.prorettype = 'void'::regtype OR p.provolatile = 's' AND p.prorettype <> 'record'::regtype)
               -- Background work, of two statements each.
               AND p.proname NOT IN ('claim_tasks', 'count_tasks')
    LOOP
        EXECUTE replace(replace(f.definition, E'\n LANGUAGE sql\n', E'\n LANGUAGE plpgsql\n'), f.body,
            format(E'\n#variable_conflict use_column\nBEGIN\n%s    %s%s;\nEND ', f.around[1], rtrim(btrim(f.body, E' \n'), ';'), f.around[2]));
        EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', f.signature);
    END LOOP;
END $$;

-- As it was, and whether a session is open without a call for it: this comes before every request.
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
