CREATE FUNCTION has_role(wanted text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN wanted = ANY (string_to_array(coalesce(current_setting('app.roles', true), ''), ','));
COMMENT ON FUNCTION has_role IS 'Whether the user at work holds this role.';
GRANT EXECUTE ON FUNCTION has_role TO clientele_app, clientele_sign_in;

CREATE OR REPLACE FUNCTION sees_all_customers() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR has_role('tenant_admin') OR has_role('agent') OR has_role('platform_admin'));
CREATE OR REPLACE FUNCTION manages_assignments() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR has_role('tenant_admin') OR has_role('platform_admin'));
CREATE OR REPLACE FUNCTION reads_whole_log() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR has_role('tenant_admin') OR has_role('platform_admin'));
CREATE OR REPLACE FUNCTION current_member() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN has_role('platform_admin') THEN NULL ELSE current_actor() END;
CREATE OR REPLACE FUNCTION manages_registration_of(of_tenant uuid, of_customer uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN of_tenant = current_tenant() AND (manages_assignments()
        OR (current_audience() = 'portal' AND has_role('customer_admin') AND of_customer = current_customer()));
CREATE OR REPLACE FUNCTION manages_users(of_customer uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_tenant() IS NOT NULL AND (manages_assignments()
        OR coalesce(current_audience() = 'portal' AND has_role('customer_admin') AND of_customer = current_customer(), false));

-- Policies and functions as they were: by the roles that hold the permission.
DO $$
DECLARE
    policy record;
    made record;
    before text;
BEGIN
    FOR policy IN SELECT tablename, policyname, qual FROM pg_policies WHERE schemaname = 'public' AND qual ~ '\mmay\(' LOOP
        before := regexp_replace(policy.qual, 'may\(''(ticket:all|call:all|registration:manage|user:manage)''::text\)', 'has_role(''customer_admin''::text)', 'g');
        before := regexp_replace(before, 'may\(''(tenant:manage|event:read)''::text\)', '(has_role(''tenant_admin''::text) OR has_role(''platform_admin''::text))', 'g');
        EXECUTE format('ALTER POLICY %I ON %I USING (%s)', policy.policyname, policy.tablename, before);
    END LOOP;
    ALTER POLICY orphaned ON saved_views USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND (SELECT has_role('tenant_admin')) AND is_shared
        AND EXISTS (SELECT FROM users u WHERE u.tenant_id = saved_views.tenant_id AND u.id = saved_views.user_id AND u.disabled_at IS NOT NULL OFFSET 0));
    FOR made IN SELECT pg_get_functiondef(oid) AS text FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND proname IN ('sees_ticket', 'sees_call', 'ask_for_reactivation') LOOP
        EXECUTE regexp_replace(made.text, 'may\(''(ticket:all|call:all|organisation:manage)''\)', 'has_role(''customer_admin'')', 'g');
    END LOOP;
END $$;
CREATE OR REPLACE FUNCTION who_sees(of_users uuid[], of_ticket uuid, of_call uuid) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    people jsonb;
    person jsonb;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work asks what others see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT jsonb_agg(jsonb_build_object('id', id, 'customer', customer_id, 'roles', array_to_string(roles, ',')) ORDER BY id) INTO people
    FROM users u WHERE u.tenant_id = current_tenant() AND u.id = ANY (of_users) AND u.disabled_at IS NULL
      AND (u.customer_id IS NULL OR can_act_for(u.id, u.customer_id));
    FOR person IN SELECT * FROM jsonb_array_elements(coalesce(people, '[]')) LOOP
        PERFORM set_config('app.audience', CASE WHEN person->>'customer' IS NULL THEN 'staff' ELSE 'portal' END, true),
                set_config('app.user_id', person->>'id', true), set_config('app.roles', person->>'roles', true),
                set_config('app.customer_id', coalesce(person->>'customer', ''), true);
        IF (of_ticket IS NULL OR EXISTS (SELECT FROM tickets WHERE tenant_id = current_tenant() AND id = of_ticket))
           AND (of_call IS NULL OR EXISTS (SELECT FROM calls WHERE tenant_id = current_tenant() AND id = of_call)) THEN
            RETURN NEXT (person->>'id')::uuid;
        END IF;
    END LOOP;
    PERFORM set_config('app.audience', 'system', true), set_config('app.user_id', '', true),
            set_config('app.roles', '', true), set_config('app.customer_id', '', true);
END $$;
CREATE OR REPLACE FUNCTION sees_which(of_user uuid, of_tickets uuid[], of_calls uuid[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
    person record;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work asks what others see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT u.id, u.customer_id, array_to_string(u.roles, ',') AS roles INTO person
    FROM users u WHERE u.tenant_id = current_tenant() AND u.id = of_user AND u.disabled_at IS NULL
      AND (u.customer_id IS NULL OR can_act_for(u.id, u.customer_id));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('app.audience', CASE WHEN person.customer_id IS NULL THEN 'staff' ELSE 'portal' END, true),
            set_config('app.user_id', person.id::text, true), set_config('app.roles', person.roles, true),
            set_config('app.customer_id', coalesce(person.customer_id::text, ''), true);
    RETURN QUERY
        SELECT pair.n FROM unnest(of_tickets, of_calls) WITH ORDINALITY AS pair (ticket, call, n)
        WHERE (pair.ticket IS NULL OR EXISTS (SELECT FROM tickets t WHERE t.tenant_id = current_tenant() AND t.id = pair.ticket OFFSET 0))
          AND (pair.call IS NULL OR EXISTS (SELECT FROM calls c WHERE c.tenant_id = current_tenant() AND c.id = pair.call OFFSET 0));
    PERFORM set_config('app.audience', 'system', true), set_config('app.user_id', '', true),
            set_config('app.roles', '', true), set_config('app.customer_id', '', true);
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
        FROM jsonb_to_recordset(people) AS p (id uuid, audience text, customer uuid, roles text, lists boolean)
    LOOP
        CONTINUE WHEN NOT person.is_near AND (NOT person.lists OR cardinality(transactions) = 0);
        PERFORM set_config('app.audience', person.audience, true), set_config('app.user_id', person.id::text, true),
                set_config('app.roles', person.roles, true), set_config('app.customer_id', coalesce(person.customer::text, ''), true);
        told := CASE WHEN person.is_near THEN live_visible(event_ids, earliest, record_ids) ELSE '{}' END;
        IF person.lists AND cardinality(transactions) > 0 AND live_concerns(transactions) THEN
            told := told || '{"concerns": true}';
        END IF;
        found_of := found_of || person.id;
        found := found || told;
    END LOOP;
    PERFORM set_config('app.audience', 'system', true), set_config('app.user_id', '', true),
            set_config('app.roles', '', true), set_config('app.customer_id', '', true);
    RETURN coalesce((SELECT jsonb_object_agg(u, f) FROM unnest(found_of, found) AS x (u, f)), '{}');
END $$;
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
          AND (is_staff() OR manages_users(u.customer_id))
        LIMIT most + 1);
    RETURN CASE WHEN cardinality(found) <= most THEN found END;
END $$;
DROP FUNCTION work_as, may, permissions_of, current_client;
