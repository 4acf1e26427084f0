-- Who is at work is known to policies by what they may do (`customer:all`, `ticket:all` ...), not by what they are called: people, tokens and keys
-- alike. A server of before still names roles, and is understood until it is gone.
CREATE FUNCTION permissions_of(roles text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT coalesce(string_agg(held.permission, ','), '') FROM (VALUES
        ('customer:read', '{platform_admin,tenant_admin,agent,customer_success}'::text[]),
        ('customer:write', '{platform_admin,tenant_admin,agent,customer_success}'),
        ('customer:delete', '{platform_admin,tenant_admin}'),
        ('customer:all', '{platform_admin,tenant_admin,agent}'),
        ('customer:own', '{customer_success}'),
        ('call:read', '{platform_admin,tenant_admin,agent,customer_success}'),
        ('call:write', '{platform_admin,tenant_admin,agent,customer_success}'),
        ('call:all', '{customer_admin}'),
        ('assignment:manage', '{platform_admin,tenant_admin}'),
        ('ticket:read', '{platform_admin,tenant_admin,agent,customer_success}'),
        ('ticket:write', '{platform_admin,tenant_admin,agent,customer_success}'),
        ('ticket:assign', '{platform_admin,tenant_admin,agent,customer_success}'),
        ('ticket:all', '{customer_admin}'),
        ('user:manage', '{platform_admin,tenant_admin,customer_admin}'),
        ('registration:manage', '{platform_admin,tenant_admin,customer_admin}'),
        ('organisation:manage', '{customer_admin}'),
        ('event:read', '{platform_admin,tenant_admin}'),
        ('analytics:read', '{platform_admin,tenant_admin,agent,customer_success}'),
        ('platform:read', '{platform_admin}'),
        ('tenant:manage', '{platform_admin,tenant_admin}')) AS held (permission, roles)
    WHERE held.roles && permissions_of.roles);
COMMENT ON FUNCTION permissions_of IS 'What these roles hold together, with commas between: the twin of Role::permissions() in the server, for functions that work as somebody else.';

