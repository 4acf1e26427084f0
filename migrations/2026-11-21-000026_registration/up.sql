-- Self-registration (SPEC §11): whoever has an address at a domain that a customer lists gets an account there by themselves.
CREATE TABLE registration_settings (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    is_on       boolean NOT NULL DEFAULT false,
    roles       text[] NOT NULL DEFAULT '{customer_user}' CONSTRAINT registration_settings_roles_known CHECK (
        cardinality(roles) > 0 AND roles <@ ARRAY['customer_admin', 'customer_user']),
    host        text CONSTRAINT registration_settings_host_form CHECK (host ~ '^[a-z0-9.-]{1,253}$'),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version     integer NOT NULL DEFAULT 1,
    CONSTRAINT registration_settings_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT registration_settings_one UNIQUE (tenant_id, customer_id),
    CONSTRAINT registration_settings_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE registration_settings IS 'Whether people of a customer may make their own accounts, and what these may do.';
COMMENT ON COLUMN registration_settings.roles IS 'What is granted to whoever registers.';
COMMENT ON COLUMN registration_settings.host IS 'The only host on which it is possible; NULL: the tenant''s and the platform''s.';
ALTER TABLE registration_settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON registration_settings USING (tenant_id = (SELECT current_tenant()) AND (SELECT manages_assignments()));
CREATE POLICY team ON registration_settings USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND (SELECT has_role('customer_admin')) AND customer_id = (SELECT current_customer()));
GRANT SELECT, INSERT (customer_id, is_on, roles, host), UPDATE (is_on, roles, host) ON registration_settings TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON registration_settings FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('registration_settings', 'REGISTRATION_SETTINGS', 'registration_settings');

CREATE TABLE registration_domains (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    domain      text NOT NULL CONSTRAINT registration_domains_form CHECK (domain ~ '^[a-z0-9.-]{1,253}$' AND domain LIKE '%_._%'),
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT registration_domains_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT registration_domains_taken UNIQUE (tenant_id, domain),
    CONSTRAINT registration_domains_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE registration_domains IS 'A domain whose people register with a customer: exactly this one, none below it.';
COMMENT ON COLUMN registration_domains.domain IS 'In lower case and ASCII. It belongs to one customer of a tenant.';
CREATE INDEX registration_domains_by_customer ON registration_domains (tenant_id, customer_id, domain);
CREATE INDEX registration_domains_by_domain ON registration_domains (domain);
ALTER TABLE registration_domains ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON registration_domains USING (tenant_id = (SELECT current_tenant()) AND (SELECT manages_assignments()));
CREATE POLICY team ON registration_domains USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND (SELECT has_role('customer_admin')) AND customer_id = (SELECT current_customer()));
GRANT SELECT, INSERT (customer_id, domain), DELETE ON registration_domains TO clientele_app;
CALL log_changes_of('registration_domains', 'REGISTRATION_DOMAIN', 'registration_domain');

-- Who has asked for an account. It is made when the link in the mail is used, with the password that was chosen here: until then nobody
-- has shown that the address is theirs.
CREATE TABLE registrations (
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id     uuid NOT NULL DEFAULT current_tenant(),
    customer_id   uuid NOT NULL,
    email         text NOT NULL CONSTRAINT registrations_email_form CHECK (email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 254),
    name          text NOT NULL CONSTRAINT registrations_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    password_hash text NOT NULL,
    token_hash    bytea CONSTRAINT registrations_hash_length CHECK (octet_length(token_hash) = 32),
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    confirmed_at  timestamptz,
    CONSTRAINT registrations_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT registrations_hash_taken UNIQUE (token_hash),
    CONSTRAINT registrations_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE registrations IS 'Somebody asks for an account of their own. The account is made once they show that the address is theirs.';
COMMENT ON COLUMN registrations.password_hash IS 'argon2id of the password that they chose. Whoever confirms has to know it: a stranger may have registered the address.';
COMMENT ON COLUMN registrations.token_hash IS 'SHA-256 of the token in the mail; NULL until it is written.';
COMMENT ON COLUMN registrations.confirmed_at IS 'When the account was made.';
CREATE INDEX registrations_by_customer ON registrations (tenant_id, customer_id, created_at DESC);
CREATE INDEX registrations_by_time ON registrations (created_at);
ALTER TABLE registrations ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON registrations FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT manages_assignments()));
GRANT SELECT (id, tenant_id, customer_id, email, name, created_at, expires_at, confirmed_at) ON registrations TO clientele_app;
CALL log_changes_of('registrations', 'REGISTRATION', 'registration', 'password_hash', 'token_hash', 'expires_at');

CREATE FUNCTION registration_place(for_domain text, on_host text) RETURNS TABLE (tenant_id uuid, customer_id uuid)
    LANGUAGE sql STABLE AS $$
    SELECT min(d.tenant_id::text)::uuid, min(d.customer_id::text)::uuid
    FROM registration_domains d JOIN registration_settings s ON s.tenant_id = d.tenant_id AND s.customer_id = d.customer_id AND s.is_on
    JOIN customers c ON c.tenant_id = d.tenant_id AND c.id = d.customer_id AND NOT c.is_disabled JOIN tenants t ON t.id = d.tenant_id
    WHERE d.domain = for_domain AND t.disabled_at IS NULL AND (s.host IS NULL OR s.host = on_host) AND (t.host = on_host OR NOT EXISTS (SELECT FROM tenants WHERE host = on_host))
    HAVING count(*) = 1;
