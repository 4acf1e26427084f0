CREATE TABLE contacts (
    id           uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL DEFAULT current_tenant(),
    customer_id  uuid NOT NULL,
    first_name   text NOT NULL CONSTRAINT contacts_first_name_form CHECK (first_name <> '' AND is_person_name(first_name)),
    last_name    text NOT NULL DEFAULT '' CONSTRAINT contacts_last_name_form CHECK (is_person_name(last_name)),
    email        text CONSTRAINT contacts_email_form CHECK (email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 254),
    phone        text CONSTRAINT contacts_phone_e164 CHECK (phone ~ '^\+[1-9][0-9]{3,14}(;ext=[0-9]{1,10})?$'),
    job_role     text NOT NULL DEFAULT '' CONSTRAINT contacts_job_role_length CHECK (char_length(job_role) <= 100),
    contact_type text NOT NULL DEFAULT '' CONSTRAINT contacts_type_length CHECK (char_length(contact_type) <= 50),
    location     text NOT NULL DEFAULT '' CONSTRAINT contacts_location_length CHECK (char_length(location) <= 200),
    notes        text NOT NULL DEFAULT '' CONSTRAINT contacts_notes_length CHECK (char_length(notes) <= 20000),
    is_primary   boolean NOT NULL DEFAULT false,
    created_by   uuid DEFAULT current_member(),
    updated_by   uuid DEFAULT current_member(),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    version      integer NOT NULL DEFAULT 1,
    search       tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(words(first_name, last_name, email, phone_words(phone)))) STORED,
    CONSTRAINT contacts_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT contacts_email_taken UNIQUE (tenant_id, customer_id, email),
    CONSTRAINT contacts_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT contacts_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT contacts_updated_by FOREIGN KEY (tenant_id, updated_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (updated_by)
);
COMMENT ON TABLE contacts IS 'A person at a customer; without a sign-in of its own.';
COMMENT ON COLUMN contacts.contact_type IS 'account_owner, billing, technical, or the tenant''s own word; empty where nobody said.';
COMMENT ON COLUMN contacts.is_primary IS 'Whom to ask first. One per customer at most.';
CREATE UNIQUE INDEX contacts_one_primary ON contacts (tenant_id, customer_id) WHERE is_primary;
CREATE INDEX contacts_by_customer ON contacts (tenant_id, customer_id, is_primary DESC, last_name, first_name, id);
CREATE INDEX contacts_by_email ON contacts (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX contacts_by_phone ON contacts (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX contacts_by_word ON contacts USING gin (tenant_id, search) WITH (fastupdate = off);
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON contacts USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = contacts.tenant_id AND c.id = contacts.customer_id OFFSET 0))));
CREATE POLICY portal ON contacts FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer()));
GRANT SELECT, INSERT, UPDATE, DELETE ON contacts TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON contacts FOR EACH ROW EXECUTE FUNCTION touch_by();
CALL log_changes_of('contacts', 'CONTACT', 'contact', 'search');

CREATE TABLE tags (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL DEFAULT current_tenant(),
    name       text NOT NULL CONSTRAINT tags_name_length CHECK (char_length(name) BETWEEN 1 AND 50 AND is_line(name)),
    colour     smallint NOT NULL DEFAULT 1 CONSTRAINT tags_colour_known CHECK (colour BETWEEN 1 AND 8),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version    integer NOT NULL DEFAULT 1,
    name_key   text COLLATE "C" NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
    CONSTRAINT tags_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT tags_name_taken UNIQUE (tenant_id, name_key),
    CONSTRAINT tags_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE tags IS 'A word of the tenant''s own, to sort customers by.';
COMMENT ON COLUMN tags.colour IS 'One of the eight tag colours of the style.';
ALTER TABLE tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON tags USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()));
GRANT SELECT, INSERT, UPDATE, DELETE ON tags TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('tags', 'TAG', 'tag', 'name_key');

CREATE TABLE customer_tags (
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    tag_id      uuid NOT NULL,
    CONSTRAINT customer_tags_pkey PRIMARY KEY (tenant_id, customer_id, tag_id),
    CONSTRAINT customer_tags_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT customer_tags_tag FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE customer_tags IS 'Which tags a customer carries.';
CREATE INDEX customer_tags_by_tag ON customer_tags (tenant_id, tag_id, customer_id);
ALTER TABLE customer_tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON customer_tags USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = customer_tags.tenant_id AND c.id = customer_tags.customer_id OFFSET 0))));
GRANT SELECT, INSERT, DELETE ON customer_tags TO clientele_app;
CALL log_changes_of('customer_tags', 'CUSTOMER_TAG', 'customer_tag');
