DROP TRIGGER note_portal_change ON customers;
CREATE TRIGGER note_portal_change BEFORE UPDATE ON customers FOR EACH ROW WHEN (
    (OLD.name, OLD.customer_type, OLD.lifecycle_stage, OLD.email, OLD.phone, OLD.website, OLD.billing_address, OLD.service_address, OLD.products, OLD.call_requests_allowed)
    IS DISTINCT FROM
    (NEW.name, NEW.customer_type, NEW.lifecycle_stage, NEW.email, NEW.phone, NEW.website, NEW.billing_address, NEW.service_address, NEW.products, NEW.call_requests_allowed))
    EXECUTE FUNCTION note_portal_change();
CREATE OR REPLACE VIEW searchable WITH (security_invoker = true) AS
    SELECT tenant_id, 'customer' AS entity, id AS entity_id, id AS customer_id, name AS title,
           concat_ws(' · ', coalesce(email, email_domain), external_id, nullif(concat_ws(', ', billing_address->>'city', billing_address->>'country'), '')) AS detail,
           array_to_tsvector(words(name, email, email_domain, external_id, website, phone_words(phone), billing_address->>'city', service_address->>'city')) AS search
    FROM customers
    UNION ALL
    SELECT tenant_id, 'contact', id, customer_id, btrim(first_name || ' ' || last_name),
           concat_ws(' · ', nullif(job_role, ''), email),
           array_to_tsvector(words(first_name, last_name, email, job_role, phone_words(phone)))
    FROM contacts;
-- The trigger that counts versions names every column.
DROP TRIGGER touch ON customers;
ALTER TABLE customers DROP COLUMN vat_number;
CREATE TRIGGER touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch_by();
CALL touch_changes_of('customers');
