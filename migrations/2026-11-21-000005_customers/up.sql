CREATE TABLE companies (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL DEFAULT current_tenant(),
    name       text NOT NULL CONSTRAINT companies_name_length CHECK (char_length(name) BETWEEN 1 AND 200 AND is_line(name)),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT companies_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT companies_name_taken UNIQUE (tenant_id, name),
    CONSTRAINT companies_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE companies IS 'One of the tenant''s own brands or legal entities that a customer belongs to.';
ALTER TABLE companies ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON companies USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()));
GRANT SELECT, INSERT, UPDATE, DELETE ON companies TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON companies FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('companies', 'COMPANY', 'company');

CREATE FUNCTION is_address(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_typeof(value) = 'object' AND value - '{street,city,state,zip,country}'::text[] = '{}'
       AND NOT jsonb_path_exists(value, '$.* ? (@.type() != "string")');
COMMENT ON FUNCTION is_address IS 'Street, city, state, zip and country, each a text, none of them needed (S003).';
GRANT EXECUTE ON FUNCTION is_address TO clientele_app;

CREATE TABLE customers (
    id              uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id       uuid NOT NULL DEFAULT current_tenant(),
    name            text NOT NULL CONSTRAINT customers_name_length CHECK (char_length(name) BETWEEN 1 AND 200 AND is_line(name)),
    customer_type   text NOT NULL CONSTRAINT customers_type_known CHECK (customer_type IN ('business', 'consumer')),
    lifecycle_stage text NOT NULL DEFAULT 'onboarding' CONSTRAINT customers_stage_known CHECK (lifecycle_stage IN ('onboarding', 'active', 'inactive', 'churned')),
    source          text NOT NULL DEFAULT 'direct' CONSTRAINT customers_source_known CHECK (source IN ('direct', 'referral', 'website', 'campaign', 'partner', 'other')),
    company_id      uuid,
    email           text CONSTRAINT customers_email_form CHECK (email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 254),
    email_domain    text CONSTRAINT customers_email_domain_form CHECK (email_domain = lower(email_domain) AND char_length(email_domain) BETWEEN 1 AND 253),
    phone           text CONSTRAINT customers_phone_e164 CHECK (phone ~ '^\+[1-9][0-9]{3,14}(;ext=[0-9]{1,10})?$'),
    website         text CONSTRAINT customers_website_form CHECK (website ~ '^https?://' AND char_length(website) <= 500),
    billing_address jsonb NOT NULL DEFAULT '{}' CONSTRAINT customers_billing_address_form CHECK (is_address(billing_address)),
    service_address jsonb NOT NULL DEFAULT '{}' CONSTRAINT customers_service_address_form CHECK (is_address(service_address)),
    notes           text NOT NULL DEFAULT '' CONSTRAINT customers_notes_length CHECK (char_length(notes) <= 20000),
    products        text[] NOT NULL DEFAULT '{}' CONSTRAINT customers_products_count CHECK (cardinality(products) <= 50),
    external_id     text CONSTRAINT customers_external_id_length CHECK (char_length(external_id) BETWEEN 1 AND 100),
    industry_sector text,
    industry_group  text,
    classification  text CONSTRAINT customers_classification_known CHECK (classification IN ('sole_proprietorship', 'general_partnership', 'limited_partnership', 'llp', 'llc', 's_corporation', 'c_corporation', 'b_corporation', 'nonprofit')),
    size_range      text CONSTRAINT customers_size_range_known CHECK (size_range IN ('1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000', '5001-10000', '10001+')),
    linkedin_url    text CONSTRAINT customers_linkedin_form CHECK (linkedin_url ~ '^https?://'),
    x_url           text CONSTRAINT customers_x_form CHECK (x_url ~ '^https?://'),
    facebook_url    text CONSTRAINT customers_facebook_form CHECK (facebook_url ~ '^https?://'),
    instagram_url   text CONSTRAINT customers_instagram_form CHECK (instagram_url ~ '^https?://'),
    youtube_url     text CONSTRAINT customers_youtube_form CHECK (youtube_url ~ '^https?://'),
    github_url      text CONSTRAINT customers_github_form CHECK (github_url ~ '^https?://'),
    session_expiration_seconds integer CONSTRAINT customers_session_expiration CHECK (session_expiration_seconds BETWEEN 300 AND 31536000),
    revenue_total   numeric(16, 2) NOT NULL DEFAULT 0,
    first_purchase_on date,
    last_purchase_on  date,
    churned_at      timestamptz,
    is_disabled     boolean NOT NULL DEFAULT false,
    created_by      uuid DEFAULT current_member(),
    updated_by      uuid DEFAULT current_member(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    portal_changed_at timestamptz,
    name_key        text COLLATE "C" NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
    search          tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(words(name, email, email_domain, external_id, phone_words(phone)))) STORED,
    call_requests_allowed boolean NOT NULL DEFAULT true,
    is_tenant_customer boolean NOT NULL DEFAULT false,
    CONSTRAINT customers_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT customers_external_id_taken UNIQUE (tenant_id, external_id),
    CONSTRAINT customers_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT customers_company FOREIGN KEY (tenant_id, company_id) REFERENCES companies (tenant_id, id) ON DELETE SET NULL (company_id),
    CONSTRAINT customers_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT customers_updated_by FOREIGN KEY (tenant_id, updated_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (updated_by),
    CONSTRAINT customers_industry_sector_known CHECK (industry_sector IN ('energy', 'materials', 'industrials', 'consumer_discretionary', 'consumer_staples', 'health_care', 'financials', 'information_technology', 'communication_services', 'utilities', 'real_estate')),
    -- The 24 industry groups of GICS 2018, each in its sector (SPEC §4).
    CONSTRAINT customers_industry_group_in_sector CHECK (industry_group IS NULL OR (industry_sector IS NOT NULL AND (industry_sector, industry_group) IN (
        ('energy', 'energy'), ('materials', 'materials'),
        ('industrials', 'capital_goods'), ('industrials', 'commercial_professional_services'), ('industrials', 'transportation'),
        ('consumer_discretionary', 'automobiles_components'), ('consumer_discretionary', 'consumer_durables_apparel'), ('consumer_discretionary', 'consumer_services'), ('consumer_discretionary', 'retailing'),
        ('consumer_staples', 'food_staples_retailing'), ('consumer_staples', 'food_beverage_tobacco'), ('consumer_staples', 'household_personal_products'),
        ('health_care', 'health_care_equipment_services'), ('health_care', 'pharmaceuticals_biotechnology'),
        ('financials', 'banks'), ('financials', 'diversified_financials'), ('financials', 'insurance'),
        ('information_technology', 'software_services'), ('information_technology', 'technology_hardware_equipment'), ('information_technology', 'semiconductors'),
        ('communication_services', 'telecommunication_services'), ('communication_services', 'media_entertainment'),
        ('utilities', 'utilities'), ('real_estate', 'real_estate'))))
);
COMMENT ON TABLE customers IS 'An account that a tenant serves, business or consumer.';
COMMENT ON COLUMN customers.call_requests_allowed IS 'Whether its portal users may ask for calls.';
COMMENT ON COLUMN customers.is_tenant_customer IS 'It has set up a tenant of its own with its bootstrap key; nobody sets this by hand.';
COMMENT ON COLUMN customers.company_id IS 'Which of the tenant''s own companies serves it.';
COMMENT ON COLUMN customers.phone IS 'E.164, with an extension as in RFC 3966: +12125550123;ext=45.';
COMMENT ON COLUMN customers.external_id IS 'Its id in another system: what an import finds it by.';
COMMENT ON COLUMN customers.session_expiration_seconds IS 'How long its portal users stay signed in; NULL: as the tenant says.';
COMMENT ON COLUMN customers.revenue_total IS 'The sum of its purchases.';
COMMENT ON COLUMN customers.churned_at IS 'When it last became churned; NULL while it is not.';
COMMENT ON COLUMN customers.is_disabled IS 'Deactivated: its users, keys and clients have no access (SPEC §6).';
COMMENT ON COLUMN customers.created_by IS 'The member of staff who made it and therefore sees it (SPEC §2); NULL for the system.';
COMMENT ON COLUMN customers.portal_changed_at IS 'When something last changed that its own people see of it; NULL: nothing has since it was created. `updated_at` tells of notes too.';
COMMENT ON COLUMN customers.name_key IS 'The name folded: how lists are sorted and names compared.';
COMMENT ON COLUMN customers.search IS 'The words that search finds it by.';

CREATE INDEX customers_by_name ON customers (tenant_id, name_key, id);
CREATE INDEX customers_by_change ON customers (tenant_id, updated_at DESC, id DESC);
CREATE INDEX customers_by_creation ON customers (tenant_id, created_at DESC, id DESC) INCLUDE (company_id);
CREATE INDEX customers_by_stage ON customers (tenant_id, lifecycle_stage, name_key, id);
CREATE INDEX customers_by_company ON customers (tenant_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX customers_by_creator ON customers (tenant_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX customers_by_email ON customers (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX customers_by_domain ON customers (tenant_id, email_domain) WHERE email_domain IS NOT NULL;
CREATE INDEX customers_by_phone ON customers (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX customers_by_churn ON customers (tenant_id, churned_at) INCLUDE (company_id) WHERE churned_at IS NOT NULL;
CREATE INDEX customers_by_word ON customers USING gin (tenant_id, search) WITH (fastupdate = off);

ALTER TABLE users ADD CONSTRAINT users_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE;

CREATE TABLE customer_success_owned_customers (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    user_id     uuid NOT NULL,
    customer_id uuid NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz,
    CONSTRAINT customer_success_owned_customers_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT customer_success_owned_customers_unique UNIQUE (tenant_id, user_id, customer_id),
    CONSTRAINT customer_success_owned_customers_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT customer_success_owned_customers_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE customer_success_owned_customers IS 'This CS rep looks after this customer (S000).';
CREATE INDEX customer_success_owned_customers_by_customer ON customer_success_owned_customers (tenant_id, customer_id, user_id);
ALTER TABLE customer_success_owned_customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff_read ON customer_success_owned_customers FOR SELECT
    USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers()) OR ((SELECT is_staff()) AND user_id = (SELECT current_actor()))));
CREATE POLICY admins_insert ON customer_success_owned_customers FOR INSERT
    WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT manages_assignments()));
CREATE POLICY admins_delete ON customer_success_owned_customers FOR DELETE
    USING (tenant_id = (SELECT current_tenant()) AND (SELECT manages_assignments()));
GRANT SELECT, INSERT, DELETE ON customer_success_owned_customers TO clientele_app;
CALL log_changes_of('customer_success_owned_customers', 'CUSTOMER_ASSIGNMENT', 'assignment');

ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON customers USING (
    tenant_id = (SELECT current_tenant()) AND (
        (SELECT sees_all_customers())
        OR ((SELECT is_staff()) AND (
            created_by = (SELECT current_actor())
            OR EXISTS (SELECT FROM customer_success_owned_customers o
                       WHERE o.tenant_id = customers.tenant_id AND o.customer_id = customers.id AND o.user_id = (SELECT current_actor()))))));
CREATE POLICY portal ON customers FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND id = (SELECT current_customer()));
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO clientele_app;

CREATE FUNCTION note_churn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lifecycle_stage <> 'churned' THEN NEW.churned_at := NULL;
    ELSIF NEW.churned_at IS NULL THEN NEW.churned_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER note_churn BEFORE INSERT OR UPDATE OF lifecycle_stage ON customers FOR EACH ROW EXECUTE FUNCTION note_churn();
CREATE TRIGGER touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch_by();
CALL log_changes_of('customers', 'CUSTOMER', 'customer', 'search', 'name_key', 'portal_changed_at');

-- Who reads what of the log: admins and background work all of their tenant; other staff what they may see as records. Every policy
-- begins with the tenant, which the planner then takes out of their OR: without it no query of the log would find its index.
-- An EXISTS that asks a table with policies of its own ends with OFFSET 0, here and in every later policy: the planner else plans it twice, as
-- a subquery for each row and as a hash of all rows, and so everything below it four, eight and sixteen times.
CREATE FUNCTION reads_whole_log() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR has_role('tenant_admin') OR has_role('platform_admin'));
COMMENT ON FUNCTION reads_whole_log IS 'Every event of the tenant, also of what belongs to a colleague alone: `event:read`.';
GRANT EXECUTE ON FUNCTION reads_whole_log TO clientele_app;
CREATE POLICY staff ON events FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND (
        (SELECT reads_whole_log())
        OR (customer_id IS NOT NULL AND (
            (SELECT sees_all_customers())
            -- As the table: a CS rep reads only their own assignments.
            OR ((entity <> 'assignment' OR coalesce(after, before)->>'user_id' = (SELECT current_actor()::text))
                AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = events.tenant_id AND c.id = events.customer_id OFFSET 0))))
        OR entity IN ('tag', 'company')
        OR (entity = 'import' AND ((SELECT sees_all_customers()) OR coalesce(after, before)->>'created_by' = (SELECT current_actor()::text)))
        OR (entity IN ('saved_view', 'saved_view_pin') AND coalesce(after, before)->>'user_id' = (SELECT current_actor()::text))
        OR (entity = 'saved_view' AND coalesce(before->'is_shared', 'true') = 'true' AND coalesce(after->'is_shared', 'true') = 'true')));
-- Everybody: their own account and sign-ins.
CREATE POLICY self ON events FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND entity IN ('user', 'session') AND entity_id = (SELECT current_actor()));

-- What platform admins read: what belongs to no tenant, and the tenants themselves. They find it under the name `events`, since their
-- transactions look into this schema first. A policy would be without the tenant, and keep everybody else's queries from their indexes.
CREATE SCHEMA platform;
COMMENT ON SCHEMA platform IS 'What platform admins see in place of the tables of tenants.';
GRANT USAGE ON SCHEMA platform TO clientele_app;
CREATE VIEW platform.events WITH (security_barrier) AS
    SELECT * FROM public.events WHERE (SELECT current_audience()) = 'platform' AND (tenant_id IS NULL OR entity IN ('tenant', 'tenant_entry'));
COMMENT ON VIEW platform.events IS 'Events of no tenant, of the tenants themselves, and of platform admins who entered them.';
GRANT SELECT ON platform.events TO clientele_app;
