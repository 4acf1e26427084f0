-- What a tenant's forms and filters offer (tags, staff, companies, saved replies, pinned views) changes rarely and is shown on every page. Servers
-- keep it in memory under the number that it had when they read it, and each request asks for the number of now.
CREATE TABLE tenant_versions (
    tenant_id uuid NOT NULL,
    choices   bigint NOT NULL DEFAULT 1,
    CONSTRAINT tenant_versions_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT tenant_versions_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE tenant_versions IS 'How often something changed that servers keep in memory.';
COMMENT ON COLUMN tenant_versions.choices IS 'Of what forms and filters offer: tags, staff, companies, saved replies, saved views and who has pinned them.';
ALTER TABLE tenant_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON tenant_versions FOR SELECT USING (tenant_id = (SELECT current_tenant()));
GRANT SELECT ON tenant_versions TO clientele_app;

-- At the end of a transaction, and once in it: those that change choices at the same time wait for one another no longer than for a COMMIT.
CREATE FUNCTION count_choices() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_tenant uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
    done text := coalesce(current_setting('app.choices_counted', true), '');
BEGIN
    IF of_tenant IS NULL OR position(of_tenant::text IN done) > 0 THEN RETURN NULL; END IF;
    -- A tenant that is being deleted takes its number along.
    INSERT INTO tenant_versions AS v (tenant_id, choices) SELECT id, 2 FROM tenants WHERE id = of_tenant
    ON CONFLICT ON CONSTRAINT tenant_versions_pkey DO UPDATE SET choices = v.choices + 1;
    PERFORM set_config('app.choices_counted', done || of_tenant, true);
    RETURN NULL;
END $$;
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['tags', 'companies', 'saved_replies', 'saved_views', 'saved_view_pins'] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER count_choices AFTER INSERT OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_choices()', wanted);
        -- What is saved as it was changes nothing.
        EXECUTE format('CREATE CONSTRAINT TRIGGER count_choices_update AFTER UPDATE ON %I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                        WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION count_choices()', wanted);
    END LOOP;
END $$;
CREATE CONSTRAINT TRIGGER count_choices_insert AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.customer_id IS NULL) EXECUTE FUNCTION count_choices();
CREATE CONSTRAINT TRIGGER count_choices_delete AFTER DELETE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.customer_id IS NULL) EXECUTE FUNCTION count_choices();
-- A sign-in is noted on the account, and is no such change.
CREATE CONSTRAINT TRIGGER count_choices_update AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.customer_id IS NULL OR NEW.customer_id IS NULL)
          AND (OLD.name, OLD.email, OLD.roles, OLD.disabled_at, OLD.customer_id) IS DISTINCT FROM (NEW.name, NEW.email, NEW.roles, NEW.disabled_at, NEW.customer_id))
    EXECUTE FUNCTION count_choices();

-- Servers keep in memory who holds a session, under a number that counts what that rests on: the account, its tenant, whether its customer has
-- access, what it has not read. One look at the session's row tells at each request whether it is still so.
ALTER TABLE sessions ADD COLUMN revision bigint NOT NULL DEFAULT 1;
COMMENT ON COLUMN sessions.revision IS 'Counts up whenever what session_resolve() says of the session changes, but for the choices of the tenant.';
DROP TRIGGER log_insert ON sessions;
DROP TRIGGER log_update ON sessions;
DROP TRIGGER log_delete ON sessions;
CALL log_changes_of('sessions', 'SESSION', 'session', 'token_hash', 'state', 'last_seen_at', 'revision');

