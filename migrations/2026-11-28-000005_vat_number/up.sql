-- The number by which tax offices know a customer.
ALTER TABLE customers ADD COLUMN vat_number text
    CONSTRAINT customers_vat_number_form CHECK (char_length(vat_number) BETWEEN 1 AND 20 AND is_line(vat_number));
COMMENT ON COLUMN customers.vat_number IS 'As it is written on invoices, with the country before it where there is one: IE6388047V.';
CALL touch_changes_of('customers');

-- Search finds a customer by it.
CREATE OR REPLACE VIEW searchable WITH (security_invoker = true) AS
    SELECT tenant_id, 'customer' AS entity, id AS entity_id, id AS customer_id, name AS title,
           concat_ws(' · ', coalesce(email, email_domain), external_id, nullif(concat_ws(', ', billing_address->>'city', billing_address->>'country'), '')) AS detail,
           array_to_tsvector(words(name, email, email_domain, external_id, vat_number, website, phone_words(phone), billing_address->>'city', service_address->>'city')) AS search
    FROM customers
    UNION ALL
    SELECT tenant_id, 'contact', id, customer_id, btrim(first_name || ' ' || last_name),
           concat_ws(' · ', nullif(job_role, ''), email),
           array_to_tsvector(words(first_name, last_name, email, job_role, phone_words(phone)))
    FROM contacts;

-- It is among what customers see of themselves.
DROP TRIGGER note_portal_change ON customers;
CREATE TRIGGER note_portal_change BEFORE UPDATE ON customers FOR EACH ROW WHEN (
    (OLD.name, OLD.customer_type, OLD.lifecycle_stage, OLD.email, OLD.phone, OLD.website, OLD.vat_number, OLD.billing_address, OLD.service_address, OLD.products, OLD.call_requests_allowed)
    IS DISTINCT FROM
    (NEW.name, NEW.customer_type, NEW.lifecycle_stage, NEW.email, NEW.phone, NEW.website, NEW.vat_number, NEW.billing_address, NEW.service_address, NEW.products, NEW.call_requests_allowed))
    EXECUTE FUNCTION note_portal_change();
