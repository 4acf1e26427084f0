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
    challenge   text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', '') CONSTRAINT registration_domains_challenge_form CHECK (challenge ~ '^[0-9a-f]{32}$'),
    verified_at    timestamptz,
    verified_by    text CONSTRAINT registration_domains_verified_by_known CHECK (verified_by IN ('dns', 'mail')),
    verified_until timestamptz,
    mail_hash   bytea CONSTRAINT registration_domains_hash_length CHECK (octet_length(mail_hash) = 32),
    mailed_at   timestamptz,
    mailed_to   text CONSTRAINT registration_domains_mailed_to_form CHECK (mailed_to LIKE '%_@_%' AND char_length(mailed_to) <= 254),
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT registration_domains_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT registration_domains_listed UNIQUE (tenant_id, customer_id, domain),
    CONSTRAINT registration_domains_hash_taken UNIQUE (mail_hash),
    CONSTRAINT registration_domains_verified_whole CHECK (num_nulls(verified_at, verified_by, verified_until) IN (0, 3)),
    CONSTRAINT registration_domains_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE registration_domains IS 'A domain whose people register with a customer: exactly this one, none below it. It counts once it is verified.';
COMMENT ON COLUMN registration_domains.domain IS 'In lower case and ASCII. Anybody may list it; whoever shows first that it is theirs has it.';
COMMENT ON COLUMN registration_domains.challenge IS 'What the TXT record of the domain has to hold. No secret: the record is public, and it counts for this row alone.';
COMMENT ON COLUMN registration_domains.verified_by IS 'dns: by a TXT record; mail: by a link that was mailed to an address at the domain.';
COMMENT ON COLUMN registration_domains.verified_until IS 'Domains change hands: afterwards it has to be verified again, and somebody else may.';
COMMENT ON COLUMN registration_domains.mail_hash IS 'SHA-256 of the token in the last mail.';
-- Of the whole installation: the same people can't belong to two.
CREATE UNIQUE INDEX registration_domains_taken ON registration_domains (domain) WHERE verified_at IS NOT NULL;
CREATE INDEX registration_domains_by_customer ON registration_domains (tenant_id, customer_id, domain);
CREATE INDEX registration_domains_by_domain ON registration_domains (domain);
ALTER TABLE registration_domains ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON registration_domains USING (tenant_id = (SELECT current_tenant()) AND (SELECT manages_assignments()));
CREATE POLICY team ON registration_domains USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND (SELECT has_role('customer_admin')) AND customer_id = (SELECT current_customer()));
GRANT SELECT (id, tenant_id, customer_id, domain, challenge, verified_at, verified_by, verified_until, mailed_at, mailed_to, created_at),
    INSERT (customer_id, domain), DELETE ON registration_domains TO clientele_app;
CALL log_changes_of('registration_domains', 'REGISTRATION_DOMAIN', 'registration_domain', 'mail_hash', 'challenge');

