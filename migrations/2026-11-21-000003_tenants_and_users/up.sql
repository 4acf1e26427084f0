CREATE TABLE tenants (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    name        text NOT NULL CONSTRAINT tenants_name_length CHECK (char_length(name) BETWEEN 1 AND 200 AND is_line(name)),
    slug        text NOT NULL CONSTRAINT tenants_slug_form CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    host        text CONSTRAINT tenants_host_form CHECK (host = lower(host) AND char_length(host) BETWEEN 1 AND 253),
    time_zone   text NOT NULL DEFAULT 'UTC',
    country     text NOT NULL DEFAULT 'US' CONSTRAINT tenants_country_form CHECK (country ~ '^[A-Z]{2}$'),
    session_expiration_seconds integer CONSTRAINT tenants_session_expiration CHECK (session_expiration_seconds BETWEEN 300 AND 31536000),
    is_throwaway boolean NOT NULL DEFAULT false,
    disabled_at timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version     integer NOT NULL DEFAULT 1,
    served_by   uuid,
    served_as   uuid,
    access_log_days integer NOT NULL DEFAULT 365 CONSTRAINT tenants_access_log_days CHECK (access_log_days BETWEEN 30 AND 3650),
    idle_expiration_seconds integer CONSTRAINT tenants_idle_expiration_seconds CHECK (idle_expiration_seconds BETWEEN 300 AND 31536000),
    CONSTRAINT tenants_pkey PRIMARY KEY (id),
    CONSTRAINT tenants_slug_taken UNIQUE (slug),
    CONSTRAINT tenants_host_taken UNIQUE (host)
);
COMMENT ON TABLE tenants IS 'An organisation that runs a console: the unit of isolation.';
COMMENT ON COLUMN tenants.slug IS 'The tenant in a command line: acme.';
COMMENT ON COLUMN tenants.host IS 'The host on which sign-in looks only in this tenant.';
COMMENT ON COLUMN tenants.country IS 'ISO 3166-1: how a phone number without a country code is read.';
COMMENT ON COLUMN tenants.session_expiration_seconds IS 'How long its people stay signed in, where their customer does not say otherwise; NULL: as the platform says.';
COMMENT ON COLUMN tenants.idle_expiration_seconds IS 'After so long without use its people are signed out of a browser; NULL: 8 hours.';
COMMENT ON COLUMN tenants.access_log_days IS 'For so many days failed sign-ins, refusals, exports and reads stay in the audit log. Changes stay for good.';
COMMENT ON COLUMN tenants.served_by IS 'The tenant whose customer this tenant is, where it was set up with a bootstrap key.';
COMMENT ON COLUMN tenants.served_as IS 'That customer.';
COMMENT ON COLUMN tenants.disabled_at IS 'Since when nobody of it is let in; NULL: it is in use.';
COMMENT ON COLUMN tenants.is_throwaway IS 'Made by isolation-check, which removes it again.';
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants FOR SELECT USING (id = (SELECT current_tenant()));
CREATE POLICY platform ON tenants USING ((SELECT current_audience()) = 'platform');
CREATE POLICY admins ON tenants FOR UPDATE USING (id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff'
    AND ((SELECT has_role('tenant_admin')) OR (SELECT has_role('platform_admin'))));
GRANT SELECT, INSERT (id, name, slug, host, time_zone, country, session_expiration_seconds),
    UPDATE (name, host, time_zone, country, session_expiration_seconds, idle_expiration_seconds, access_log_days, disabled_at) ON tenants TO clientele_app;
CREATE INDEX tenants_by_name ON tenants (name, id);

CREATE FUNCTION guard_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_audience() = 'staff' AND (NEW.host, NEW.disabled_at) IS DISTINCT FROM (OLD.host, OLD.disabled_at) THEN
        RAISE EXCEPTION 'this is for the platform to decide' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION guard_tenant IS 'Its own admins decide neither where a tenant is reached nor whether it is.';
CREATE TRIGGER guard BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION guard_tenant();
CREATE TRIGGER touch BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('tenants', 'TENANT', 'tenant');

