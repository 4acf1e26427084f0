-- Accounts (SPEC §10): single-use links by which somebody shows that a mail reached them, and the verbs of those who manage users.
CREATE TABLE account_tokens (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    token_hash bytea NOT NULL CONSTRAINT account_tokens_hash_length CHECK (octet_length(token_hash) = 32),
    tenant_id  uuid,
    user_id    uuid,
    purpose    text NOT NULL CONSTRAINT account_tokens_purpose_known CHECK (purpose IN ('invitation', 'reset', 'email')),
    new_email  text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT account_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT account_tokens_hash_taken UNIQUE (token_hash),
    CONSTRAINT account_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT account_tokens_new_email CHECK ((purpose = 'email') = (new_email IS NOT NULL)),
    CONSTRAINT account_tokens_whose CHECK ((user_id IS NULL) = (withdrawn_at IS NOT NULL))
);
COMMENT ON TABLE account_tokens IS 'Links that were mailed to somebody: each good once, for a while, for one purpose. The mail holds a random token; here stands only its SHA-256. Never in the log.';
COMMENT ON COLUMN account_tokens.tenant_id IS 'The tenant of the user; NULL for a platform admin.';
COMMENT ON COLUMN account_tokens.purpose IS 'invitation: to choose the first password, 24 hours; reset: to choose another, 1 hour; email: to take another address, 1 hour.';
COMMENT ON COLUMN account_tokens.new_email IS 'The address that the link was mailed to, and that the account gets by it.';
COMMENT ON COLUMN account_tokens.withdrawn_at IS 'When the invitation was withdrawn, and its account with it: the page behind the link tells of it for 30 days.';
CREATE INDEX account_tokens_by_user ON account_tokens (user_id, created_at DESC);
CREATE INDEX account_tokens_withdrawn ON account_tokens (withdrawn_at) WHERE withdrawn_at IS NOT NULL;
ALTER TABLE account_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON account_tokens FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT manages_assignments()));
CREATE POLICY team ON account_tokens FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND EXISTS (SELECT FROM users u WHERE u.id = account_tokens.user_id AND u.customer_id = (SELECT current_customer()) OFFSET 0));
GRANT SELECT (id, tenant_id, user_id, purpose, created_at, expires_at, used_at) ON account_tokens TO clientele_app;

-- A customer_admin sees their team.
CREATE POLICY team ON users FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND (SELECT has_role('customer_admin')) AND customer_id = (SELECT current_customer()));
CREATE INDEX users_by_name ON users (tenant_id, name, id);
CREATE INDEX users_staff ON users (tenant_id, name, id) WHERE customer_id IS NULL;
-- What is pending is read with it: whoever signs in, or whose claims change, does not wait for forty trigrams.
CREATE INDEX users_by_part ON users USING gin (tenant_id, name_key gin_trgm_ops) WITH (fastupdate = on);