CREATE FUNCTION may(wanted text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN wanted = ANY (string_to_array(coalesce(nullif(current_setting('app.permissions', true), ''),
        permissions_of(string_to_array(coalesce(current_setting('app.roles', true), ''), ','))), ','));
COMMENT ON FUNCTION may IS 'Whether whoever is at work holds this permission.';

CREATE FUNCTION current_client() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.client_id', true), '')::uuid;
COMMENT ON FUNCTION current_client IS 'The client that the portal user at work is confined to, or NULL.';
GRANT EXECUTE ON FUNCTION permissions_of, may, current_client TO clientele_app, clientele_sign_in;

CREATE OR REPLACE FUNCTION sees_all_customers() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR may('customer:all'));
CREATE OR REPLACE FUNCTION manages_assignments() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR may('assignment:manage'));
CREATE OR REPLACE FUNCTION reads_whole_log() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR may('event:read'));
CREATE OR REPLACE FUNCTION current_member() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN may('platform:read') THEN NULL ELSE current_actor() END;
CREATE OR REPLACE FUNCTION manages_registration_of(of_tenant uuid, of_customer uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN of_tenant = current_tenant() AND (manages_assignments()
        OR (current_audience() = 'portal' AND may('registration:manage') AND of_customer = current_customer()));

CREATE OR REPLACE FUNCTION sees_ticket(of_ticket uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_customer uuid;
    asker uuid;
BEGIN
    SELECT customer_id, requester_id INTO of_customer, asker FROM tickets WHERE tenant_id = current_tenant() AND id = of_ticket;
    IF of_customer IS NULL THEN RETURN false; END IF;
    IF current_audience() = 'portal' THEN
        RETURN of_customer = current_customer() AND (may('ticket:all') OR coalesce(asker = current_actor(), false)
            OR EXISTS (SELECT FROM ticket_copies k WHERE k.tenant_id = current_tenant() AND k.ticket_id = of_ticket AND k.user_id = current_actor()));
    END IF;
    RETURN sees_all_customers() OR is_staff() AND sees_customer(of_customer);
END $$;

CREATE OR REPLACE FUNCTION sees_call(of_call uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_customer uuid;
    asker uuid;
BEGIN
    SELECT customer_id, requester_id INTO of_customer, asker FROM calls WHERE tenant_id = current_tenant() AND id = of_call;
    IF of_customer IS NULL THEN RETURN false; END IF;
    IF current_audience() = 'portal' THEN
        RETURN of_customer = current_customer() AND (may('call:all') OR coalesce(asker = current_actor(), false));
    END IF;
    RETURN sees_all_customers() OR is_staff() AND sees_customer(of_customer);
END $$;

CREATE OR REPLACE FUNCTION ask_for_reactivation(words text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE deactivations SET asked_at = now(), asked_by = current_actor(), asked_words = left(words, 2000)
    WHERE tenant_id = current_tenant() AND customer_id = current_customer() AND current_audience() = 'portal' AND may('organisation:manage')
      AND ended_at IS NULL AND grace_ends_at > now();
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION ask_for_reactivation IS 'Who may change their own customer asks for its return; false where it is too late.';

CREATE OR REPLACE FUNCTION manages_users(of_customer uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_tenant() IS NOT NULL AND (manages_assignments()
        OR coalesce(current_audience() = 'portal' AND may('user:manage') AND of_customer = current_customer(), false));
COMMENT ON FUNCTION manages_users IS 'Admins of the tenant manage all its users; in the portal those with user:manage the ones of their own customer.';

-- As the policies of accounts.
CREATE OR REPLACE FUNCTION users_with(part text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    folded text := fold(left(part, 200));
    found uuid[];
BEGIN
    IF char_length(folded) < 3 THEN
        RETURN NULL;
    END IF;
    found := ARRAY(SELECT u.id FROM users u
        WHERE u.tenant_id = current_tenant() AND u.name_key LIKE '%' || regexp_replace(folded, '([\\%_])', '\\\1', 'g') || '%'
          AND (is_staff() AND (u.customer_id IS NULL OR sees_all_customers() OR sees_customer(u.customer_id)) OR manages_users(u.customer_id))
        LIMIT most + 1);
    RETURN CASE WHEN cardinality(found) <= most THEN found END;
END $$;

ALTER POLICY portal_read ON tickets USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT may('ticket:all')) OR requester_id = (SELECT current_actor()) OR id IN (SELECT copied_tickets())));
ALTER POLICY portal_move ON tickets USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT may('ticket:all')) OR requester_id = (SELECT current_actor()) OR id IN (SELECT copied_tickets())));
ALTER POLICY portal_read ON ticket_messages USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND customer_id = (SELECT current_customer()) AND NOT is_internal AND ((SELECT may('ticket:all')) OR sees_ticket(ticket_id)));
ALTER POLICY portal_read ON calls USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT may('call:all')) OR requester_id = (SELECT current_actor())));
ALTER POLICY portal_cancel ON calls USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT may('call:all')) OR requester_id = (SELECT current_actor())));
ALTER POLICY team ON registration_settings USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND (SELECT may('registration:manage')) AND customer_id = (SELECT current_customer()));
ALTER POLICY team ON registration_domains USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND (SELECT may('registration:manage')) AND customer_id = (SELECT current_customer()));
ALTER POLICY team ON users USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal'
    AND (SELECT may('user:manage')) AND customer_id = (SELECT current_customer()));
ALTER POLICY admins ON tenants USING (id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff' AND (SELECT may('tenant:manage')));
ALTER POLICY admins ON tenant_entries USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff' AND (SELECT may('event:read')));
ALTER POLICY admins ON access_alerts USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff' AND (SELECT may('event:read')));
ALTER POLICY admins ON mails USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff' AND (SELECT may('tenant:manage')));
ALTER POLICY admins ON tasks USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff' AND (SELECT may('tenant:manage')));
ALTER POLICY orphaned ON saved_views USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND (SELECT may('tenant:manage') AND current_member() IS NOT NULL) AND is_shared
    AND EXISTS (SELECT FROM users u WHERE u.tenant_id = saved_views.tenant_id AND u.id = saved_views.user_id AND u.disabled_at IS NOT NULL OFFSET 0));

