-- What `live_visible` and `live_concerns` tell one person, for all who have a page open, by one statement. The policies decide, asked as each
-- of them; but only of those who look after one of these customers or made it, or belong to it: others see nothing of them.
CREATE FUNCTION live_for(people jsonb, of_customers uuid[], event_ids bigint[], earliest timestamptz, record_ids uuid[], transactions bigint[])
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
COMMENT ON FUNCTION live_for IS 'By user what live_visible tells them, and whether live_concerns them; who sees nothing may be missing.';
REVOKE EXECUTE ON FUNCTION live_for FROM PUBLIC;
GRANT EXECUTE ON FUNCTION live_for TO clientele_app;
