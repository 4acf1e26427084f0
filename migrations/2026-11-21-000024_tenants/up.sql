-- Platform admins inside a tenant: when, why, and until when. It is theirs alone to write, through the functions below.
CREATE TABLE tenant_entries (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL,
    user_id    uuid NOT NULL,
    user_name  text NOT NULL CONSTRAINT tenant_entries_user_name_length CHECK (char_length(user_name) <= 200),
    session_id uuid NOT NULL,
    reason     text NOT NULL CONSTRAINT tenant_entries_reason_length CHECK (char_length(reason) BETWEEN 1 AND 500),
    entered_at timestamptz NOT NULL DEFAULT now(),
    left_at    timestamptz,
    CONSTRAINT tenant_entries_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT tenant_entries_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE tenant_entries IS 'A platform admin was inside a tenant, and worked there as its admin does.';
COMMENT ON COLUMN tenant_entries.user_id IS 'The platform admin. No foreign key: it has to tell of those who are gone as well.';
COMMENT ON COLUMN tenant_entries.user_name IS 'Their name at the time: the tenant can''t look it up.';
COMMENT ON COLUMN tenant_entries.session_id IS 'The session that entered. It leaves at the latest when it ends.';
COMMENT ON COLUMN tenant_entries.reason IS 'In their words; the tenant''s admins read it.';
CREATE INDEX tenant_entries_by_time ON tenant_entries (tenant_id, entered_at DESC);
CREATE INDEX tenant_entries_standing ON tenant_entries (session_id) WHERE left_at IS NULL;
ALTER TABLE tenant_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON tenant_entries FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff'
    AND ((SELECT has_role('tenant_admin')) OR (SELECT has_role('platform_admin'))));
CREATE POLICY platform ON tenant_entries FOR SELECT USING ((SELECT current_audience()) = 'platform');
GRANT SELECT ON tenant_entries TO clientele_app;
CALL log_changes_of('tenant_entries', 'TENANT_ENTRY', 'tenant_entry', 'session_id');

