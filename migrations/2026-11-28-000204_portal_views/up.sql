-- What staff write down about a customer and its contacts stands in rows that its own people see. They no longer have a policy on these tables: they
-- find, under the same names, what is theirs to see, since their transactions look into this schema first (as platform admins into theirs).
CREATE SCHEMA portal;
COMMENT ON SCHEMA portal IS 'What a customer''s own people see in place of tables with internal columns.';
GRANT USAGE ON SCHEMA portal TO clientele_app;

CREATE VIEW portal.customers WITH (security_barrier) AS
    SELECT id, tenant_id, name, customer_type, lifecycle_stage, 'other'::text AS source, NULL::uuid AS company_id, email, NULL::text AS email_domain, phone, website,
           billing_address, service_address, ''::text AS notes, products, NULL::text AS external_id, NULL::text AS industry_sector, NULL::text AS industry_group,
           NULL::text AS classification, NULL::text AS size_range, NULL::text AS linkedin_url, NULL::text AS x_url, NULL::text AS facebook_url,
           NULL::text AS instagram_url, NULL::text AS youtube_url, NULL::text AS github_url, NULL::integer AS session_expiration_seconds,
           NULL::date AS first_purchase_on, NULL::date AS last_purchase_on, NULL::timestamptz AS churned_at, NULL::uuid AS created_by, NULL::uuid AS updated_by,
           created_at, coalesce(portal_changed_at, created_at) AS updated_at, 1 AS version, portal_changed_at, call_requests_allowed, false AS is_tenant_customer, vat_number
    FROM public.customers
    WHERE (SELECT current_audience()) = 'portal' AND tenant_id = (SELECT current_tenant()) AND id = (SELECT current_customer());
COMMENT ON VIEW portal.customers IS 'The customer of the portal user at work, without what staff noted, where it came from, what it is worth and who looks after it.';

CREATE VIEW portal.contacts WITH (security_barrier) AS
    SELECT id, tenant_id, customer_id, first_name, last_name, email, phone, job_role, contact_type, location, ''::text AS notes, is_primary,
           NULL::uuid AS created_by, NULL::uuid AS updated_by, created_at, updated_at, version
    FROM public.contacts
    WHERE (SELECT current_audience()) = 'portal' AND tenant_id = (SELECT current_tenant()) AND customer_id = (SELECT current_customer());
COMMENT ON VIEW portal.contacts IS 'The contacts of that customer, without what staff noted.';

CREATE VIEW portal.locations WITH (security_barrier) AS
    SELECT id, tenant_id, customer_id, name, secondary_name, internal_code, address, country_code, website, phone, email, is_hq, is_active, ''::text AS notes,
           created_at, updated_at, version
    FROM public.locations
    WHERE (SELECT current_audience()) = 'portal' AND tenant_id = (SELECT current_tenant()) AND customer_id = (SELECT current_customer());
COMMENT ON VIEW portal.locations IS 'The places of that customer, without what staff noted.';
GRANT SELECT ON portal.customers, portal.contacts, portal.locations TO clientele_app;

-- The policies of calls ask it.
CREATE OR REPLACE FUNCTION takes_call_requests(customer uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN sees_customer(customer)
        AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = current_tenant() AND c.id = customer AND c.call_requests_allowed);
END $$;

DROP POLICY portal ON customers;
DROP POLICY portal ON contacts;
DROP POLICY portal ON locations;

CREATE OR REPLACE FUNCTION live_visible(event_ids bigint[], earliest timestamptz, record_ids uuid[]) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN jsonb_build_object(
        'events', ARRAY(SELECT id FROM events WHERE id = ANY (event_ids) AND occurred_at >= earliest),
        'records', ARRAY(SELECT id FROM public.customers WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM portal.customers WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM public.contacts WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM portal.contacts WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM public.locations WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM portal.locations WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM tickets WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM ticket_messages WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM calls WHERE id = ANY (record_ids)));
END $$;

-- Staff see the accounts of colleagues, and of the people of customers that they see.
ALTER POLICY staff ON users USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND (customer_id IS NULL OR (SELECT sees_all_customers()) OR sees_customer(customer_id)));