CREATE FUNCTION renew_sessions(of_users uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- In one order, so that those who do the same wait for one another.
    UPDATE sessions s SET revision = s.revision + 1
    FROM (SELECT id FROM sessions WHERE user_id = ANY (of_users) ORDER BY id FOR NO KEY UPDATE) concerned WHERE s.id = concerned.id;
END $$;
COMMENT ON FUNCTION renew_sessions IS 'Only for the triggers by which sessions are looked up anew.';

CREATE FUNCTION renew_sessions_of_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM renew_sessions(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER renew_sessions AFTER UPDATE ON users FOR EACH ROW
    WHEN ((OLD.tenant_id, OLD.customer_id, OLD.name, OLD.email, OLD.roles, OLD.time_zone, OLD.compact, OLD.products, OLD.claims_version, OLD.disabled_at)
          IS DISTINCT FROM (NEW.tenant_id, NEW.customer_id, NEW.name, NEW.email, NEW.roles, NEW.time_zone, NEW.compact, NEW.products, NEW.claims_version, NEW.disabled_at))
    EXECUTE FUNCTION renew_sessions_of_user();

CREATE FUNCTION renew_sessions_of_tenant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM renew_sessions(ARRAY(SELECT DISTINCT user_id FROM sessions WHERE tenant_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER renew_sessions AFTER UPDATE ON tenants FOR EACH ROW
    WHEN ((OLD.name, OLD.country, OLD.idle_expiration_seconds, OLD.disabled_at) IS DISTINCT FROM (NEW.name, NEW.country, NEW.idle_expiration_seconds, NEW.disabled_at))
    EXECUTE FUNCTION renew_sessions_of_tenant();

CREATE FUNCTION renew_sessions_of_customer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM renew_sessions(ARRAY(SELECT u.id FROM users u WHERE u.tenant_id = NEW.tenant_id AND u.customer_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER renew_sessions AFTER UPDATE ON customers FOR EACH ROW WHEN (OLD.is_disabled IS DISTINCT FROM NEW.is_disabled) EXECUTE FUNCTION renew_sessions_of_customer();

-- The number beside the bell. At the end of the transaction, so that nobody waits for another's work.
CREATE FUNCTION renew_sessions_of_reader() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM renew_sessions(ARRAY[CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END]);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER renew_sessions_insert AFTER INSERT ON notifications DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.in_app) EXECUTE FUNCTION renew_sessions_of_reader();
CREATE CONSTRAINT TRIGGER renew_sessions_delete AFTER DELETE ON notifications DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.in_app AND OLD.read_at IS NULL) EXECUTE FUNCTION renew_sessions_of_reader();
CREATE CONSTRAINT TRIGGER renew_sessions_update AFTER UPDATE ON notifications DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.read_at, OLD.in_app) IS DISTINCT FROM (NEW.read_at, NEW.in_app)) EXECUTE FUNCTION renew_sessions_of_reader();

CREATE FUNCTION session_confirm(of_session uuid, seen bigint, of_choices bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM sessions s WHERE s.id = of_session AND s.revision = seen AND s.expires_at > now()
                   AND (NOT s.is_browser OR s.last_seen_at > now() - make_interval(secs => coalesce((SELECT t.idle_expiration_seconds FROM tenants t WHERE t.id = s.tenant_id), 28800)))
                   AND coalesce((SELECT v.choices FROM tenant_versions v WHERE v.tenant_id = s.tenant_id), 1) = of_choices) THEN
        RAISE EXCEPTION 'the session has changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_confirmed';
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION session_confirm IS 'Whether a session is as it was when a server found out who holds it; an error where it is not, which ends the transaction before anything is read in it.';
GRANT EXECUTE ON FUNCTION session_confirm TO clientele_app, clientele_sign_in;

-- As it was, with the number of the session and that of the tenant's choices.
CREATE OR REPLACE FUNCTION session_resolve(token bytea, is_used boolean) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found jsonb;
    seen timestamptz;
BEGIN
    SELECT s.last_seen_at, jsonb_build_object(
        'session_id', s.id, 'user_id', u.id, 'tenant_id', coalesce(u.tenant_id, e.tenant_id), 'is_visiting', e.tenant_id IS NOT NULL, 'tenant_name', coalesce(t.name, ''), 'country', coalesce(t.country, 'US'),
        'customer_id', u.customer_id, 'name', u.name, 'email', u.email, 'roles', u.roles, 'time_zone', u.time_zone, 'compact', u.compact, 'products', u.products, 'claims_version', u.claims_version,
        'state', s.state, 'version', s.revision, 'choices', coalesce((SELECT v.choices FROM tenant_versions v WHERE v.tenant_id = coalesce(u.tenant_id, e.tenant_id)), 1),
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
