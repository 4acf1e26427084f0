-- Who sees a customer, a ticket, a message or a call is said once, by a function for each, and policies ask it. A policy that looked into another
-- table made PostgreSQL plan and set up that table's policies too, and those of the next, for each table of each statement: more work than the
-- statement itself. Staff who see every customer are answered before any of these is called.
CREATE FUNCTION owns_customer(of_customer uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN is_staff() AND EXISTS (SELECT FROM customer_success_owned_customers o
                                  WHERE o.tenant_id = current_tenant() AND o.customer_id = of_customer AND o.user_id = current_actor());
END $$;
COMMENT ON FUNCTION owns_customer IS 'Whether the member of staff at work is assigned to the customer.';

CREATE FUNCTION sees_customer(of_customer uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() = 'portal' THEN
        RETURN of_customer = current_customer() AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = current_tenant() AND c.id = of_customer);
    END IF;
    RETURN is_staff() AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = current_tenant() AND c.id = of_customer
                                  AND (sees_all_customers() OR c.created_by = current_actor() OR owns_customer(of_customer)));
END $$;
COMMENT ON FUNCTION sees_customer IS 'Whether whoever is at work sees the customer: as the policies of customers say.';

CREATE FUNCTION sees_ticket(of_ticket uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_customer uuid;
    asker uuid;
BEGIN
    SELECT customer_id, requester_id INTO of_customer, asker FROM tickets WHERE tenant_id = current_tenant() AND id = of_ticket;
    IF of_customer IS NULL THEN RETURN false; END IF;
    IF current_audience() = 'portal' THEN
        RETURN of_customer = current_customer() AND (has_role('customer_admin') OR coalesce(asker = current_actor(), false)
            OR EXISTS (SELECT FROM ticket_copies k WHERE k.tenant_id = current_tenant() AND k.ticket_id = of_ticket AND k.user_id = current_actor()));
    END IF;
    RETURN sees_all_customers() OR is_staff() AND sees_customer(of_customer);
END $$;
COMMENT ON FUNCTION sees_ticket IS 'Whether whoever is at work sees the ticket: as the policies of tickets say.';

CREATE FUNCTION sees_message(of_message uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = current_tenant() AND m.id = of_message
                   AND (NOT m.is_internal OR is_staff()) AND sees_ticket(m.ticket_id));
END $$;
COMMENT ON FUNCTION sees_message IS 'Whether whoever is at work sees the message: as the policies of ticket_messages say.';

CREATE FUNCTION sees_call(of_call uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_customer uuid;
    asker uuid;
BEGIN
    SELECT customer_id, requester_id INTO of_customer, asker FROM calls WHERE tenant_id = current_tenant() AND id = of_call;
    IF of_customer IS NULL THEN RETURN false; END IF;
    IF current_audience() = 'portal' THEN
        RETURN of_customer = current_customer() AND (has_role('customer_admin') OR coalesce(asker = current_actor(), false));
    END IF;
    RETURN sees_all_customers() OR is_staff() AND sees_customer(of_customer);
END $$;
COMMENT ON FUNCTION sees_call IS 'Whether whoever is at work sees the call: as the policies of calls say.';

GRANT EXECUTE ON FUNCTION owns_customer, sees_customer, sees_ticket, sees_message, sees_call TO clientele_app, clientele_sign_in;

-- Policies of what belongs to something are made by these.
CREATE PROCEDURE belongs_to_customer(guarded regclass, portal text DEFAULT 'none') LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('CREATE POLICY staff ON %s USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers()) OR (SELECT is_staff()) AND sees_customer(customer_id)))', guarded);
    CASE portal
    WHEN 'read' THEN
        EXECUTE format('CREATE POLICY portal ON %s FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = ''portal'' AND customer_id = (SELECT current_customer()))', guarded);
    WHEN 'none' THEN
        NULL;
    ELSE
        RAISE EXCEPTION 'a portal may read or nothing, not %', portal;
    END CASE;
END $$;
COMMENT ON PROCEDURE belongs_to_customer IS 'The policies of a table with a customer_id: for the staff who see the customer, and, with portal => read, for its own people to read.';

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['contacts', 'customer_tags', 'locations', 'tickets', 'calls', 'deactivations', 'api_keys', 'notes'] LOOP
        EXECUTE format('DROP POLICY staff ON %I', guarded);
        EXECUTE format('CALL belongs_to_customer(%L)', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['search_documents', 'ticket_search'] LOOP
        EXECUTE format('ALTER POLICY staff ON %I USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers()) OR (SELECT is_staff()) AND sees_customer(customer_id)))', guarded);
    END LOOP;
END $$;

-- One that is just being made is in no table yet, so that its maker is asked for here.
ALTER POLICY staff ON customers USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR (SELECT is_staff()) AND (created_by = (SELECT current_actor()) OR owns_customer(id))));

ALTER POLICY staff ON events USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND (
        (SELECT reads_whole_log())
        OR (customer_id IS NOT NULL AND (
            (SELECT sees_all_customers())
            -- As the table: a CS rep reads only their own assignments.
            OR ((entity <> 'assignment' OR coalesce(after, before)->>'user_id' = (SELECT current_actor()::text)) AND sees_customer(customer_id))))
        OR entity IN ('tag', 'company')
        OR (entity = 'import' AND ((SELECT sees_all_customers()) OR coalesce(after, before)->>'created_by' = (SELECT current_actor()::text)))
        OR (entity IN ('saved_view', 'saved_view_pin') AND coalesce(after, before)->>'user_id' = (SELECT current_actor()::text))
        OR (entity = 'saved_view' AND coalesce(before->'is_shared', 'true') = 'true' AND coalesce(after->'is_shared', 'true') = 'true')));

