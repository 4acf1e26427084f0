-- Tokens of the API (SPEC §16): a token names a session and is signed, so that no server has to be asked which tokens it gave.
CREATE TABLE signing_keys (
    id      boolean NOT NULL DEFAULT true CONSTRAINT signing_keys_one CHECK (id),
    secret  bytea NOT NULL CONSTRAINT signing_keys_secret_length CHECK (octet_length(secret) = 32),
    made_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT signing_keys_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE signing_keys IS 'The key that signs the tokens of the API, made when it is first needed and shared by all servers. Granted to nobody, and not logged.';
ALTER TABLE signing_keys ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION token_key() RETURNS bytea
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Two random UUIDs hold 244 random bits.
    INSERT INTO signing_keys (secret) SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    WHERE NOT EXISTS (SELECT FROM signing_keys) ON CONFLICT DO NOTHING;
    RETURN (SELECT secret FROM signing_keys);
END $$;
COMMENT ON FUNCTION token_key IS 'The key that signs tokens.';

-- The session has a token of its own that nobody knows: it is entered with a signed one only.
CREATE FUNCTION token_open(for_user uuid, from_address text, from_agent text, seconds integer) RETURNS jsonb
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
COMMENT ON FUNCTION token_open IS 'Begins the session of a token, after the password was right; what its claims are. NULL where the account, its customer or its tenant has no access.';

CREATE FUNCTION token_resolve(session uuid, for_user uuid, claims integer) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'session_id', s.id, 'user_id', u.id, 'tenant_id', u.tenant_id, 'tenant_name', coalesce(t.name, ''), 'country', coalesce(t.country, 'US'),
        'customer_id', u.customer_id, 'name', u.name, 'email', u.email, 'roles', u.roles, 'time_zone', u.time_zone, 'compact', u.compact,
        'products', u.products, 'claims_version', u.claims_version, 'unread', 0, 'pinned', '[]'::jsonb)
    FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN tenants t ON t.id = u.tenant_id
    WHERE s.id = session AND u.id = for_user AND u.claims_version = claims AND s.expires_at > now() AND u.disabled_at IS NULL AND t.disabled_at IS NULL
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
$$;
COMMENT ON FUNCTION token_resolve IS 'Who holds a signed token, as session_resolve tells it; nobody once the session is over or a claim has changed.';
REVOKE EXECUTE ON FUNCTION token_key, token_open, token_resolve FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_key, token_open TO clientele_sign_in;
GRANT EXECUTE ON FUNCTION token_resolve TO clientele_app;