CREATE FUNCTION manages_users(of_customer uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_tenant() IS NOT NULL AND (manages_assignments()
        OR coalesce(current_audience() = 'portal' AND has_role('customer_admin') AND of_customer = current_customer(), false));
COMMENT ON FUNCTION manages_users IS 'Admins of the tenant manage all its users; a customer_admin those of the own customer.';

-- A part of a name or address. No policy lets LIKE use its index: with a hundred thousand users, a search that finds nobody took 230 ms
-- behind them, and takes 3 here.
CREATE FUNCTION users_with(part text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    folded text := fold(left(part, 200));
    found uuid[];
BEGIN
    IF char_length(folded) < 3 THEN
        RETURN NULL;
    END IF;
    found := ARRAY(SELECT u.id FROM users u
        WHERE u.tenant_id = current_tenant() AND u.name_key LIKE '%' || regexp_replace(folded, '([\\%_])', '\\\1', 'g') || '%'
          AND (is_staff() OR manages_users(u.customer_id))
        LIMIT most + 1);
    RETURN CASE WHEN cardinality(found) <= most THEN found END;
END $$;
COMMENT ON FUNCTION users_with IS 'The users whose name or address has this in it; NULL where they are more than so many, or it is too short for the index: then whoever reads them in order soon finds some.';
REVOKE EXECUTE ON FUNCTION users_with FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users_with TO clientele_app;

-- A new password makes every link that was mailed before void.
CREATE FUNCTION void_tokens() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM account_tokens WHERE user_id = NEW.id AND used_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER void_tokens AFTER UPDATE OF password_changed_at ON users FOR EACH ROW
    WHEN (NEW.password_changed_at IS DISTINCT FROM OLD.password_changed_at) EXECUTE FUNCTION void_tokens();

-- No tenant is ever without an admin who can sign in, and no customer_admin leaves their customer without one. Whoever comes second
-- waits for the first, and counts after it.
CREATE FUNCTION keep_an_admin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() = '' OR OLD.disabled_at IS NOT NULL OR OLD.password_hash IS NULL THEN
        RETURN NULL;
    END IF;
    IF OLD.roles @> '{tenant_admin}' AND NOT (NEW.roles @> '{tenant_admin}' AND NEW.disabled_at IS NULL) THEN
        PERFORM FROM tenants WHERE id = OLD.tenant_id FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM users WHERE tenant_id = OLD.tenant_id AND customer_id IS NULL AND roles @> '{tenant_admin}'
                       AND disabled_at IS NULL AND password_hash IS NOT NULL) THEN
            RAISE EXCEPTION 'the last admin of a tenant' USING ERRCODE = 'check_violation', CONSTRAINT = 'users_last_admin';
        END IF;
    ELSIF current_audience() = 'portal' AND OLD.roles @> '{customer_admin}' AND NOT (NEW.roles @> '{customer_admin}' AND NEW.disabled_at IS NULL) THEN
        PERFORM FROM customers WHERE tenant_id = OLD.tenant_id AND id = OLD.customer_id FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM users WHERE tenant_id = OLD.tenant_id AND customer_id = OLD.customer_id AND roles @> '{customer_admin}'
                       AND disabled_at IS NULL AND password_hash IS NOT NULL) THEN
            RAISE EXCEPTION 'the last admin of a customer' USING ERRCODE = 'check_violation', CONSTRAINT = 'users_last_customer_admin';
        END IF;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION keep_an_admin IS 'Holds for whoever works through the server; the owner of the database may do as they must.';
CREATE TRIGGER keep_an_admin AFTER UPDATE OF roles, disabled_at ON users FOR EACH ROW
    WHEN (NEW.roles IS DISTINCT FROM OLD.roles OR NEW.disabled_at IS DISTINCT FROM OLD.disabled_at) EXECUTE FUNCTION keep_an_admin();

-- The verbs. They look past the policies, which let nobody write another's account, and act on users whom the person at work manages.
CREATE FUNCTION give_token(to_user uuid, for_purpose text, hash bytea) RETURNS void LANGUAGE sql AS $$
    DELETE FROM account_tokens WHERE user_id = to_user AND (expires_at < now() - interval '30 days' OR (for_purpose = 'invitation' AND purpose = 'invitation' AND used_at IS NULL));
    INSERT INTO account_tokens (token_hash, tenant_id, user_id, purpose, expires_at)
    SELECT hash, tenant_id, id, for_purpose, now() + CASE for_purpose WHEN 'reset' THEN interval '1 hour' ELSE interval '24 hours' END
    FROM users WHERE id = to_user;
$$;
COMMENT ON FUNCTION give_token IS 'Only for the functions that look past the policies. A new invitation makes the one before void.';