-- Background work asks what others see by working as them for a moment.
CREATE FUNCTION work_as(audience text, actor uuid, customer uuid, client uuid, permissions text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.audience', work_as.audience, true), set_config('app.user_id', coalesce(actor::text, ''), true),
            set_config('app.customer_id', coalesce(customer::text, ''), true), set_config('app.client_id', coalesce(client::text, ''), true),
            set_config('app.permissions', coalesce(nullif(work_as.permissions, ''), 'none'), true);
END $$;
COMMENT ON FUNCTION work_as IS 'Goes on as this person of the tenant; grants nothing that whoever calls it could not set.';
REVOKE EXECUTE ON FUNCTION work_as FROM PUBLIC;
GRANT EXECUTE ON FUNCTION work_as TO clientele_app;

CREATE OR REPLACE FUNCTION who_sees(of_users uuid[], of_ticket uuid, of_call uuid) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    people jsonb;
    person record;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work asks what others see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Read before anything is asked as one of them.
    SELECT jsonb_agg(jsonb_build_object('id', id, 'customer', customer_id, 'permissions', permissions_of(roles)) ORDER BY id) INTO people
    FROM users u WHERE u.tenant_id = current_tenant() AND u.id = ANY (of_users) AND u.disabled_at IS NULL
      AND (u.customer_id IS NULL OR can_act_for(u.id, u.customer_id));
    FOR person IN SELECT * FROM jsonb_to_recordset(coalesce(people, '[]')) AS p (id uuid, customer uuid, permissions text) LOOP
        PERFORM work_as(CASE WHEN person.customer IS NULL THEN 'staff' ELSE 'portal' END, person.id, person.customer, NULL, person.permissions);
        IF (of_ticket IS NULL OR EXISTS (SELECT FROM tickets WHERE tenant_id = current_tenant() AND id = of_ticket))
           AND (of_call IS NULL OR EXISTS (SELECT FROM calls WHERE tenant_id = current_tenant() AND id = of_call)) THEN
            RETURN NEXT person.id;
        END IF;
    END LOOP;
    PERFORM work_as('system', NULL, NULL, NULL, '');
END $$;

CREATE OR REPLACE FUNCTION sees_which(of_user uuid, of_tickets uuid[], of_calls uuid[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
    person record;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work asks what others see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT u.id, u.customer_id, permissions_of(u.roles) AS permissions INTO person
    FROM users u WHERE u.tenant_id = current_tenant() AND u.id = of_user AND u.disabled_at IS NULL
      AND (u.customer_id IS NULL OR can_act_for(u.id, u.customer_id));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM work_as(CASE WHEN person.customer_id IS NULL THEN 'staff' ELSE 'portal' END, person.id, person.customer_id, NULL, person.permissions);
    RETURN QUERY
        SELECT pair.n FROM unnest(of_tickets, of_calls) WITH ORDINALITY AS pair (ticket, call, n)
        WHERE (pair.ticket IS NULL OR EXISTS (SELECT FROM tickets t WHERE t.tenant_id = current_tenant() AND t.id = pair.ticket OFFSET 0))
          AND (pair.call IS NULL OR EXISTS (SELECT FROM calls c WHERE c.tenant_id = current_tenant() AND c.id = pair.call OFFSET 0));
    PERFORM work_as('system', NULL, NULL, NULL, '');
END $$;

CREATE OR REPLACE FUNCTION live_for(people jsonb, of_customers uuid[], event_ids bigint[], earliest timestamptz, record_ids uuid[], transactions bigint[])
    RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    near uuid[];
    person record;
    told jsonb;
    found_of uuid[] := '{}';
    found jsonb[] := '{}';
BEGIN
    IF current_audience() <> 'system' OR current_tenant() IS NULL THEN
        RAISE EXCEPTION 'only the server asks for all' USING ERRCODE = 'insufficient_privilege';
    END IF;
    near := ARRAY(
        SELECT o.user_id FROM customer_success_owned_customers o WHERE o.tenant_id = current_tenant() AND o.customer_id = ANY (of_customers)
        UNION SELECT c.created_by FROM customers c WHERE c.tenant_id = current_tenant() AND c.id = ANY (of_customers) AND c.created_by IS NOT NULL);
    FOR person IN
        SELECT *, CASE audience WHEN 'staff' THEN id = ANY (near) ELSE customer = ANY (of_customers) END AS is_near
        FROM jsonb_to_recordset(people) AS p (id uuid, audience text, customer uuid, client uuid, permissions text, lists boolean)
    LOOP
        CONTINUE WHEN NOT person.is_near AND (NOT person.lists OR cardinality(transactions) = 0);
        PERFORM work_as(person.audience, person.id, person.customer, person.client, person.permissions);
        told := CASE WHEN person.is_near THEN live_visible(event_ids, earliest, record_ids) ELSE '{}' END;
        IF person.lists AND cardinality(transactions) > 0 AND live_concerns(transactions) THEN
            told := told || '{"concerns": true}';
        END IF;
        found_of := found_of || person.id;
        found := found || told;
    END LOOP;
    PERFORM work_as('system', NULL, NULL, NULL, '');
    RETURN coalesce((SELECT jsonb_object_agg(u, f) FROM unnest(found_of, found) AS x (u, f)), '{}');
END $$;

DROP FUNCTION has_role;