CREATE FUNCTION manages_registration_of(of_tenant uuid, of_customer uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN of_tenant = current_tenant() AND (manages_assignments()
        OR (current_audience() = 'portal' AND has_role('customer_admin') AND of_customer = current_customer()));
COMMENT ON FUNCTION manages_registration_of IS 'Who sets how people of a customer register: admins of its tenant, and its own.';

CREATE FUNCTION keep_verified_domain(of_domain uuid, by_way text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registration_domains SET verified_at = NULL, verified_by = NULL, verified_until = NULL
    WHERE domain = (SELECT d.domain FROM registration_domains d WHERE d.id = of_domain) AND verified_until <= now() AND id <> of_domain;
    UPDATE registration_domains SET verified_at = CASE WHEN verified_until > now() THEN verified_at ELSE now() END, verified_by = by_way,
        verified_until = now() + interval '1 year', mail_hash = NULL WHERE id = of_domain;
    RETURN FOUND;
EXCEPTION WHEN unique_violation THEN
    RETURN false;
END $$;
COMMENT ON FUNCTION keep_verified_domain IS 'The domain was shown to be theirs. False where somebody else showed it first. Only for the functions that look past the policies.';

CREATE FUNCTION verify_domain(of_domain uuid, by_way text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registration_domains d WHERE d.id = of_domain AND manages_registration_of(d.tenant_id, d.customer_id)) THEN
        RAISE EXCEPTION 'this domain is not theirs to verify' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN keep_verified_domain(of_domain, by_way);
END $$;
COMMENT ON FUNCTION verify_domain IS 'For whoever has just found the TXT record.';

CREATE FUNCTION domains_of_others(of_customer uuid) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.domain FROM registration_domains d
    WHERE d.tenant_id = current_tenant() AND d.customer_id = of_customer AND manages_registration_of(d.tenant_id, d.customer_id)
      AND EXISTS (SELECT FROM registration_domains o WHERE o.domain = d.domain AND o.verified_until > now() AND o.id <> d.id);
$$;
COMMENT ON FUNCTION domains_of_others IS 'Those of the listed domains that somebody else has verified; not who.';

CREATE FUNCTION domain_mailboxes(of_domain uuid) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT address FROM registration_domains d CROSS JOIN LATERAL (
        SELECT 1 AS rank, word || '@' || d.domain AS address FROM unnest(ARRAY['postmaster', 'hostmaster', 'webmaster', 'admin', 'administrator']) AS word
        UNION ALL (SELECT 0, u.email FROM users u WHERE u.tenant_id = d.tenant_id AND u.customer_id = d.customer_id AND u.is_set_up
                   AND u.disabled_at IS NULL AND split_part(u.email, '@', 2) = d.domain ORDER BY u.email LIMIT 10)) AS boxes
    WHERE d.id = of_domain AND manages_registration_of(d.tenant_id, d.customer_id) ORDER BY rank, address COLLATE "C";
$$;
COMMENT ON FUNCTION domain_mailboxes IS 'Addresses by which a domain can be verified: those that only its operators have (RFC 2142), and those that users of the customer confirmed.';

CREATE FUNCTION ask_domain_mailbox(of_domain uuid, address text, hash bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE registration_domains d SET mail_hash = hash, mailed_at = now(), mailed_to = address
    WHERE d.id = of_domain AND address IN (SELECT domain_mailboxes(of_domain))
      AND (d.mailed_at IS NULL OR d.mailed_at < now() - interval '10 minutes')
      -- Nor do two customers, or the same name listed again and again, send more than one.
      AND NOT EXISTS (SELECT FROM registration_domains o WHERE o.domain = d.domain AND o.mailed_at > now() - interval '10 minutes');
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION ask_domain_mailbox IS 'Keeps the token of a mail to one of these addresses; false where none may be sent yet.';

CREATE FUNCTION domain_behind(hash bytea) RETURNS TABLE (tenant_name text, domain text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.name, d.domain FROM registration_domains d JOIN tenants t ON t.id = d.tenant_id AND t.disabled_at IS NULL
    WHERE d.mail_hash = hash AND d.mailed_at > now() - interval '24 hours';
$$;
COMMENT ON FUNCTION domain_behind IS 'Which domain a token verifies, where it is good. Looking does not use it up.';

CREATE FUNCTION verify_domain_by_mail(hash bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    listed uuid;
BEGIN
    SELECT d.id INTO listed FROM registration_domains d WHERE d.mail_hash = hash AND d.mailed_at > now() - interval '24 hours' FOR UPDATE;
    RETURN CASE WHEN listed IS NULL THEN NULL ELSE keep_verified_domain(listed, 'mail') END;
END $$;
COMMENT ON FUNCTION verify_domain_by_mail IS 'Uses a token up. NULL where it is not good, false where somebody else has verified the domain meanwhile.';
GRANT EXECUTE ON FUNCTION verify_domain, domains_of_others, domain_mailboxes, ask_domain_mailbox, manages_registration_of TO clientele_app;
GRANT EXECUTE ON FUNCTION domain_behind, verify_domain_by_mail TO clientele_sign_in;

-- Who has asked for an account. It is made when the link in the mail is used, with the password that was chosen here: until then nobody
-- has shown that the address is theirs.
CREATE TABLE registrations (
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id     uuid NOT NULL DEFAULT current_tenant(),
    customer_id   uuid NOT NULL,
    email         text NOT NULL CONSTRAINT registrations_email_form CHECK (email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 254),
    name          text NOT NULL CONSTRAINT registrations_name_form CHECK (name <> '' AND is_person_name(name)),
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
    SELECT d.tenant_id, d.customer_id
    FROM registration_domains d JOIN registration_settings s ON s.tenant_id = d.tenant_id AND s.customer_id = d.customer_id AND s.is_on
    JOIN customers c ON c.tenant_id = d.tenant_id AND c.id = d.customer_id AND NOT c.is_disabled JOIN tenants t ON t.id = d.tenant_id
    WHERE d.domain = for_domain AND d.verified_until > now() AND t.disabled_at IS NULL AND (s.host IS NULL OR s.host = on_host) AND (t.host = on_host OR NOT EXISTS (SELECT FROM tenants WHERE host = on_host));
$$;
COMMENT ON FUNCTION registration_place IS 'Where people of a domain register on this host: with whoever verified it. Only for the functions that look past the policies.';

CREATE FUNCTION register_account(on_host text, for_domain text, new_email text, new_name text, hash text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO registrations (tenant_id, customer_id, email, name, password_hash)
    SELECT p.tenant_id, p.customer_id, new_email, new_name, hash FROM registration_place(for_domain, on_host) p;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION register_account IS 'Somebody asks for an account; false where nobody registers with this domain. Writes the same whether or not the address has one.';

CREATE FUNCTION registration_names(for_domain text, on_host text) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT ARRAY[t.name, c.name] FROM registration_place(for_domain, on_host) p JOIN tenants t ON t.id = p.tenant_id
                     JOIN customers c ON c.tenant_id = p.tenant_id AND c.id = p.customer_id), '{}');
$$;
COMMENT ON FUNCTION registration_names IS 'The names of the tenant and the customer with whom a domain registers on this host, for the judgement of passwords alone.';

CREATE FUNCTION registration_to_answer(of_registration uuid)
    RETURNS TABLE (tenant_name text, customer_name text, name text, email text, host text, has_account boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.name, c.name, CASE WHEN u.is_set_up THEN u.name ELSE '' END, r.email, coalesce(s.host, ''), u.id IS NOT NULL
    FROM registrations r LEFT JOIN users u ON u.tenant_id = r.tenant_id AND u.email = r.email JOIN tenants t ON t.id = r.tenant_id JOIN customers c ON c.tenant_id = r.tenant_id AND c.id = r.customer_id
    LEFT JOIN registration_settings s ON s.tenant_id = r.tenant_id AND s.customer_id = r.customer_id
    WHERE r.id = of_registration AND r.tenant_id = current_tenant() AND current_audience() = 'system' AND r.confirmed_at IS NULL;
$$;
COMMENT ON FUNCTION registration_to_answer IS 'What background work has to write to whoever registered. The name is that of an account that is set up: what was typed is not written to an address that nobody has confirmed.';

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
      AND EXISTS (SELECT FROM registration_domains d WHERE d.tenant_id = s.tenant_id AND d.customer_id = s.customer_id AND d.domain = split_part(asked.email, '@', 2)
                  AND d.verified_until > now())
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
REVOKE EXECUTE ON FUNCTION registration_place, registration_names, register_account, registration_to_answer, give_registration_token, registration_behind, confirm_registration,
    forget_registrations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_account, registration_names, registration_to_answer, give_registration_token, registration_behind, confirm_registration TO clientele_sign_in;
GRANT EXECUTE ON FUNCTION forget_registrations TO clientele_app;
