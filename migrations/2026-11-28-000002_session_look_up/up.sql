-- As it was, but planned once in a session: this is asked at each request, and a function in SQL that can't be inlined is planned each time.
CREATE OR REPLACE FUNCTION is_session_open(expires_at timestamptz, last_seen_at timestamptz, is_browser boolean, of_tenant uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN expires_at > now() AND (NOT is_browser OR last_seen_at > now() - make_interval(secs =>
        coalesce((SELECT t.idle_expiration_seconds FROM tenants t WHERE t.id = of_tenant), 28800)));
END $$;