-- Which tenant somebody works in is a claim: open pages and tokens of before count for nothing.
CREATE FUNCTION leave_tenant(in_session uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE tenant_entries SET left_at = now() WHERE session_id = in_session AND user_id = current_actor() AND left_at IS NULL;
    IF FOUND THEN
        UPDATE users SET claims_version = claims_version + 1 WHERE id = current_actor();
        RETURN true;
    END IF;
    RETURN false;
END $$;
COMMENT ON FUNCTION leave_tenant IS 'The platform admin at work leaves the tenant that this session of theirs has entered; false where it has entered none.';

CREATE FUNCTION enter_tenant(of_tenant uuid, in_session uuid, why text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() <> 'platform' THEN
        RAISE EXCEPTION 'only platform admins enter tenants' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- One at a time, also where two requests of a session come at once.
    PERFORM FROM sessions s WHERE s.id = in_session AND s.user_id = current_actor() AND s.tenant_id IS NULL FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM tenants WHERE id = of_tenant) THEN
        RETURN false;
    END IF;
    PERFORM leave_tenant(in_session);
    INSERT INTO tenant_entries (tenant_id, user_id, user_name, session_id, reason)
    SELECT of_tenant, id, name, in_session, why FROM users WHERE id = current_actor() AND roles @> '{platform_admin}';
    UPDATE users SET claims_version = claims_version + 1 WHERE id = current_actor();
    RETURN true;
END $$;
COMMENT ON FUNCTION enter_tenant IS 'This session of the platform admin at work enters a tenant, and leaves the one before; false where there is no such tenant.';

-- Who signs out is out of the tenant as well.
CREATE FUNCTION leave_with_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE tenant_entries SET left_at = now() WHERE session_id = OLD.id AND left_at IS NULL;
    RETURN OLD;
END $$;
CREATE TRIGGER leave_tenant BEFORE DELETE ON sessions FOR EACH ROW WHEN (OLD.tenant_id IS NULL) EXECUTE FUNCTION leave_with_session();

CREATE FUNCTION visitors(ids uuid[]) RETURNS TABLE (id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    (SELECT DISTINCT ON (e.user_id) e.user_id, e.user_name FROM tenant_entries e
     WHERE is_staff() AND e.tenant_id = current_tenant() AND e.user_id = ANY (ids) ORDER BY e.user_id, e.entered_at DESC)
    UNION ALL
    SELECT u.id, u.name FROM users u
    WHERE is_staff() AND u.tenant_id IS NULL AND u.id = ANY (ids)
        AND NOT EXISTS (SELECT FROM tenant_entries e WHERE e.tenant_id = current_tenant() AND e.user_id = u.id)
        AND EXISTS (SELECT FROM events v WHERE v.tenant_id = current_tenant() AND v.actor_id = u.id);
$$;
COMMENT ON FUNCTION visitors IS 'The names of those of these users who are platform admins and were inside the tenant or changed it from outside: its log tells what they did.';

-- Nobody of a disabled tenant goes on: sessions end, and tokens are outdated, because their claims are of yesterday.
CREATE FUNCTION close_tenant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE users SET claims_version = claims_version + 1 WHERE tenant_id = NEW.id;
    DELETE FROM sessions s USING users u WHERE u.tenant_id = NEW.id AND s.user_id = u.id;
    RETURN NULL;
END $$;
CREATE TRIGGER close AFTER UPDATE OF disabled_at ON tenants FOR EACH ROW
    WHEN (OLD.disabled_at IS NULL AND NEW.disabled_at IS NOT NULL) EXECUTE FUNCTION close_tenant();

REVOKE EXECUTE ON FUNCTION leave_tenant, enter_tenant, visitors, leave_with_session, close_tenant FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leave_tenant, enter_tenant, visitors TO clientele_app;

-- Bootstrap keys (S002 §15): by its own, once, a customer sets up a tenant for itself.
CREATE FUNCTION guard_tenant_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'clientele_app' THEN
        RAISE EXCEPTION 'a bootstrap key alone makes a tenant customer' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_tenant_customer_insert BEFORE INSERT ON customers FOR EACH ROW WHEN (NEW.is_tenant_customer) EXECUTE FUNCTION guard_tenant_customer();
CREATE TRIGGER guard_tenant_customer_update BEFORE UPDATE OF is_tenant_customer ON customers FOR EACH ROW
    WHEN (NEW.is_tenant_customer <> OLD.is_tenant_customer) EXECUTE FUNCTION guard_tenant_customer();

ALTER TABLE tenants ADD CONSTRAINT tenants_served_as FOREIGN KEY (served_by, served_as) REFERENCES customers (tenant_id, id) ON DELETE SET NULL;
CREATE UNIQUE INDEX tenants_by_customer ON tenants (served_by, served_as) WHERE served_by IS NOT NULL;

CREATE TABLE bootstrap_keys (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    key_hash    bytea NOT NULL CONSTRAINT bootstrap_keys_hash_length CHECK (octet_length(key_hash) = 32),
    issued_at   timestamptz NOT NULL DEFAULT now(),
    issued_by   uuid DEFAULT current_member(),
    redeemed_at timestamptz,
    CONSTRAINT bootstrap_keys_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT bootstrap_keys_one_each UNIQUE (tenant_id, customer_id),
    CONSTRAINT bootstrap_keys_hash_taken UNIQUE (key_hash),
    CONSTRAINT bootstrap_keys_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT bootstrap_keys_issued_by FOREIGN KEY (tenant_id, issued_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (issued_by)
);
COMMENT ON TABLE bootstrap_keys IS 'The key by which a customer sets up a tenant of its own, once. Its text is shown once; here stands its SHA-256.';
COMMENT ON COLUMN bootstrap_keys.issued_at IS 'When it was made, or made anew: the one before is void.';
COMMENT ON COLUMN bootstrap_keys.redeemed_at IS 'When it was used. Then it is final.';
CREATE INDEX bootstrap_keys_by_issuer ON bootstrap_keys (tenant_id, issued_by) WHERE issued_by IS NOT NULL;
ALTER TABLE bootstrap_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON bootstrap_keys USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff' AND (SELECT manages_assignments()));
GRANT SELECT (id, tenant_id, customer_id, issued_at, issued_by, redeemed_at), INSERT (id, customer_id, key_hash),
    UPDATE (key_hash, issued_at, issued_by) ON bootstrap_keys TO clientele_app;
CALL log_changes_of('bootstrap_keys', 'BOOTSTRAP_KEY', 'bootstrap_key', 'key_hash');

CREATE FUNCTION refuse_used_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a bootstrap key that was used is final' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER final BEFORE UPDATE ON bootstrap_keys FOR EACH ROW
    -- Who issued it may go.
    WHEN (OLD.redeemed_at IS NOT NULL AND (NEW.key_hash, NEW.redeemed_at) IS DISTINCT FROM (OLD.key_hash, OLD.redeemed_at)) EXECUTE FUNCTION refuse_used_key();

-- Signed out: the key is all that is known of who is asking.
CREATE FUNCTION redeem_bootstrap_key(hash bytea, new_id uuid, new_name text, new_slug text, new_country text, new_zone text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    provider uuid;
    customer uuid;
BEGIN
    UPDATE bootstrap_keys k SET redeemed_at = now() FROM customers c, tenants t
    WHERE k.key_hash = hash AND k.redeemed_at IS NULL AND c.tenant_id = k.tenant_id AND c.id = k.customer_id AND NOT c.is_disabled
      AND t.id = k.tenant_id AND t.disabled_at IS NULL
    RETURNING k.tenant_id, k.customer_id INTO provider, customer;
    IF provider IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO tenants (id, name, slug, country, time_zone, served_by, served_as)
    VALUES (new_id, new_name, new_slug, new_country, new_zone, provider, customer);
    UPDATE customers SET is_tenant_customer = true WHERE tenant_id = provider AND id = customer;
    RETURN true;
END $$;
COMMENT ON FUNCTION redeem_bootstrap_key IS 'Uses a key up: the tenant of its customer stands, and the two are linked. False where the key is unknown, used, replaced, or its customer has no access.';
REVOKE EXECUTE ON FUNCTION redeem_bootstrap_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redeem_bootstrap_key TO clientele_app;
