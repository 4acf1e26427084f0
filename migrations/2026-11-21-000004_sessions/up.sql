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
    is_browser   boolean NOT NULL DEFAULT true,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_token_taken UNIQUE (token_hash),
    CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
COMMENT ON TABLE sessions IS 'Who is signed in, where. The cookie holds a random token; here stands only its SHA-256.';
COMMENT ON COLUMN sessions.tenant_id IS 'The tenant of the user; NULL for a platform admin.';
COMMENT ON COLUMN sessions.state IS 'What actix-session keeps besides.';
COMMENT ON COLUMN sessions.is_browser IS 'Of a person at a browser. The session of a token of the API is used when its program runs, and ends only by its age.';
COMMENT ON COLUMN sessions.agent IS 'The User-Agent at sign-in, so that its owner recognises it.';
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at DESC);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY self ON sessions USING (user_id = (SELECT current_actor()));
GRANT SELECT (id, tenant_id, user_id, address, agent, created_at, last_seen_at, expires_at, is_browser), DELETE ON sessions TO clientele_app;
-- A new password ends the other sessions.
GRANT SELECT (id, user_id), DELETE ON sessions TO clientele_sign_in;
-- By its columns, since nobody may see the whole row.
CREATE FUNCTION is_session_open(expires_at timestamptz, last_seen_at timestamptz, is_browser boolean, of_tenant uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT expires_at > now() AND (NOT is_browser OR last_seen_at > now() - make_interval(secs =>
        coalesce((SELECT idle_expiration_seconds FROM tenants WHERE id = of_tenant), 28800)));
$$;
COMMENT ON FUNCTION is_session_open IS 'Whether a session goes on: it is neither too old nor unused for too long.';
REVOKE EXECUTE ON FUNCTION is_session_open FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_session_open TO clientele_app;
CALL log_changes_of('sessions', 'SESSION', 'session', 'token_hash', 'state', 'last_seen_at');

-- Nobody needs more places at once; whoever has got at an account does not fill the list of them (ASVS 7.1.2).
CREATE FUNCTION end_surplus_sessions(of_user uuid, but bytea) RETURNS void LANGUAGE sql AS $$
    DELETE FROM sessions WHERE user_id = of_user AND id IN (
        SELECT id FROM sessions WHERE user_id = of_user AND token_hash <> but ORDER BY expires_at DESC, id OFFSET 49);
$$;
COMMENT ON FUNCTION end_surplus_sessions IS 'At most 50 sessions of an account: beside the one that begins, those that would end first end now. Only for the functions that look past the policies.';

-- The SessionStore's four verbs (src/platform/sessions.rs). They run as the owner, because who is asking is what they find out.
CREATE FUNCTION session_open(token bytea, for_user uuid, keep jsonb, from_address text, from_agent text, seconds integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('app.user_id', for_user::text, true);
    -- Those who sign in to one account at the same moment wait for one another, so that their sessions are counted.
    PERFORM FROM users WHERE id = for_user FOR NO KEY UPDATE;
    INSERT INTO sessions (token_hash, tenant_id, user_id, state, address, agent, expires_at)
    SELECT sha256(token), tenant_id, id, keep, left(from_address, 100), left(from_agent, 400), now() + make_interval(secs => seconds)
    FROM users u WHERE id = for_user AND disabled_at IS NULL
      AND NOT EXISTS (SELECT FROM tenants t WHERE t.id = u.tenant_id AND t.disabled_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
    UPDATE users SET last_signed_in_at = now() WHERE id = for_user;
    PERFORM end_surplus_sessions(for_user, sha256(token));
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
    account       text,
    failures      integer NOT NULL,
    last_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sign_in_failures_pkey PRIMARY KEY (key),
    CONSTRAINT sign_in_failures_key_length CHECK (char_length(key) <= 300),
    CONSTRAINT sign_in_failures_account_length CHECK (char_length(account) <= 64),
    CONSTRAINT sign_in_failures_counted CHECK (failures >= 0)
);
COMMENT ON TABLE sign_in_failures IS 'Tries that were counted and not forgiven, by which the next one is delayed (src/signing_in/checking.rs). Belongs to no tenant.';
COMMENT ON COLUMN sign_in_failures.key IS 'What is counted: the kind, then the account (hashed, since people mistype), the address, or both.';
COMMENT ON COLUMN sign_in_failures.account IS 'Hash of the email address that it is about; a password chosen by a mailed link forgives all of it. NULL: about no account.';
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_at);
CREATE INDEX sign_in_failures_by_account ON sign_in_failures (account) WHERE account IS NOT NULL;
-- Granted to nobody: the functions below count.
ALTER TABLE sign_in_failures ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION count_try(keys text[], accounts text[], free integer[], longest integer[]) RETURNS TABLE (wait integer, counted integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before sign_in_failures;
    left_over double precision;
BEGIN
    -- A crash may forget the last tries: then nobody has to wait for the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    counted := 0;
    -- One after the other, always in the order of the caller: whoever counts the same waits here. Where one says no, the others are
    -- neither counted nor made.
    FOR n IN 1 .. cardinality(keys) LOOP
        INSERT INTO sign_in_failures AS f (key, account, failures, last_at) VALUES (keys[n], nullif(accounts[n], ''), 0, clock_timestamp())
        ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN f.last_at > clock_timestamp() - interval '1 hour' THEN f.failures ELSE 0 END
        RETURNING f.* INTO before;
        IF before.failures >= free[n] THEN
            left_over := least(2.0 ^ least(before.failures - free[n], 20), longest[n]) - extract(epoch FROM clock_timestamp() - before.last_at);
            IF left_over > 0 THEN
                wait := ceil(left_over);
                RETURN NEXT;
                RETURN;
            END IF;
        END IF;
        counted := greatest(counted, before.failures + 1);
    END LOOP;
    UPDATE sign_in_failures SET failures = least(failures + 1, 1000), last_at = clock_timestamp() WHERE key = ANY (keys);
    wait := 0;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION count_try IS 'Counts one more under each key, or under none where one of them has to wait: seconds. A key is free so often; then it waits 1, 2, 4 ... seconds after the last, at most the longest; an hour after the last all is forgotten.';

CREATE FUNCTION forgive_try(forgotten text[], taken_back text[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sign_in_failures WHERE key = ANY (forgotten);
    UPDATE sign_in_failures SET failures = greatest(failures - 1, 0) WHERE key = ANY (taken_back);
$$;
COMMENT ON FUNCTION forgive_try IS 'A try was right: what is forgotten with it, and what is one less.';

CREATE FUNCTION forgive_account(of_account text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sign_in_failures WHERE account = of_account;
$$;
COMMENT ON FUNCTION forgive_account IS 'Its owner has chosen another password by a mailed link: whatever was counted about it is forgotten.';
GRANT EXECUTE ON FUNCTION count_try, forgive_try, forgive_account TO clientele_sign_in;

-- What a browser was given sealed, and may bring back once.
CREATE TABLE used_seals (
    id      uuid NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT used_seals_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE used_seals IS 'Sealed values that were used up (src/platform/sealed.rs), until they would have ended by themselves. Belongs to no tenant, granted to nobody.';
CREATE INDEX used_seals_by_end ON used_seals (ends_at);
ALTER TABLE used_seals ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION account_state(of_user uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT encode(sha256(convert_to(concat_ws(':', id, password_hash, claims_version, disabled_at IS NULL), 'UTF8')), 'hex') FROM users WHERE id = of_user);
END $$;
COMMENT ON FUNCTION account_state IS 'A hash over the password and the claims: what is sealed after the password was right stands while this is the same, until it is changed, or an admin signs the account out.';

CREATE FUNCTION use_seal(seal uuid, until timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO used_seals (id, ends_at) VALUES (seal, until) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION use_seal IS 'Uses a sealed value up; false where it was used before.';
GRANT EXECUTE ON FUNCTION account_state, use_seal TO clientele_sign_in;

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
