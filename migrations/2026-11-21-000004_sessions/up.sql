CREATE TABLE sessions (
    id           uuid NOT NULL DEFAULT gen_random_uuid(),
    token_hash   bytea NOT NULL CONSTRAINT sessions_token_hash_length CHECK (octet_length(token_hash) = 32),
    tenant_id    uuid,
    user_id      uuid NOT NULL,
    state        jsonb NOT NULL DEFAULT '{}',
    address      text NOT NULL DEFAULT '',
    agent        text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_token_taken UNIQUE (token_hash),
    CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
COMMENT ON TABLE sessions IS 'Who is signed in, where. The cookie holds a random token; here stands only its SHA-256.';
COMMENT ON COLUMN sessions.tenant_id IS 'The tenant of the user; NULL for a platform admin.';
COMMENT ON COLUMN sessions.state IS 'What actix-session keeps besides.';
COMMENT ON COLUMN sessions.agent IS 'The User-Agent at sign-in, so that its owner recognises it.';
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at DESC);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY self ON sessions USING (user_id = (SELECT current_actor()));
GRANT SELECT (id, tenant_id, user_id, address, agent, created_at, last_seen_at, expires_at), DELETE ON sessions TO clientele_app;
-- A new password ends the other sessions.
GRANT SELECT (id, user_id), DELETE ON sessions TO clientele_sign_in;
CALL log_changes_of('sessions', 'SESSION', 'session', 'token_hash', 'state', 'last_seen_at');

-- The SessionStore's four verbs (src/platform/sessions.rs). They run as the owner, because who is asking is what they find out.
CREATE FUNCTION session_open(token bytea, for_user uuid, keep jsonb, from_address text, from_agent text, seconds integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('app.user_id', for_user::text, true);
    INSERT INTO sessions (token_hash, tenant_id, user_id, state, address, agent, expires_at)
    SELECT sha256(token), tenant_id, id, keep, left(from_address, 100), left(from_agent, 400), now() + make_interval(secs => seconds)
    FROM users u WHERE id = for_user AND disabled_at IS NULL
      AND NOT EXISTS (SELECT FROM tenants t WHERE t.id = u.tenant_id AND t.disabled_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
    UPDATE users SET last_signed_in_at = now() WHERE id = for_user;
END $$;

CREATE FUNCTION session_keep(token bytea, keep jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE sessions SET state = keep WHERE token_hash = sha256(token);
$$;

CREATE FUNCTION session_end(token bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- It is its owner who ends it.
    PERFORM set_config('app.user_id', user_id::text, true) FROM sessions WHERE token_hash = sha256(token);
    DELETE FROM sessions WHERE token_hash = sha256(token);
END $$;

CREATE TABLE sign_in_failures (
    key           text NOT NULL,
    failures      integer NOT NULL,
    last_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sign_in_failures_pkey PRIMARY KEY (key),
    CONSTRAINT sign_in_failures_key_length CHECK (char_length(key) <= 300)
);
COMMENT ON TABLE sign_in_failures IS 'Failed attempts per account and per address, by which the next one is delayed. Belongs to no tenant.';
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_at);
ALTER TABLE sign_in_failures ENABLE ROW LEVEL SECURITY;
CREATE POLICY sign_in ON sign_in_failures TO clientele_sign_in USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_failures TO clientele_sign_in;

-- Whom an email and a password might belong to: before sign-in there is no tenant, so the policies would show nobody.
CREATE FUNCTION sign_in_candidates(for_email text, on_host text) RETURNS TABLE (user_id uuid, tenant_id uuid, tenant_name text, password_hash text, session_seconds integer, to_portal boolean, is_closed boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT u.id, u.tenant_id, coalesce(t.name, 'Platform'), u.password_hash,
           coalesce(c.session_expiration_seconds, t.session_expiration_seconds), u.customer_id IS NOT NULL, t.disabled_at IS NOT NULL
    FROM users u LEFT JOIN tenants t ON t.id = u.tenant_id LEFT JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id
    WHERE u.email = for_email AND u.disabled_at IS NULL AND u.password_hash IS NOT NULL
      AND (t.host = on_host OR NOT EXISTS (SELECT FROM tenants h WHERE h.host = on_host))
    ORDER BY t.name NULLS FIRST
    LIMIT 10;
END $$;
COMMENT ON FUNCTION sign_in_candidates IS 'The accounts of an address; is_closed: their tenant is disabled. Sessions last as the customer says, else the tenant, else (NULL) the platform.';

CREATE FUNCTION own_password_hash() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT password_hash FROM users WHERE id = current_actor();
$$;

-- A new password, or the same one hashed anew at sign-in.
CREATE FUNCTION set_own_password(hash text, is_new boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE users SET password_hash = hash, password_changed_at = CASE WHEN is_new THEN now() ELSE password_changed_at END WHERE id = current_actor();
$$;
REVOKE EXECUTE ON FUNCTION session_open, session_keep, session_end, sign_in_candidates, own_password_hash, set_own_password FROM PUBLIC;
-- An ordinary request can't call them: not even one in which somebody else's SQL runs.
GRANT EXECUTE ON FUNCTION session_open, session_keep, session_end, sign_in_candidates, own_password_hash, set_own_password TO clientele_sign_in;