CREATE FUNCTION invite_user(new_id uuid, of_customer uuid, new_email text, new_name text, new_roles text[], hash bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT manages_users(of_customer) THEN
        RAISE EXCEPTION 'may not invite' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO users (id, tenant_id, customer_id, email, name, roles, time_zone)
    SELECT new_id, t.id, of_customer, new_email, new_name, new_roles, t.time_zone FROM tenants t WHERE t.id = current_tenant()
    ON CONFLICT ON CONSTRAINT users_email_taken DO NOTHING;
    IF NOT FOUND THEN
        RETURN coalesce((SELECT name FROM users WHERE tenant_id = current_tenant() AND email = new_email), '');
    END IF;
    PERFORM give_token(new_id, 'invitation', hash);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION invite_user IS 'Makes an account without a password, and the token that its owner chooses one by: NULL. Or the name of who has the address already: for the mail to them, and nobody else.';

CREATE FUNCTION renew_invitation(of_user uuid, hash bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM users WHERE id = of_user AND tenant_id = current_tenant() AND manages_users(customer_id) AND disabled_at IS NULL AND password_hash IS NULL;
    IF FOUND THEN
        PERFORM give_token(of_user, 'invitation', hash);
        RETURN true;
    END IF;
    RETURN false;
END $$;
COMMENT ON FUNCTION renew_invitation IS 'A new token for whoever was invited and has no password yet; false for anybody else.';

CREATE FUNCTION withdraw_invitation(of_user uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM users WHERE id = of_user AND tenant_id = current_tenant() AND manages_users(customer_id) AND password_hash IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM account_tokens WHERE withdrawn_at < now() - interval '30 days';
    UPDATE account_tokens SET withdrawn_at = now(), user_id = NULL WHERE user_id = of_user AND purpose = 'invitation' AND used_at IS NULL;
    DELETE FROM users WHERE id = of_user;
    RETURN true;
END $$;
COMMENT ON FUNCTION withdraw_invitation IS 'Removes an account that nobody has chosen a password for, so that its address is free again; false for any other.';

CREATE FUNCTION withdrawn_by(hash bytea) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.name FROM account_tokens k JOIN tenants t ON t.id = k.tenant_id WHERE k.token_hash = hash AND k.withdrawn_at IS NOT NULL;
$$;
COMMENT ON FUNCTION withdrawn_by IS 'The tenant that withdrew the invitation of this token; NULL where that is not why it is no good.';

CREATE FUNCTION change_user(of_user uuid, seen integer, new_name text, new_roles text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text[];
BEGIN
    SELECT roles INTO before FROM users WHERE id = of_user AND tenant_id = current_tenant() AND manages_users(customer_id) AND claims_version = seen FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE users SET name = new_name, roles = new_roles WHERE id = of_user;
    IF NOT (before @> new_roles AND before <@ new_roles) THEN
        DELETE FROM sessions WHERE user_id = of_user;
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION change_user IS 'Another name, other roles; these end the sessions of before. False where somebody changed the claims since they were seen.';

CREATE FUNCTION set_user_access(of_user uuid, is_allowed boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE users SET disabled_at = CASE WHEN is_allowed THEN NULL ELSE now() END, claims_version = claims_version + 1
    WHERE id = of_user AND tenant_id = current_tenant() AND manages_users(customer_id) AND (disabled_at IS NULL) <> is_allowed;
    IF FOUND AND NOT is_allowed THEN
        DELETE FROM sessions WHERE user_id = of_user;
        DELETE FROM account_tokens WHERE user_id = of_user AND used_at IS NULL;
    END IF;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION set_user_access IS 'Switches an account off, with its sessions and links, or on again.';

CREATE FUNCTION end_user_sessions(of_user uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    UPDATE users SET claims_version = claims_version + 1 WHERE id = of_user AND tenant_id = current_tenant() AND manages_users(customer_id);
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    DELETE FROM sessions WHERE user_id = of_user;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;
COMMENT ON FUNCTION end_user_sessions IS 'Signs a user out everywhere, and outdates their tokens; returns how many sessions.';

CREATE FUNCTION user_sessions(of_users uuid[]) RETURNS TABLE (user_id uuid, open bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, count(s.id) FROM users u JOIN sessions s ON s.user_id = u.id AND is_session_open(s.expires_at, s.last_seen_at, s.is_browser, s.tenant_id)
    WHERE u.id = ANY (of_users) AND u.tenant_id = current_tenant() AND manages_users(u.customer_id) GROUP BY u.id;
$$;
COMMENT ON FUNCTION user_sessions IS 'How many sessions are open, for those who manage the user.';

-- Signed out: the token is all that is known of who is asking.
CREATE FUNCTION account_behind(hash bytea, for_purpose text)
    RETURNS TABLE (user_id uuid, tenant_id uuid, tenant_name text, customer_name text, name text, email text, new_email text, time_zone text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.tenant_id, coalesce(t.name, ''), coalesce(c.name, ''), u.name, u.email, coalesce(k.new_email, ''), u.time_zone
    FROM account_tokens k JOIN users u ON u.id = k.user_id LEFT JOIN tenants t ON t.id = u.tenant_id
    LEFT JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id
    WHERE k.token_hash = hash AND k.purpose = for_purpose AND k.used_at IS NULL AND k.expires_at > now() AND u.disabled_at IS NULL;
$$;
COMMENT ON FUNCTION account_behind IS 'Whose account a token opens, where it is good. Looking does not use it up.';

CREATE FUNCTION redeem_token(hash bytea, for_purpose text, new_password_hash text) RETURNS TABLE (user_id uuid, session_seconds integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whose uuid;
BEGIN
    UPDATE account_tokens k SET used_at = now() FROM users u
    WHERE k.token_hash = hash AND k.purpose = for_purpose AND k.used_at IS NULL AND k.expires_at > now() AND u.id = k.user_id AND u.disabled_at IS NULL
    RETURNING k.user_id INTO whose;
    IF whose IS NULL THEN
        RETURN;
    END IF;
    -- It is its owner who does it.
    PERFORM set_config('app.user_id', whose::text, true);
    UPDATE users SET password_hash = new_password_hash, password_changed_at = now(), claims_version = claims_version + 1 WHERE id = whose;
    DELETE FROM sessions s WHERE s.user_id = whose;
    RETURN QUERY SELECT whose, session_length(whose);
END $$;
COMMENT ON FUNCTION redeem_token IS 'Uses a token up: the new password stands, every session has ended, every other link is void. No row where the token is not good.';

-- Another address: asked for by whoever is signed in, taken by whoever reads the mail to it.
CREATE FUNCTION ask_for_email(wanted text, hash bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine users;
BEGIN
    SELECT * INTO mine FROM users WHERE id = current_actor() AND disabled_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM account_tokens WHERE user_id = mine.id AND purpose = 'email' AND used_at IS NULL;
    INSERT INTO account_tokens (token_hash, tenant_id, user_id, purpose, new_email, expires_at)
    VALUES (hash, mine.tenant_id, mine.id, 'email', wanted, now() + interval '1 hour');
    RETURN NOT EXISTS (SELECT FROM users u WHERE u.tenant_id IS NOT DISTINCT FROM mine.tenant_id AND u.email = wanted);
END $$;
COMMENT ON FUNCTION ask_for_email IS 'A token by which the person at work takes another address; what they asked for before is void. False where the address has an account: then nobody is mailed the token.';

CREATE FUNCTION take_email(hash bytea, kept_session uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whose uuid;
    wanted text;
BEGIN
    UPDATE account_tokens k SET used_at = now() FROM users u
    WHERE k.token_hash = hash AND k.purpose = 'email' AND k.used_at IS NULL AND k.expires_at > now() AND u.id = k.user_id AND u.disabled_at IS NULL
    RETURNING k.user_id, k.new_email INTO whose, wanted;
    IF whose IS NULL THEN
        RETURN false;
    END IF;
    -- It is its owner who does it.
    PERFORM set_config('app.user_id', whose::text, true);
    UPDATE users SET email = wanted, claims_version = claims_version + 1 WHERE id = whose;
    -- What was mailed to the old address opens nothing any more.
    DELETE FROM account_tokens WHERE user_id = whose AND used_at IS NULL;
    DELETE FROM sessions s WHERE s.user_id = whose AND s.id IS DISTINCT FROM kept_session;
    RETURN true;
END $$;
COMMENT ON FUNCTION take_email IS 'Uses a token up: the account has its new address, every other link is void, and every session but the kept one has ended. False where the token is not good.';

CREATE FUNCTION session_length(for_user uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(c.session_expiration_seconds, t.session_expiration_seconds) FROM users u LEFT JOIN tenants t ON t.id = u.tenant_id
    LEFT JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id WHERE u.id = for_user;
$$;
COMMENT ON FUNCTION session_length IS 'For how many seconds a user stays signed in: as their customer says, else their tenant; NULL: as the platform does (S002 §14).';

-- Forgotten passwords. Asking writes one row whoever is meant, so that the answer tells nothing, not even by its time; a task finds out.
CREATE TABLE reset_requests (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    email      text NOT NULL CONSTRAINT reset_requests_email_length CHECK (char_length(email) <= 254),
    host       text NOT NULL CONSTRAINT reset_requests_host_length CHECK (char_length(host) <= 253),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reset_requests_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE reset_requests IS 'Somebody asks for a new password for an address, which may be nobody''s. Gone once it is answered. Belongs to no tenant.';
COMMENT ON COLUMN reset_requests.host IS 'The host on which it was asked: on a tenant''s own, only that tenant''s accounts are meant.';
ALTER TABLE reset_requests ENABLE ROW LEVEL SECURITY;
CREATE POLICY sign_in ON reset_requests FOR INSERT TO clientele_sign_in WITH CHECK (true);
GRANT INSERT (email, host) ON reset_requests TO clientele_sign_in;
CREATE FUNCTION log_reset_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO events (topic, entity, entity_id, audience, operation, after) VALUES ('RESET_REQUEST_CREATED', 'reset_request', NEW.id, 'system', 'insert', '{}');
    RETURN NULL;
END $$;
COMMENT ON FUNCTION log_reset_request IS 'That somebody asked, and nothing of who: it gives rise to the task.';
CREATE TRIGGER tell AFTER INSERT ON reset_requests FOR EACH ROW EXECUTE FUNCTION log_reset_request();

CREATE FUNCTION accounts_to_reset(of_request uuid)
    RETURNS TABLE (user_id uuid, tenant_name text, customer_name text, name text, email text)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (DELETE FROM reset_requests WHERE id = of_request AND current_audience() = 'system' RETURNING email, host)
    -- Who has not set up the account has not shown that the address is theirs: nothing that was typed about them is written to them.
    SELECT u.id, coalesce(t.name, ''), CASE WHEN u.is_set_up THEN coalesce(c.name, '') ELSE '' END, CASE WHEN u.is_set_up THEN u.name ELSE '' END, u.email
    FROM asked a JOIN users u ON u.email = a.email AND u.disabled_at IS NULL
    LEFT JOIN tenants t ON t.id = u.tenant_id LEFT JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id
    WHERE t.host = a.host OR NOT EXISTS (SELECT FROM tenants WHERE host = a.host)
    ORDER BY t.name NULLS FIRST LIMIT 10;
$$;
COMMENT ON FUNCTION accounts_to_reset IS 'Background work takes a request up: the accounts that are meant by it.';

CREATE FUNCTION give_reset_token(to_user uuid, hash bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work gives reset tokens' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM users WHERE id = to_user FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM account_tokens WHERE user_id = to_user AND purpose = 'reset' AND used_at IS NULL AND expires_at > now()) >= 5 THEN
        RETURN false;
    END IF;
    PERFORM give_token(to_user, 'reset', hash);
    RETURN true;
END $$;
COMMENT ON FUNCTION give_reset_token IS 'For background work, which mails it to the address of the account. False where five that are still good were mailed: whoever asks in another''s name fills no mailbox, and keeps no owner out.';

REVOKE EXECUTE ON FUNCTION give_token, invite_user, renew_invitation, withdraw_invitation, withdrawn_by, change_user, set_user_access, end_user_sessions, user_sessions, account_behind,
    redeem_token, ask_for_email, take_email, session_length, accounts_to_reset, give_reset_token FROM PUBLIC;
GRANT EXECUTE ON FUNCTION manages_users, invite_user, renew_invitation, withdraw_invitation, change_user, set_user_access, end_user_sessions, user_sessions TO clientele_app;
GRANT EXECUTE ON FUNCTION withdrawn_by, account_behind, redeem_token, ask_for_email, take_email, session_length, accounts_to_reset, give_reset_token TO clientele_sign_in;
