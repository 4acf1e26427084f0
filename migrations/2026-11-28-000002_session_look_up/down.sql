CREATE OR REPLACE FUNCTION is_session_open(expires_at timestamptz, last_seen_at timestamptz, is_browser boolean, of_tenant uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT expires_at > now() AND (NOT is_browser OR last_seen_at > now() - make_interval(secs =>
        coalesce((SELECT idle_expiration_seconds FROM tenants WHERE id = of_tenant), 28800)));
$$;
