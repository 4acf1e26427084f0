ALTER POLICY staff ON users USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()));
CREATE OR REPLACE FUNCTION live_visible(event_ids bigint[], earliest timestamptz, record_ids uuid[]) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN jsonb_build_object(
        'events', ARRAY(SELECT id FROM events WHERE id = ANY (event_ids) AND occurred_at >= earliest),
        'records', ARRAY(SELECT id FROM customers WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM contacts WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM locations WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM tickets WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM ticket_messages WHERE id = ANY (record_ids)
            UNION ALL SELECT id FROM calls WHERE id = ANY (record_ids)));
END $$;
CREATE POLICY portal ON customers FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND id = (SELECT current_customer()));
CREATE POLICY portal ON contacts FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer()));
CREATE OR REPLACE FUNCTION takes_call_requests(customer uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY INVOKER
    RETURN EXISTS (SELECT FROM customers c WHERE c.id = customer AND c.call_requests_allowed);
CREATE POLICY portal ON locations FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer()));
DROP SCHEMA portal CASCADE;