ALTER POLICY whoever_sees_the_ticket ON ticket_copies USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers()) OR sees_ticket(ticket_id)));
ALTER POLICY portal_read ON ticket_messages USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND customer_id = (SELECT current_customer()) AND NOT is_internal AND ((SELECT has_role('customer_admin')) OR sees_ticket(ticket_id)));
ALTER POLICY portal_write ON ticket_messages WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND customer_id = (SELECT current_customer()) AND NOT is_internal AND NOT from_staff AND author_id = (SELECT current_actor()) AND sees_ticket(ticket_id));
ALTER POLICY staff_read ON ticket_messages USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers()) OR (SELECT is_staff()) AND sees_ticket(ticket_id)));
ALTER POLICY staff_write ON ticket_messages WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND from_staff
    AND author_id IS NOT DISTINCT FROM (SELECT current_member()) AND sees_ticket(ticket_id));
ALTER POLICY staff ON ticket_tags USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND ((SELECT sees_all_customers()) OR sees_ticket(ticket_id)));
ALTER POLICY colleagues ON ticket_readers USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND ((SELECT sees_all_customers()) OR sees_ticket(ticket_id)));
ALTER POLICY own ON ticket_readers WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal')
    AND user_id = (SELECT current_actor()) AND sees_ticket(ticket_id));
ALTER POLICY own ON ticket_drafts WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal')
    AND user_id = (SELECT current_actor()) AND sees_ticket(ticket_id));
ALTER POLICY portal_read ON attachments USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND customer_id = (SELECT current_customer()) AND sees_message(message_id));
ALTER POLICY portal_write ON attachments WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND customer_id = (SELECT current_customer()) AND created_by = (SELECT current_actor())
    AND EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = attachments.tenant_id AND m.id = attachments.message_id AND m.author_id = (SELECT current_actor()) OFFSET 0));
ALTER POLICY staff_read ON attachments USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers()) OR (SELECT is_staff()) AND sees_message(message_id)));
ALTER POLICY staff_write ON attachments WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND created_by IS NOT DISTINCT FROM (SELECT current_member()) AND sees_message(message_id));
ALTER POLICY staff ON call_notes USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND ((SELECT sees_all_customers()) OR sees_call(id)));
ALTER POLICY own ON notifications USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal') AND user_id = (SELECT current_actor()) AND in_app
    AND (ticket_id IS NULL OR (SELECT sees_all_customers()) OR sees_ticket(ticket_id)) AND (call_id IS NULL OR (SELECT sees_all_customers()) OR sees_call(call_id)));
ALTER POLICY portal_request ON calls WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND requester_id = (SELECT current_actor()) AND status = 'requested' AND assignee_id IS NULL AND assignee_name = '' AND direction = 'outgoing'
    AND takes_call_requests(customer_id) AND (ticket_id IS NULL OR sees_ticket(ticket_id)));