CREATE TABLE users (
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id     uuid DEFAULT current_tenant(),
    customer_id   uuid,
    email         text NOT NULL CONSTRAINT users_email_form CHECK (email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 254),
    name          text NOT NULL CONSTRAINT users_name_form CHECK (name <> '' AND is_person_name(name)),
    name_key      text NOT NULL GENERATED ALWAYS AS (fold(name || ' ' || email)) STORED,
    password_hash text,
    is_set_up     boolean NOT NULL GENERATED ALWAYS AS (password_hash IS NOT NULL) STORED,
    password_changed_at timestamptz,
    roles         text[] NOT NULL CONSTRAINT users_roles_known CHECK (cardinality(roles) > 0 AND roles <@ ARRAY[
        'platform_admin', 'tenant_admin', 'agent', 'customer_success', 'customer_admin', 'client_editor', 'client_viewer', 'customer_user']),
    time_zone     text NOT NULL DEFAULT 'UTC',
    compact       boolean NOT NULL DEFAULT false,
    disabled_at   timestamptz,
    last_signed_in_at timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    version       integer NOT NULL DEFAULT 1,
    products      text[] NOT NULL DEFAULT '{}',
    claims_version integer NOT NULL DEFAULT 1,
    phone         text CONSTRAINT users_phone_e164 CHECK (phone ~ '^\+[1-9][0-9]{3,14}(;ext=[0-9]{1,10})?$'),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_in_tenant UNIQUE (tenant_id, id),
    CONSTRAINT users_email_taken UNIQUE NULLS NOT DISTINCT (tenant_id, email),
    CONSTRAINT users_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT users_platform_admins_have_no_tenant CHECK ((roles @> '{platform_admin}') = (tenant_id IS NULL)),
    CONSTRAINT users_one_side CHECK (CASE WHEN customer_id IS NULL
        THEN NOT roles && '{customer_admin,client_editor,client_viewer,customer_user}'
        ELSE NOT roles && '{platform_admin,tenant_admin,agent,customer_success}' END)
);
COMMENT ON TABLE users IS 'Somebody who signs in: platform admin, staff of a tenant, or portal user of a customer.';
COMMENT ON COLUMN users.products IS 'The products of the user''s customer, as of the last time that they changed: a claim.';
COMMENT ON COLUMN users.claims_version IS 'Counts up whenever a claim changes (customer, roles, products): a token of an older version is refused.';
COMMENT ON COLUMN users.phone IS 'Where they can be called.';
COMMENT ON COLUMN users.tenant_id IS 'NULL for platform admins.';
COMMENT ON COLUMN users.customer_id IS 'The customer whose portal this user sees; NULL for staff.';
COMMENT ON COLUMN users.password_hash IS 'argon2id in PHC form. Never granted to the server''s role: only sign-in functions read it.';
COMMENT ON COLUMN users.name_key IS 'Name and address as they are looked for: folding them anew for each row took 0.9 s for 100,000 users.';
COMMENT ON COLUMN users.is_set_up IS 'False for whoever was invited and has not chosen a password yet: they cannot sign in.';
COMMENT ON COLUMN users.password_changed_at IS 'So that the log tells of it, without the hash.';
COMMENT ON COLUMN users.compact IS 'Prefers table rows of 30 px.';
CREATE INDEX users_by_email ON users (email);
CREATE INDEX users_by_customer ON users (tenant_id, customer_id) WHERE customer_id IS NOT NULL;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON users FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()));
CREATE POLICY self ON users USING (id = (SELECT current_actor()) AND tenant_id IS NOT DISTINCT FROM (SELECT current_tenant()));
GRANT SELECT (id, tenant_id, customer_id, email, name, name_key, is_set_up, roles, time_zone, compact, disabled_at, last_signed_in_at, created_at, updated_at, version) ON users TO clientele_app;
GRANT UPDATE (name, time_zone, compact) ON users TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('users', 'USER', 'user', 'password_hash', 'name_key', 'last_signed_in_at', 'products', 'claims_version');

CREATE FUNCTION current_member() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN has_role('platform_admin') THEN NULL ELSE current_actor() END;
GRANT EXECUTE ON FUNCTION current_member TO clientele_app, clientele_sign_in;
COMMENT ON FUNCTION current_member IS 'The user at work where they belong to the tenant: a platform admin has no row in it to refer to.';

CREATE FUNCTION touch_by() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    NEW.updated_by := current_member();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION touch_by IS 'As touch(), and says who.';