$$;
COMMENT ON FUNCTION registration_place IS 'Where people of a domain register on this host; nothing where several tenants list it and the host says none. Only for the functions that look past the policies.';

CREATE FUNCTION register_account(on_host text, for_domain text, new_email text, new_name text, hash text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO registrations (tenant_id, customer_id, email, name, password_hash)
    SELECT p.tenant_id, p.customer_id, new_email, new_name, hash FROM registration_place(for_domain, on_host) p;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION register_account IS 'Somebody asks for an account; false where nobody registers with this domain. Writes the same whether or not the address has one.';

CREATE FUNCTION registration_to_answer(of_registration uuid)
    RETURNS TABLE (tenant_name text, customer_name text, name text, email text, host text, has_account boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.name, c.name, r.name, r.email, coalesce(s.host, ''), EXISTS (SELECT FROM users u WHERE u.tenant_id = r.tenant_id AND u.email = r.email)
    FROM registrations r JOIN tenants t ON t.id = r.tenant_id JOIN customers c ON c.tenant_id = r.tenant_id AND c.id = r.customer_id
    LEFT JOIN registration_settings s ON s.tenant_id = r.tenant_id AND s.customer_id = r.customer_id
    WHERE r.id = of_registration AND r.tenant_id = current_tenant() AND current_audience() = 'system' AND r.confirmed_at IS NULL;
$$;
COMMENT ON FUNCTION registration_to_answer IS 'What background work has to write to whoever registered.';

CREATE FUNCTION give_registration_token(of_registration uuid, hash bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work gives tokens' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE registrations SET token_hash = hash, expires_at = now() + interval '24 hours'
    WHERE id = of_registration AND tenant_id = current_tenant() AND confirmed_at IS NULL;
END $$;
COMMENT ON FUNCTION give_registration_token IS 'For background work, which mails it to the address that registered.';

CREATE FUNCTION registration_behind(hash bytea) RETURNS TABLE (tenant_name text, customer_name text, name text, email text, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.name, c.name, r.name, r.email, r.password_hash
    FROM registrations r JOIN tenants t ON t.id = r.tenant_id JOIN customers c ON c.tenant_id = r.tenant_id AND c.id = r.customer_id
    WHERE r.token_hash = hash AND r.confirmed_at IS NULL AND r.expires_at > now();
$$;
COMMENT ON FUNCTION registration_behind IS 'Whose registration a token confirms, where it is good. Looking does not use it up.';

CREATE FUNCTION confirm_registration(hash bytea) RETURNS TABLE (user_id uuid, session_seconds integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked registrations;
    made uuid := gen_random_uuid();
BEGIN
    UPDATE registrations r SET confirmed_at = now() WHERE r.token_hash = hash AND r.confirmed_at IS NULL AND r.expires_at > now()
    RETURNING r.* INTO asked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- It is its owner who does it.
    PERFORM set_config('app.user_id', made::text, true);
    INSERT INTO users (id, tenant_id, customer_id, email, name, roles, password_hash, password_changed_at, time_zone)
    SELECT made, asked.tenant_id, asked.customer_id, asked.email, asked.name, s.roles, asked.password_hash, now(), t.time_zone
    FROM registration_settings s JOIN tenants t ON t.id = s.tenant_id AND t.disabled_at IS NULL
    JOIN customers c ON c.tenant_id = s.tenant_id AND c.id = s.customer_id AND NOT c.is_disabled
    WHERE s.tenant_id = asked.tenant_id AND s.customer_id = asked.customer_id AND s.is_on
      AND EXISTS (SELECT FROM registration_domains d WHERE d.tenant_id = s.tenant_id AND d.customer_id = s.customer_id AND d.domain = split_part(asked.email, '@', 2))
    ON CONFLICT ON CONSTRAINT users_email_taken DO NOTHING;
    IF FOUND THEN
        RETURN QUERY SELECT made, session_length(made);
    END IF;
END $$;
COMMENT ON FUNCTION confirm_registration IS 'Uses a token up and makes the account; no row where the token is not good, or nobody registers with that domain any more.';

CREATE FUNCTION forget_registrations(before timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH gone AS (DELETE FROM registrations WHERE created_at < before RETURNING id) SELECT count(*) FROM gone;
$$;
COMMENT ON FUNCTION forget_registrations IS 'What was not confirmed in time, and what became an account: nobody needs the passwords.';
REVOKE EXECUTE ON FUNCTION registration_place, register_account, registration_to_answer, give_registration_token, registration_behind, confirm_registration,
    forget_registrations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_account, registration_to_answer, give_registration_token, registration_behind, confirm_registration TO clientele_sign_in;
GRANT EXECUTE ON FUNCTION forget_registrations TO clientele_app;
