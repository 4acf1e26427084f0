CREATE TABLE locations (
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id      uuid NOT NULL DEFAULT current_tenant(),
    customer_id    uuid NOT NULL,
    name           text NOT NULL CONSTRAINT locations_name_length CHECK (char_length(name) BETWEEN 1 AND 200 AND is_line(name)),
    secondary_name text NOT NULL DEFAULT '' CONSTRAINT locations_secondary_name_length CHECK (char_length(secondary_name) <= 200),
    internal_code  text CONSTRAINT locations_internal_code_length CHECK (char_length(internal_code) BETWEEN 1 AND 100),
    address        jsonb NOT NULL DEFAULT '{}' CONSTRAINT locations_address_form CHECK (is_address(address)),
    country_code   text NOT NULL DEFAULT 'US' CONSTRAINT locations_country_form CHECK (country_code ~ '^[A-Z]{2}$'),
    website        text CONSTRAINT locations_website_form CHECK (website ~ '^https?://' AND char_length(website) <= 500),
    phone          text CONSTRAINT locations_phone_e164 CHECK (phone ~ '^\+[1-9][0-9]{3,14}(;ext=[0-9]{1,10})?$'),
    email          text CONSTRAINT locations_email_form CHECK (email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 254),
    is_hq          boolean NOT NULL DEFAULT false,
    is_active      boolean NOT NULL DEFAULT true,
    notes          text NOT NULL DEFAULT '' CONSTRAINT locations_notes_length CHECK (char_length(notes) <= 20000),
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    version        integer NOT NULL DEFAULT 1,
    CONSTRAINT locations_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT locations_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE locations IS 'A place at which a customer is found (S002 §7).';
COMMENT ON COLUMN locations.internal_code IS 'What the customer''s own systems call it.';
COMMENT ON COLUMN locations.country_code IS 'ISO 3166-1; US where nothing is known (S002 §2).';
COMMENT ON COLUMN locations.is_hq IS 'The headquarters. One per customer at most.';
CREATE UNIQUE INDEX locations_one_hq ON locations (tenant_id, customer_id) WHERE is_hq;
CREATE INDEX locations_by_customer ON locations (tenant_id, customer_id, is_hq DESC, name, id);
ALTER TABLE locations ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON locations USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = locations.tenant_id AND c.id = locations.customer_id OFFSET 0))));
CREATE POLICY portal ON locations FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer()));
GRANT SELECT, INSERT, UPDATE, DELETE ON locations TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON locations FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('locations', 'CUSTOMER_LOCATION', 'location');

CREATE FUNCTION has_place(address jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(address->>'street', '') <> '' OR coalesce(address->>'city', '') <> '' OR coalesce(address->>'zip', '') <> '';
COMMENT ON FUNCTION has_place IS 'Whether an address says more than a country or a state.';
GRANT EXECUTE ON FUNCTION has_place TO clientele_app;

-- The claims of users (SPEC §12): what stands in their customer may change under them, so they keep what they are granted by it.
GRANT SELECT (products, claims_version) ON users TO clientele_app;

CREATE FUNCTION keep_claims() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.customer_id IS DISTINCT FROM OLD.customer_id THEN
        NEW.products := coalesce((SELECT c.products FROM customers c WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.customer_id), '{}');
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.customer_id, NEW.roles, NEW.products) IS DISTINCT FROM (OLD.customer_id, OLD.roles, OLD.products) THEN
        NEW.claims_version := OLD.claims_version + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_claims BEFORE INSERT OR UPDATE OF customer_id, roles, products ON users FOR EACH ROW EXECUTE FUNCTION keep_claims();

CREATE FUNCTION renew_claims(of_customers uuid[], most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    renewed integer;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work renews claims' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE users u SET products = c.products FROM customers c
    WHERE c.tenant_id = current_tenant() AND c.id = u.customer_id AND u.tenant_id = c.tenant_id AND u.id IN (
        SELECT stale.id FROM users stale JOIN customers of ON of.tenant_id = stale.tenant_id AND of.id = stale.customer_id
        WHERE stale.tenant_id = current_tenant() AND stale.customer_id = ANY (of_customers) AND stale.products <> of.products
        ORDER BY stale.id LIMIT most FOR UPDATE OF stale);
    GET DIAGNOSTICS renewed = ROW_COUNT;
    RETURN renewed;
END $$;
COMMENT ON FUNCTION renew_claims IS 'Gives up to so many users of these customers the products that their customer has now; returns how many had others.';
REVOKE EXECUTE ON FUNCTION renew_claims FROM PUBLIC;
GRANT EXECUTE ON FUNCTION renew_claims TO clientele_app;
